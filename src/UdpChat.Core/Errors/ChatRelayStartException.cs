using System;

namespace UdpChat;

/// <summary>A relay could not start listening.</summary>
public sealed class ChatRelayStartException : ChatException
{
    internal ChatRelayStartException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
