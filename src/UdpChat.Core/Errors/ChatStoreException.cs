using System;

namespace UdpChat;

/// <summary>A relay's store can't be opened, read or written; the message says why and what to do.</summary>
public sealed class ChatStoreException : ChatException
{
    /// <param name="message">What is wrong, and what to do.</param>
    /// <param name="innerException">What the store's engine said.</param>
    public ChatStoreException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}
