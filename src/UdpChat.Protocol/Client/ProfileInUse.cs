namespace UdpChat.Protocol.Client;

/// <summary>Which profile a client and its relay have agreed upon.</summary>
internal enum ProfileInUse
{
    /// <summary>None yet.</summary>
    Unknown,

    /// <summary>The plain profile.</summary>
    Plain,

    /// <summary>The extended profile.</summary>
    Extended,
}
