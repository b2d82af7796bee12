using System;

namespace UdpChat;

/// <summary>A token, which proves whose a name is, can't be read or kept; the message says in which file and what to do.</summary>
public sealed class ChatTokenException : ChatException
{
    internal ChatTokenException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}
