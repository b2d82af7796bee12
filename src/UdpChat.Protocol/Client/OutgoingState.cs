namespace UdpChat.Protocol.Client;

/// <summary>What is known of a message that a client was to send.</summary>
internal enum OutgoingState
{
    /// <summary>It is not decided: it waits, or is under way to the relay.</summary>
    Queued,

    /// <summary>It went out in the plain profile, where no more can be known.</summary>
    Sent,

    /// <summary>The relay holds it.</summary>
    Accepted,

    /// <summary>It has reached the recipient's client.</summary>
    Delivered,

    /// <summary>It was refused, lost or given up.</summary>
    Failed,
}
