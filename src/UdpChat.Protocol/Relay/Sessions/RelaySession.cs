using System;
using System.Collections.Generic;
using UdpChat.Protocol.Link;
using UdpChat.Protocol.Relay.Mail;
using UdpChat.Protocol.Relay.Users;

namespace UdpChat.Protocol.Relay.Sessions;

/// <summary>The session of a client of the extended profile. There are many, and most are idle: what is not needed then is elsewhere.</summary>
internal sealed class RelaySession : WheelTimer, ILinkUser
{
    /// <summary>How much <see cref="Backlog"/> may become before nothing more is taken in.</summary>
    public const int MaxBacklog = 4_096;

    private readonly SessionLayer _layer;
    private SessionTraffic? _traffic;
    private RareState? _rare;
    private long _nextDelivery = 1; // while there is no traffic

    public RelaySession(SessionLayer layer, ulong id, User user, in PeerAddress address)
    {
        _layer = layer;
        Id = id;
        User = user;
        Address = address;
        Link = new ReliableLink(id, this, layer.Links);
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
    public ushort RegisterSize;

    /// <summary>Whether it is among the sessions that may have something to send.</summary>
    public bool IsDirty;

    /// <summary>Whether it is among those that may rest.</summary>
    public bool IsRestDue;

    /// <summary>Its last sign of life, in ticks of the sweep, and its neighbours in their order.</summary>
    public uint LastSign;

    /// <inheritdoc cref="LastSign"/>
    public RelaySession? Older, Newer;

    /// <summary>The next with the same place in the table.</summary>
    public RelaySession? NextInTable;

    /// <summary>How much its client takes in that its user has not taken.</summary>
    public long InboxMessages, InboxBytes;

    /// <summary>Whether it takes in another one.</summary>
    public bool HasInboxRoom => _traffic is not { Deliveries: var untaken } || (untaken.Count < InboxMessages && untaken.Bytes < InboxBytes);

    /// <summary>The number of the last SENDTO, for those without.</summary>
    public long LastNumber;

    /// <summary>Whom the last FROM came from, for those without tags.</summary>
    public byte[] LastSender = [];

    /// <inheritdoc cref="LastSender"/>
    public long LastSenderIncarnation, LastSenderNumber;

    /// <summary>How much of the next message to be sent was written already.</summary>
    public int WrittenOfNext;

    /// <summary>What is under way; made if nothing was.</summary>
    public SessionTraffic Traffic => _traffic ?? BeginTraffic();

    /// <summary>Whether nothing is under way, nor anything else there that most sessions never have.</summary>
    public bool IsResting => _traffic is null && _rare is null && Link.IsResting;

    /// <summary>The messages that were written and not taken.</summary>
    public Deliveries Deliveries => Traffic.Deliveries;

    /// <inheritdoc cref="Verdicts.Accepted"/>
    public RangeSet Accepted => Traffic.Verdicts.Accepted;

    /// <inheritdoc cref="Verdicts.Accepted"/>
    public RangeSet Delivered => Traffic.Verdicts.Delivered;

    /// <inheritdoc cref="Verdicts.Final"/>
    public RangeSet Final => Traffic.Verdicts.Final;

    /// <summary>The text that is being put together, if one is.</summary>
    public TextAssembly? Assembly
    {
        get => _rare?.Assembly;
        set
        {
            if (value is not null || _rare is not null)
                Rare.Assembly = value;
        }
    }

    /// <summary>The new address that was challenged, if one was.</summary>
    public AddressChallenge? Challenge
    {
        get => _rare?.Challenge;
        set
        {
            if (value is not null || _rare is not null)
                Rare.Challenge = value;
        }
    }

    /// <summary>The recipients for whom everything is refused until it is offered again; null if there are none.</summary>
    public HashSet<User>? Blocked
    {
        get => _rare?.Blocked;
        set => Rare.Blocked = value;
    }

    /// <summary>The same for names that nobody has yet.</summary>
    public HashSet<string>? BlockedNames
    {
        get => _rare?.BlockedNames;
        set => Rare.BlockedNames = value;
    }

    /// <summary>How much is to be told, and is not known to have been heard.</summary>
    public int Backlog => _traffic is not null ? _traffic.Verdicts.Count : 0;

    private RareState Rare => _rare ??= new();

    /// <summary>Tells the sender that a message was not taken in, or is lost again.</summary>
    public void Refuse(long number, RefusalCode code, byte[] name) => Refuse(number, number, code, name);

    /// <summary>The same for all numbers of a range.</summary>
    public void Refuse(long first, long last, RefusalCode code, byte[] name) => Traffic.Verdicts.Refuse(new Refusal(first, last, code, name));

    /// <summary>
    /// Whether a message to somebody was refused for good, and its sender may not know. If it doesn't it sends that again in its
    /// next session, where it may be taken in; a later one must not be there before it.
    /// </summary>
    public bool HasUnheardRefusal(byte[] name) => _traffic?.Verdicts.HasUnheardRefusal(name) == true;

    /// <summary>Tells the sender that there is room for a recipient again.</summary>
    public void Open(User recipient)
    {
        if (Blocked?.Contains(recipient) == true)
            Traffic.Verdicts.Open(recipient);
    }

    /// <inheritdoc/>
    public void LineReceived(ReadOnlySpan<byte> line, TimeSpan now) => _layer.HandleLine(this, line);

    /// <summary>Writes verdicts to the link, as far as there is room.</summary>
    public void WriteVerdicts() => _traffic?.Verdicts.Write(Link);

    /// <summary>Takes a refusal of which the sender is known to have been told.</summary>
    public bool TryTakeRefused(out Refusal refusal)
    {
        refusal = default;
        return _traffic is not null && _traffic.Verdicts.TryTakeRefused(Link.AcknowledgedOffset, out refusal);
    }

    /// <summary>The oldest message that is not known to be delivered and is; null if there is none.</summary>
    public HeldMail? TakeDelivered() => _traffic?.Deliveries.TakeDelivered(Link.AcknowledgedOffset);

    /// <summary>The messages that were refused for good and whose sender may not know, the last first; nothing can be refused any more.</summary>
    public IEnumerable<long> TakeUnheard() => _traffic?.Verdicts.TakeUnheard() ?? [];

    /// <summary>Gives back what it does not need while nothing is under way, if nothing is.</summary>
    /// <returns>Whether that is to be tried again later, though nothing happens until then.</returns>
    public bool Rest(TimeSpan now)
    {
        if (IsClosed)
            return false;
        if (_traffic is { IsEmpty: true } traffic)
        {
            _nextDelivery = traffic.Deliveries.Next;
            _traffic = null;
            _layer.Traffic.Return(traffic);
        }
        if (_rare is { IsEmpty: true })
            _rare = null;
        return Link.Rest(now);
    }

    /// <summary>Gives back the memory for what was under way; it has ended.</summary>
    public void Release() => _traffic?.Deliveries.Release();

    private SessionTraffic BeginTraffic()
    {
        _traffic = _layer.Traffic.Rent();
        _traffic.Deliveries.Begin(_nextDelivery);
        return _traffic;
    }

    /// <summary>What most sessions never have.</summary>
    private sealed class RareState
    {
        public TextAssembly? Assembly;
        public AddressChallenge? Challenge;
        public HashSet<User>? Blocked;
        public HashSet<string>? BlockedNames;

        public bool IsEmpty => Assembly is null && Challenge is null && Blocked is not { Count: > 0 } && BlockedNames is not { Count: > 0 };
    }
}
