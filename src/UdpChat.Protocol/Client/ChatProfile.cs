namespace UdpChat.Protocol.Client;

/// <summary>Which profile of the protocol a client speaks.</summary>
public enum ChatProfile
{
    /// <summary>The extended profile if the relay offers it, otherwise the plain one; chosen anew at each reconnect.</summary>
    Auto,

    /// <summary>The plain profile, which any relay speaks: messages can be lost, doubled or overtaken.</summary>
    Plain,

    /// <summary>The extended profile and no other: a relay that doesn't speak it can't be connected to.</summary>
    Extended,
}
