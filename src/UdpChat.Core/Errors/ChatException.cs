using System;

namespace UdpChat;

/// <summary>Something that a relay or client can't do; the message says what its user can.</summary>
public class ChatException : Exception
{
    /// <summary>Creates the exception.</summary>
    /// <param name="message">What went wrong and what to do, as a sentence.</param>
    /// <param name="innerException">The cause, if there is one.</param>
    public ChatException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}
