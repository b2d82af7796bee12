using System.Collections.Generic;

namespace UdpChat.Protocol.Relay.Storage;

/// <summary>A reserved name, as a store keeps it.</summary>
internal sealed class StoredUser
{
    /// <summary>Its number, which no other user of the store ever has.</summary>
    public long Id;

    /// <summary>Its name, UTF-8 in NFC, in its owner's letter case.</summary>
    public byte[] Name = [];

    /// <summary>The SHA-256 of its token, 32 bytes.</summary>
    public byte[] TokenHash = [];

    /// <summary>The incarnation that registered last.</summary>
    public long Incarnation;

    /// <summary>The number up to which every message of this incarnation is decided.</summary>
    public long Decided;

    /// <summary>Its last sign of life, in milliseconds since 1970; known to the hour.</summary>
    public long LastSeen;

    /// <summary>The source prefix from which it registered, for the limit on names of one prefix.</summary>
    public ulong Prefix;

    /// <summary>How many messages are kept for it, and how many bytes their texts have together. Only filled in by loading.</summary>
    public long MailCount, MailBytes;

    /// <summary>The numbers of this incarnation's own messages that are kept for others, in any order. Only filled in by loading.</summary>
    public List<long> Held = [];
}
