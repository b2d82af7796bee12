using System.Net.Sockets;
using System.Threading.Tasks;
using UdpChat.Protocol.Client;

namespace UdpChat.Client;

/// <summary>What became of a message that a user sent.</summary>
/// <param name="Outcome">What the state machine did with it.</param>
/// <param name="Error">Why the system did not take one that was to be sent, or <see cref="SocketError.Success"/>.</param>
/// <param name="Message">The message, if the state machine has taken it and its user wants it.</param>
/// <param name="Room">When the outbox was full: ends when it is worth another try.</param>
internal readonly record struct SendResult(SendOutcome Outcome, SocketError Error, ChatMessage? Message, Task Room);
