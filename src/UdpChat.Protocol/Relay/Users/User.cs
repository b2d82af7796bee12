using System;
using UdpChat.Protocol.Link;
using UdpChat.Protocol.Relay.Mail;
using UdpChat.Protocol.Relay.Sessions;

namespace UdpChat.Protocol.Relay.Users;

/// <summary>The owner of a reserved name, there or away. Away and without mail in memory, it is all that stays.</summary>
internal sealed class User(long id, byte[] name)
{
    /// <summary>Its number in the store.</summary>
    public readonly long Id = id;

    /// <summary>Its name, in NFC, in its owner's letter case.</summary>
    public byte[] Name = name;

    /// <summary>The hash of the token for which the name is reserved.</summary>
    public TokenHash Token;

    /// <summary>The incarnation that registered last.</summary>
    public long Incarnation;

    /// <summary>Of this incarnation's messages those that must not be taken in again: held or decided, or refused in its present session.</summary>
    public NumberSet Seen;

    /// <summary>Those that are decided. What the store is still to keep is not: it can fail. Kept only with a store.</summary>
    public NumberSet Decided;

    private uint _lastSeen; // in seconds

    /// <summary>Which of the counters of names its source prefix has.</summary>
    public int PrefixBucket;

    /// <summary>Its session; null while it is away.</summary>
    public RelaySession? Session;

    /// <summary>The mail that is in memory; null if there is none.</summary>
    public MailQueue? Queue;

    /// <summary>How much mail there is for it, in memory and in the store.</summary>
    public int MailCount;

    /// <inheritdoc cref="MailCount"/>
    public long MailBytes;

    /// <summary>How much of it is in the store only.</summary>
    public int Unread;

    /// <summary>The sequence number after which the mail that is in the store only begins; meaningful if there is any.</summary>
    public long ReadThrough;

    /// <summary>How many of its questions about its messages the store has not answered.</summary>
    public byte Questions;

    /// <summary>Whether one of its sessions ever came from where its client was. If not, anybody may have made it up.</summary>
    public bool WasProven;

    /// <summary>Whether the store has this incarnation of it.</summary>
    public bool IsSaved;

    /// <summary>Whether the store has it at all, so that it can have mail there.</summary>
    public bool IsKnown;

    /// <summary>Whether its decided number goes to the store with the next group.</summary>
    public bool IsDecidedDirty;

    /// <summary>Whether it is no more, and only its place in the registry is still there.</summary>
    public bool IsRemoved;

    /// <summary>Its messages that were accepted and have expired while it was away, for its questions. Kept only without a store.</summary>
    public RangeSet? Expired { get; private set; }

    /// <summary>Remembers that an accepted message has expired.</summary>
    public void AddExpired(long number)
    {
        Expired ??= new RangeSet();
        // With too many ranges one takes in what lies between: what has expired may have arrived.
        if (Expired.Count < NumberSet.MaxGaps)
            Expired.Add(number);
        else
            Expired.Add(Math.Min(number, Expired.Last), Math.Max(number, Expired.Last));
    }

    /// <summary>Begins with another incarnation, of whose messages nothing is known.</summary>
    public void Begin(long incarnation)
    {
        Incarnation = incarnation;
        Seen = default;
        Decided = default;
        Expired = null;
    }

    /// <summary>Its last sign of life, in milliseconds since 1970; known to the second.</summary>
    public long LastSeen
    {
        get => _lastSeen * 1_000L;
        set => _lastSeen = (uint)Math.Min(Math.Max(0, value / 1_000), uint.MaxValue);
    }

    /// <summary>Whether it is connected: it has a session, whose address is known to receive.</summary>
    public bool IsConnected => Session is { IsProven: true };
}
