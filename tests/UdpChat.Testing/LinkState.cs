namespace UdpChat.Testing;

/// <summary>Whether a link carries datagrams.</summary>
internal enum LinkState
{
    /// <summary>It does.</summary>
    Up,

    /// <summary>Broken somewhere far away: everything vanishes and nobody is told.</summary>
    Cut,

    /// <summary>The host itself has no network: nothing leaves, and opening a path fails.</summary>
    Unplugged,
}
