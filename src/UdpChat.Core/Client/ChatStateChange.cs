using UdpChat.Protocol.Client;

namespace UdpChat;

/// <summary>A client's connection has changed.</summary>
/// <param name="State">How the client stands to its relay now.</param>
/// <param name="Reason">Why, as a sentence for people.</param>
public sealed record ChatStateChange(ChatConnectionState State, string Reason);
