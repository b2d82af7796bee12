namespace UdpChat.Protocol.Link;

/// <summary>What a link made of a datagram.</summary>
internal enum LinkOutcome
{
    /// <summary>It was taken in.</summary>
    Received,

    /// <summary>It was here before.</summary>
    Duplicate,

    /// <summary>It came too early to be kept; it has to come again.</summary>
    NotKept,

    /// <summary>It acknowledges what was never sent, or has no whole lines.</summary>
    Malformed,
}
