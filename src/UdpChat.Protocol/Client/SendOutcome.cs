namespace UdpChat.Protocol.Client;

/// <summary>What became of a message that a client was to send.</summary>
internal enum SendOutcome
{
    /// <summary>It is among the datagrams to send.</summary>
    Sent,

    /// <summary>It is in the outbox, from which it goes out when it can.</summary>
    Queued,

    /// <summary>It is too large for the profile in use; nothing was taken.</summary>
    TooLarge,

    /// <summary>The outbox is full; nothing was taken.</summary>
    OutboxFull,

    /// <summary>The client has ended; nothing was taken.</summary>
    Closed,
}
