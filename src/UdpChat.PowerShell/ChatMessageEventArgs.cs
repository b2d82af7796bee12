using System;

namespace UdpChat;

/// <summary>A message has arrived, for a handler of <see cref="ChatConnection.MessageReceived"/>.</summary>
/// <param name="message">The message.</param>
public sealed class ChatMessageEventArgs(ChatMessage message) : EventArgs
{
    /// <summary>The message.</summary>
    public ChatMessage Message { get; } = message;
}
