using System;

namespace UdpChat;

/// <summary>The relay's host name has no address.</summary>
public sealed class ChatHostNotFoundException : ChatConnectException
{
    internal ChatHostNotFoundException(ChatServerAddress server, Exception innerException)
        : base(server, $"There is no host {server.Host}; check the name, and whether there is a network.", null, innerException)
    {
    }
}
