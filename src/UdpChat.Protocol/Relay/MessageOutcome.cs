namespace UdpChat.Protocol.Relay;

/// <summary>What became of a message of the extended profile, or to somebody's mailbox. A message can have several, one after another.</summary>
public enum MessageOutcome
{
    /// <summary>It is held for its recipient.</summary>
    Held,

    /// <summary>It was sent to a plain client.</summary>
    SentPlain,

    /// <summary>It was here before: its sender was told so, and nothing else happened.</summary>
    Repeated,

    /// <summary>Nobody has the recipient's name: refused.</summary>
    NoSuchUser,

    /// <summary>Nobody has the recipient's name, but the relay has only just started: to be offered again.</summary>
    NotYet,

    /// <summary>The recipient's name is none: refused.</summary>
    BadName,

    /// <summary>The text is too large: refused.</summary>
    TooLarge,

    /// <summary>The recipient is connected and slow: to be offered again.</summary>
    QueueFull,

    /// <summary>The recipient is away and has no room for it: refused.</summary>
    MailboxFull,

    /// <summary>The store could not keep it: refused.</summary>
    StoreFailed,

    /// <summary>It has reached its recipient's client.</summary>
    Delivered,

    /// <summary>Its recipient has taken it.</summary>
    Taken,

    /// <summary>Its recipient did not come in time.</summary>
    Expired,

    /// <summary>Its recipient's name has been given up, or its lifetime has ended.</summary>
    RecipientGone,

    /// <summary>Its number is out of bounds, or the line is malformed.</summary>
    Malformed,
}
