namespace UdpChat.Protocol.Wire;

/// <summary>What a datagram of the plain profile is.</summary>
internal enum PlainMessageKind
{
    /// <summary>It has no bytes.</summary>
    Empty,

    /// <summary>It begins with a byte that no text in the clear begins with: a control character, DTLS, STUN, or a byte above 126.</summary>
    NotText,

    /// <summary>It begins with <c>@</c>: the extended profile.</summary>
    Extended,

    /// <summary>Text that is none of the messages below, or not UTF-8 and no relay's.</summary>
    Malformed,

    /// <summary><c>REGISTER: name</c></summary>
    Register,

    /// <summary><c>HEARTBEAT: name</c></summary>
    Heartbeat,

    /// <summary><c>SENDTO:name: text</c></summary>
    SendTo,

    /// <summary><c>UNREGISTER: name</c></summary>
    Unregister,

    /// <summary><c>FROM:name: text</c>; without a name it is a relay's message that can't be read.</summary>
    From,

    /// <summary><c>INFO: text</c></summary>
    Info,
}
