namespace UdpChat.Protocol.Relay.Sessions;

/// <summary>Why a long text is not put together.</summary>
internal enum AssemblyFailure
{
    /// <summary>It is.</summary>
    None,

    /// <summary>It is larger than any text may be.</summary>
    TooLarge,

    /// <summary>There was no memory for it, and later there may be.</summary>
    NoMemory,
}
