namespace UdpChat.Protocol.Relay;

/// <summary>What the relay remembers of one client, besides its name.</summary>
internal struct ClientRecord
{
    /// <summary>Where it sends from and is sent to.</summary>
    public PeerAddress Address;

    /// <summary>The halves of the hashes under which it is found.</summary>
    public uint AddressHash, NameHash;

    /// <summary>Its neighbours in the order of last signs of life, or -1. <see cref="Older"/> links the unused records, too.</summary>
    public int Older, Newer;

    /// <summary>Its last sign of life, in ticks of the relay's sweep.</summary>
    public uint LastSign;

    /// <summary>How many bytes its name has.</summary>
    public byte NameLength;

    /// <summary>Whether it sends lines, as netcat does, and so is sent lines.</summary>
    public bool IsLinePeer;
}
