namespace UdpChat.Protocol.Relay;

/// <summary>What became of a datagram that a relay received. Each has exactly one outcome.</summary>
public enum DatagramOutcome
{
    /// <summary>REGISTER of a free name from an unknown address: registered.</summary>
    Registered,

    /// <summary>REGISTER of the sender's own name: nothing changes.</summary>
    RegisteredAgain,

    /// <summary>REGISTER of a free name from a registered address: renamed.</summary>
    Renamed,

    /// <summary>REGISTER of a name that another address has: refused.</summary>
    NameTaken,

    /// <summary>REGISTER of something that can't be a name: refused.</summary>
    BadName,

    /// <summary>REGISTER while the relay has all the clients it may have: refused.</summary>
    RelayFull,

    /// <summary>REGISTER while the source prefix has all the clients it may have: refused.</summary>
    PrefixFull,

    /// <summary>HEARTBEAT of a registered client under its own name.</summary>
    Heartbeat,

    /// <summary>HEARTBEAT from an unknown address, or under another name than the sender's: told to register.</summary>
    HeartbeatNotRegistered,

    /// <summary>SENDTO that was forwarded to its recipient.</summary>
    Forwarded,

    /// <summary>SENDTO from an unknown address: refused, told to register.</summary>
    SenderNotRegistered,

    /// <summary>SENDTO to a name that nobody has: refused.</summary>
    NoSuchUser,

    /// <summary>SENDTO to something that can't be a name: refused.</summary>
    BadRecipient,

    /// <summary>SENDTO of a text that is too large: refused.</summary>
    TooLarge,

    /// <summary>UNREGISTER of a registered client under its own name: it has left.</summary>
    Unregistered,

    /// <summary>UNREGISTER from an unknown address, or under another name than the sender's: ignored.</summary>
    UnregisterIgnored,

    /// <summary>FROM or INFO, which only a relay sends: ignored, so that two relays never talk to each other.</summary>
    RelayMessage,

    /// <summary>No bytes, or only a line peer's line ending: ignored.</summary>
    Empty,

    /// <summary>It begins with a byte that no text in the clear begins with, such as a DTLS record: ignored.</summary>
    NotText,

    /// <summary>SENDTO to somebody who is away: kept in the mailbox, and the sender told so.</summary>
    Kept,

    /// <summary>SENDTO to somebody whose mailbox has no room: refused.</summary>
    MailboxFull,

    /// <summary>REGISTER of the extended profile: a session has begun.</summary>
    ExtendedRegistered,

    /// <summary>The same REGISTER of the extended profile once more: answered once more.</summary>
    ExtendedRegisteredAgain,

    /// <summary>REGISTER of the extended profile by an incarnation that a newer one has replaced: told so.</summary>
    ExtendedReplaced,

    /// <summary>REGISTER of the extended profile that a later one has overtaken: ignored.</summary>
    ExtendedStale,

    /// <summary>It begins as the extended profile does and is not of its form: ignored.</summary>
    ExtendedMalformed,

    /// <summary>A datagram of a session.</summary>
    Session,

    /// <summary>A datagram of a session that was here before.</summary>
    SessionDuplicate,

    /// <summary>A datagram of a session that came too early to be kept; it has to come again.</summary>
    SessionNotKept,

    /// <summary>A datagram of a session that the relay doesn't know: told so.</summary>
    SessionUnknown,

    /// <summary>Text that is none of the protocol's messages, or not UTF-8: told how to do it.</summary>
    Malformed,

    /// <summary>From UDP port 0, which can't be answered (RFC 768: no source port): ignored.</summary>
    NoSourcePort,
}
