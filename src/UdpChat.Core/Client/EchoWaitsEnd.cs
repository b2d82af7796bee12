using System.Collections.Generic;
using System.Threading.Tasks;

namespace UdpChat.Client;

/// <summary>Ends waits for an echo, once all that came before it has been raised.</summary>
/// <param name="Waiters">The waits.</param>
/// <param name="Returned">Whether the echo came back.</param>
internal sealed record EchoWaitsEnd(IReadOnlyList<TaskCompletionSource<bool>> Waiters, bool Returned);
