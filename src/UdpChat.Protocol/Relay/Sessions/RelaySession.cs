using System;
using System.Collections.Generic;
using System.Linq;
using UdpChat.Protocol.Link;
using UdpChat.Protocol.Relay.Users;
using UdpChat.Protocol.Wire;

namespace UdpChat.Protocol.Relay.Sessions;

/// <summary>The session of a client of the extended profile.</summary>
internal sealed class RelaySession : WheelTimer, ILinkUser
{
    private readonly SessionLayer _layer;

    public RelaySession(SessionLayer layer, ulong id, User user, in PeerAddress address, MemoryBudget early)
    {
        _layer = layer;
        Id = id;
        User = user;
        Address = address;
        Link = new ReliableLink(id, this, early);
    }

    /// <summary>Its id.</summary>
    public ulong Id { get; }

    /// <summary>Whose it is.</summary>
    public User User { get; }

    /// <summary>Its stream of lines both ways.</summary>
    public ReliableLink Link { get; }

    /// <summary>Where its client is.</summary>
    public PeerAddress Address;

    /// <summary>The registration that began it.</summary>
    public long Registration;

    /// <summary>Whether its client has returned something that was sent there.</summary>
    public bool IsProven;

    /// <summary>Whether it has ended.</summary>
    public bool IsClosed;

    /// <summary>Whether the answer to its registration waits for the store, and the size of the datagram that it answers.</summary>
    public bool IsAnswerDue;

    /// <inheritdoc cref="IsAnswerDue"/>
    public int RegisterSize;

    /// <summary>Whether it is among the sessions that may have something to send.</summary>
    public bool IsDirty;

    /// <summary>Its last sign of life, in ticks of the sweep, and its neighbours in their order.</summary>
    public uint LastSign;

    /// <inheritdoc cref="LastSign"/>
    public RelaySession? Older, Newer;

    /// <summary>How much its client takes in that its user has not taken.</summary>
    public long InboxMessages, InboxBytes;

    /// <summary>How much of that there is.</summary>
    public long UntakenMessages, UntakenBytes;

    /// <summary>The messages that were written and not taken.</summary>
    public Deliveries Deliveries { get; } = new();

    /// <summary>The numbers to be told as accepted, and as delivered.</summary>
    public RangeSet Accepted { get; } = new();

    /// <inheritdoc cref="Accepted"/>
    public RangeSet Delivered { get; } = new();

    /// <summary>The numbers to be told as accepted for a plain client, of which nothing more will be known.</summary>
    public RangeSet Final { get; } = new();

    /// <summary>The number of the last SENDTO, for those without.</summary>
    public long LastNumber;

    /// <summary>Whom the last FROM came from, for those without tags.</summary>
    public byte[] LastSender = [];

    /// <inheritdoc cref="LastSender"/>
    public long LastSenderIncarnation, LastSenderNumber;

    /// <summary>How much of the next message to be sent was written already.</summary>
    public int WrittenOfNext;

    /// <summary>The text that is being put together, if one is.</summary>
    public TextAssembly? Assembly;

    /// <summary>The new address that was challenged, with what, when, and how many bytes came from and went there.</summary>
    public PeerAddress ChallengedAddress;

    /// <inheritdoc cref="ChallengedAddress"/>
    public ulong Challenge;

    /// <inheritdoc cref="ChallengedAddress"/>
    public TimeSpan ChallengedAt = TimeSpan.MinValue;

    /// <inheritdoc cref="ChallengedAddress"/>
    public long ChallengeBudget;

    /// <summary>The recipients for whom everything is refused until it is offered again; null if there are none.</summary>
    public HashSet<User>? Blocked;

    /// <summary>The same for names that nobody has yet.</summary>
    public HashSet<string>? BlockedNames;

    /// <summary>How much <see cref="Backlog"/> may become before nothing more is taken in.</summary>
    public const int MaxBacklog = 4_096;

    private Queue<Refusal>? _refusals;
    private Queue<(long EndOffset, Refusal Refusal)>? _refused;
    private Queue<User>? _opened;
    private Dictionary<string, int>? _unheard; // by recipient, the refusals for good that are not known to have been heard

    /// <summary>How much is to be told, and is not known to have been heard.</summary>
    public int Backlog => (_refusals?.Count ?? 0) + (_refused?.Count ?? 0) + Accepted.Count + Delivered.Count + Final.Count;

