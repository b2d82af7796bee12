namespace UdpChat.Protocol.Client;

/// <summary>What became of a message that a client was to send.</summary>
internal enum SendOutcome
{
    /// <summary>It is among the datagrams to send.</summary>
    Sent,

    /// <summary>It waits in the outbox until the client is connected.</summary>
    Queued,

    /// <summary>The outbox is full; nothing was taken.</summary>
    OutboxFull,

    /// <summary>The client has ended; nothing was taken.</summary>
    Closed,
}
