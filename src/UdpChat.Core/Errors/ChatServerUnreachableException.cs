using System;

namespace UdpChat;

/// <summary>The system reports that the relay can't be reached.</summary>
public sealed class ChatServerUnreachableException : ChatConnectException
{
    internal ChatServerUnreachableException(ChatServerAddress server, string reason, Exception innerException)
        : base(server, $"{server} can't be reached: {reason}", null, innerException)
    {
    }
}
