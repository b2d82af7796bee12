namespace UdpChat.Testing.Extended;

/// <summary>What a sender was told of its message.</summary>
internal enum Report
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>It went out in the plain profile.</summary>
    Sent,

    /// <summary>The relay holds it.</summary>
    Accepted,

    /// <summary>It is in the recipient's client.</summary>
    Delivered,

    /// <summary>It has failed.</summary>
    Failed,
}
