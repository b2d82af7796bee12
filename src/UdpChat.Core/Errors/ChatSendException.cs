using System;

namespace UdpChat;

/// <summary>The network did not take a message: it was not sent.</summary>
public sealed class ChatSendException : ChatException
{
    internal ChatSendException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}
