namespace UdpChat.Protocol.Client;

/// <summary>Why a client could not connect.</summary>
internal enum ConnectFailure
{
    /// <summary>Nothing, or nothing that says that the client is registered, came back in time.</summary>
    TimedOut,

    /// <summary>The relay answered the registration with a notice, and then did not know the client.</summary>
    NameRefused,
}
