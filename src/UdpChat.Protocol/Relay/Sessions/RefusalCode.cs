namespace UdpChat.Protocol.Relay.Sessions;

/// <summary>Why a message was not taken in, or is lost again.</summary>
internal enum RefusalCode : byte
{
    /// <summary><c>no-such-user</c></summary>
    NoSuchUser,

    /// <summary><c>not-yet</c></summary>
    NotYet,

    /// <summary><c>bad-name</c></summary>
    BadName,

    /// <summary><c>too-large</c></summary>
    TooLarge,

    /// <summary><c>queue-full</c></summary>
    QueueFull,

    /// <summary><c>mailbox-full</c></summary>
    MailboxFull,

    /// <summary><c>store-failed</c></summary>
    StoreFailed,

    /// <summary><c>expired</c></summary>
    Expired,

    /// <summary><c>unknown</c></summary>
    Unknown,

    /// <summary><c>not-yet</c>, in answer to a WATCH</summary>
    AskAgain,
}
