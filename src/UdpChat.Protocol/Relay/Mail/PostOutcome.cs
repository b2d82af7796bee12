namespace UdpChat.Protocol.Relay.Mail;

/// <summary>What became of a message to a user.</summary>
internal enum PostOutcome
{
    /// <summary>It is in the queue.</summary>
    Held,

    /// <summary>There is no room now, but soon there may be: the recipient is connected.</summary>
    QueueFull,

    /// <summary>There is no room, and the recipient is away.</summary>
    MailboxFull,
}
