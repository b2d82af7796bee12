namespace UdpChat;

/// <summary>A message does not fit a UDP datagram; nothing was sent.</summary>
public sealed class ChatMessageTooLargeException : ChatException
{
    internal ChatMessageTooLargeException(int size, int? limit)
        : base($"The message has {size} bytes of UTF-8, and {(limit is null ? "this system sends less in one datagram" : $"at most {limit} fit")}; send it in parts.")
    {
        Size = size;
        Limit = limit;
    }

    /// <summary>How long the text is, in bytes of UTF-8.</summary>
    public int Size { get; }

    /// <summary>How long it may be, in bytes of UTF-8; null if only the system knows.</summary>
    public int? Limit { get; }
}
