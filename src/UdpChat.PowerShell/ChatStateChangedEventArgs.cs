using System;
using UdpChat.Protocol.Client;

namespace UdpChat;

/// <summary>A connection has changed, for a handler of <see cref="ChatConnection.StateChanged"/>.</summary>
/// <param name="change">The change.</param>
public sealed class ChatStateChangedEventArgs(ChatStateChange change) : EventArgs
{
    /// <summary>How the client stands to its relay now.</summary>
    public ChatConnectionState State { get; } = change.State;

    /// <summary>Why, as a sentence.</summary>
    public string Reason { get; } = change.Reason;
}
