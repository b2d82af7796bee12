namespace UdpChat.Protocol.Wire;

/// <summary>What a line of the extended profile says.</summary>
internal enum ExtendedVerb
{
    /// <summary>None of the others.</summary>
    Unknown,

    /// <summary><c>REGISTER: name</c></summary>
    Register,

    /// <summary><c>UNREGISTER: name</c></summary>
    Unregister,

    /// <summary><c>HEARTBEAT: name</c></summary>
    Heartbeat,

    /// <summary><c>ACK:</c></summary>
    Ack,

    /// <summary><c>CHALLENGE: bits</c></summary>
    Challenge,

    /// <summary><c>RESPONSE: bits</c></summary>
    Response,

    /// <summary><c>SENDTO:name: text</c></summary>
    SendTo,

    /// <summary><c>FROM:name: text</c></summary>
    From,

    /// <summary><c>INFO: text</c></summary>
    Info,

    /// <summary><c>TAKEN: ranges</c></summary>
    Taken,

    /// <summary><c>WATCH:name: ranges</c></summary>
    Watch,

    /// <summary><c>ACCEPTED: ranges</c></summary>
    Accepted,

    /// <summary><c>DELIVERED: ranges</c></summary>
    Delivered,

    /// <summary><c>OPEN: name</c></summary>
    Open,
}