    /// <summary>Tells the sender that a message was not taken in, or is lost again.</summary>
    public void Refuse(long number, RefusalCode code, byte[] name) => Refuse(number, number, code, name);

    /// <summary>The same for all numbers of a range.</summary>
    public void Refuse(long first, long last, RefusalCode code, byte[] name)
    {
        var refusal = new Refusal(first, last, code, name);
        (_refusals ??= new()).Enqueue(refusal);
        if (!refusal.IsDecision)
            return;
        _unheard ??= [];
        string key = KeyOf(name);
        _unheard[key] = (_unheard.TryGetValue(key, out int count) ? count : 0) + 1;
    }

    /// <summary>
    /// Whether a message to somebody was refused for good, and its sender may not know. If it doesn't it sends that again in its
    /// next session, where it may be taken in; a later one must not be there before it.
    /// </summary>
    public bool HasUnheardRefusal(byte[] name) => _unheard is { Count: > 0 } && _unheard.ContainsKey(KeyOf(name));

    /// <summary>Tells the sender that there is room for a recipient again.</summary>
    public void Open(User recipient)
    {
        if (Blocked?.Contains(recipient) == true)
            (_opened ??= new()).Enqueue(recipient);
    }

    /// <inheritdoc/>
    public void LineReceived(ReadOnlySpan<byte> line, TimeSpan now) => _layer.HandleLine(this, line);

    /// <summary>Writes verdicts to the link, as far as there is room.</summary>
    public void WriteVerdicts()
    {
        WriteRanges("ACCEPTED: "u8, Accepted);
        WriteRanges("@final ACCEPTED: "u8, Final);
        WriteRanges("DELIVERED: "u8, Delivered);
        while (_refusals is { Count: > 0 } && Link.Room >= Refusal.MaxBytes)
        {
            Refusal refusal = _refusals.Dequeue();
            Link.Commit(refusal.Write(Link.Reserve(Refusal.MaxBytes)));
            if (refusal.IsDecision || refusal.Code == RefusalCode.Expired)
                (_refused ??= new()).Enqueue((Link.WrittenOffset, refusal));
        }
        while (_opened is { Count: > 0 } && Link.Room >= LinkLimits.MaxPayloadBytes)
        {
            var writer = new AsciiWriter(Link.Reserve(LinkLimits.MaxPayloadBytes));
            writer.Write("OPEN: "u8);
            writer.Write(_opened.Dequeue().Name);
            writer.Write((byte)'\n');
            Link.Commit(writer.Length);
        }
    }

    /// <summary>Takes a refusal of which the sender is known to have been told.</summary>
    public bool TryTakeRefused(out Refusal refusal)
    {
        refusal = default;
        if (_refused is not { Count: > 0 } || _refused.Peek().EndOffset > Link.AcknowledgedOffset)
            return false;
        refusal = _refused.Dequeue().Refusal;
        if (refusal.IsDecision)
        {
            string key = KeyOf(refusal.Name);
            if (--_unheard![key] == 0)
                _unheard.Remove(key);
        }
        return true;
    }

    /// <summary>The messages that were refused for good and whose sender may not know, the last first; nothing can be refused any more.</summary>
    public IEnumerable<long> TakeUnheard()
    {
        if (_unheard is not { Count: > 0 })
            return [];
        _unheard = null;
        return (_refused ?? []).Select(refused => refused.Refusal).Concat(_refusals ?? []).Where(refusal => refusal.IsDecision).Select(refusal => refusal.First).OrderByDescending(number => number);
    }

    private static string KeyOf(byte[] name)
    {
        Span<byte> folded = stackalloc byte[ChatName.MaxFoldedBytes];
        return Utf8.GetString(folded.Slice(0, ChatName.Fold(name, folded)));
    }

    private void WriteRanges(ReadOnlySpan<byte> verb, RangeSet ranges)
    {
        while (ranges.Count > 0 && Link.Room >= LinkLimits.MaxPayloadBytes)
        {
            var writer = new AsciiWriter(Link.Reserve(LinkLimits.MaxPayloadBytes).Slice(0, LinkLimits.MaxPayloadBytes - 1));
            writer.Write(verb);
            NumberRanges.WriteAndRemove(ref writer, ranges);
            Link.Reserve(writer.Length + 1)[writer.Length] = (byte)'\n';
            Link.Commit(writer.Length + 1);
        }
    }
}
