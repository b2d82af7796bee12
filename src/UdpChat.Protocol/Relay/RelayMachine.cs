using System;
using System.Buffers;
using System.Collections.Generic;
using UdpChat.Protocol.Relay.Mail;
using UdpChat.Protocol.Relay.Sessions;
using UdpChat.Protocol.Relay.Storage;
using UdpChat.Protocol.Relay.Users;
using UdpChat.Protocol.Wire;

namespace UdpChat.Protocol.Relay;

/// <summary>
/// The relay as a state machine: it is given datagrams, the time and its store's answers, and answers with datagrams to
/// send and requests to the store.
/// </summary>
internal sealed class RelayMachine
{
    /// <summary>How many clients one <see cref="Sweep"/> removes at most, so that a flood that ends does not hold up the rest.</summary>
    public const int MaxSweep = 100;

    /// <summary>The room that a datagram to send needs at most: a datagram, and a line feed that may turn out not to be needed.</summary>
    public const int MaxAnswerBytes = WireLimits.MaxDatagramBytes + 1;

    private const int ScanTicks = 1_024; // a whole scan of all reserved names takes so many ticks

    private const long SignInterval = 3_600_000; // how often the store is told that somebody is still there, in milliseconds

    private static readonly TimeSpan ExpiryInterval = TimeSpan.FromMinutes(1);

    private readonly RelayOptions _options;
    private readonly RelayCore _core;
    private readonly ClientRegistry _clients;
    private readonly DirtySessions _dirty = new();
    private readonly StoreQueue? _store;
    private readonly Mailboxes _mail;
    private readonly SessionLayer _sessions;
    private long _plainMessages; // the numbers of messages of plain clients to mailboxes
    private TimeSpan _expiryDue;
    private uint _scannedTick;
    private int _scanned;

    /// <param name="options">Its times and limits.</param>
    /// <param name="random">Keys, session ids and challenges.</param>
    /// <param name="clock">The time.</param>
    /// <param name="content">What its store holds; null if it has none.</param>
    public RelayMachine(RelayOptions options, IRandomSource random, RelayTime clock = default, StoreContent? content = null)
    {
        _options = options;
        _core = new RelayCore(options, random, clock, content?.Id ?? 0);
        _clients = _core.Clients;
        _store = content is null ? null : new StoreQueue();
        _mail = new Mailboxes(options, _core.Users, _dirty, _store, _core.Counters);
        _sessions = new SessionLayer(_core, _mail, _dirty, _store);
        _expiryDue = clock.Now;
        if (content is null)
            return;
        _mail.Load(content.LastSequence);
        _sessions.Registrar.Load(content);
    }

    /// <summary>What was counted so far.</summary>
    public RelayCounters Counters => _core.Counters;

    /// <summary>How many clients are registered: plain ones, and those with a session.</summary>
    public int ClientCount => _clients.Count + _sessions.Count;

    /// <summary>How many sessions there are.</summary>
    public int SessionCount => _sessions.Count;

    /// <summary>How many names are reserved.</summary>
    public int ReservedNames => _core.Users.Count;

    /// <summary>The owners of reserved names, each with the mail for it; for tests.</summary>
    public UserRegistry Users => _core.Users;

    /// <summary>How many bytes of memory mail uses.</summary>
    public long MailMemory => _mail.Memory.Used;

    /// <summary>How many bytes of memory datagrams that came too early and texts that are not complete use.</summary>
    public long ReassemblyMemory => _sessions.IncompleteBytes;

    /// <summary>How often <see cref="Sweep"/> wants to be called.</summary>
    public TimeSpan SweepInterval => _core.TickLength;

    /// <summary>When <see cref="Tick"/> wants to be called; never if <see cref="TimeSpan.MaxValue"/>.</summary>
    public TimeSpan NextTick => Min(_sessions.NextTick, _mail.NextTick);

    /// <summary>Does what is due at the end of a tick of the sweep: removes who was silent for the client timeout, <see cref="MaxSweep"/> at most, and what has expired.</summary>
    /// <param name="clock">The time.</param>
    /// <returns>Whether there may be more to remove.</returns>
    public bool Sweep(RelayTime clock)
    {
        _core.Clock = clock;
        uint tick = _core.Tick;
        Expire(tick);
        bool isMore = _sessions.Sweep(tick, RelayCore.TicksPerTimeout, MaxSweep);
        for (int removed = 0; removed < MaxSweep; removed++)
        {
            int oldest = _clients.Oldest;
            if (oldest < 0 || tick - _clients[oldest].LastSign <= RelayCore.TicksPerTimeout)
                return isMore;
            _core.RemoveClient(oldest);
            Counters.AddEvicted();
        }
        return true;
    }

    /// <summary>Takes in one datagram. What is to be sent because of it may come only with <see cref="Flush"/>.</summary>
    /// <param name="from">Where it came from.</param>
    /// <param name="datagram">Its bytes.</param>
    /// <param name="clock">The time.</param>
    /// <param name="output">Takes the answers; has room for one of <see cref="MaxAnswerBytes"/>, or is sent and cleared by <see cref="DatagramBatch.WhenFull"/>.</param>
    public DatagramOutcome Receive(in PeerAddress from, ReadOnlySpan<byte> datagram, RelayTime clock, DatagramBatch output)
    {
        _core.Clock = clock;
        _core.Output = output;
        DatagramOutcome outcome = from.Port == 0 ? DatagramOutcome.NoSourcePort : Handle(from, datagram);
        Counters.Add(outcome);
        return outcome;
    }

    /// <summary>Does what is due at <see cref="NextTick"/>; any other time is harmless. <see cref="Flush"/> sends what comes of it.</summary>
    public void Tick(RelayTime clock)
    {
        _core.Clock = clock;
        _mail.Tick(clock.Now);
        _sessions.Tick();
    }

    /// <summary>Writes everything that can be sent to sessions.</summary>
    public void Flush(RelayTime clock, DatagramBatch output)
    {
        _core.Clock = clock;
        _core.Output = output;
        _sessions.Flush();
    }

    /// <summary>Ends: what is not in the store yet is to go there. Nothing else may be called then but <see cref="TakeStoreCommands"/>.</summary>
    public void Stop(RelayTime clock)
    {
        _core.Clock = clock;
        _sessions.Stop();
        _store?.End();
    }

    /// <summary>Takes what is for the store. They are done as a whole or not at all, and every one has to come back by <see cref="Complete"/>, in the same order; until then there is nothing to take.</summary>
    public void TakeStoreCommands(List<StoreCommand> commands) => _store?.Take(commands);

    /// <summary>Takes in what the store has answered.</summary>
    public void Complete(StoreCommand command, RelayTime clock, DatagramBatch output)
    {
        _core.Clock = clock;
        _core.Output = output;
        if (command.Kind == StoreCommandKind.FindMail && _store!.HasNotRemoved)
            command.HasFailed = true; // It may have found what was taken; it is asked again after the removal.
        if (command.Kind is StoreCommandKind.SaveUser or StoreCommandKind.FindMail)
            _sessions.Complete(command);
        else
            _mail.Complete(command, clock);
        _store!.Return(command);
    }

    private static TimeSpan Min(TimeSpan a, TimeSpan b) => a < b ? a : b;

    private DatagramOutcome Handle(in PeerAddress from, ReadOnlySpan<byte> datagram)
    {
        if (!datagram.IsEmpty && datagram[0] == '@')
            return HandleExtended(from, datagram);
        int client = _clients.Find(from);
        // An unknown peer is answered in the manner of the datagram itself.
        bool isLine = LineEnding.IsPresent(datagram);
        var sender = new Peer(from, client, isLine);
        if (client >= 0)
        {
            _clients.Touch(client, _core.Tick);
            sender = new Peer(from, client, _clients[client].IsLinePeer);
        }
        if (sender.IsLine)
            datagram = LineEnding.Trim(datagram);
        PlainMessage message = PlainMessage.Parse(datagram);
        switch (message.Kind)
        {
            case PlainMessageKind.SendTo:
                return Forward(sender, message);
            case PlainMessageKind.Heartbeat:
                if (IsOwnName(client, message.Name))
                    return DatagramOutcome.Heartbeat;
                Tell(sender, Notice.NotRegisteredInfo);
                return DatagramOutcome.HeartbeatNotRegistered;
            case PlainMessageKind.Register:
                // What a peer was before does not matter here: this decides what it is from now on.
                return Register(new Peer(from, client, isLine), sender.IsLine ? message.Name : LineEnding.Trim(message.Name));
            case PlainMessageKind.Unregister:
                if (!IsOwnName(client, message.Name))
                    return DatagramOutcome.UnregisterIgnored;
                _core.RemoveClient(client);
                return DatagramOutcome.Unregistered;
            case PlainMessageKind.From or PlainMessageKind.Info:
                return DatagramOutcome.RelayMessage;
            case PlainMessageKind.Empty:
                return DatagramOutcome.Empty;
            case PlainMessageKind.NotText:
                return DatagramOutcome.NotText;
            default:
                Tell(sender, Notice.MalformedInfo);
                return DatagramOutcome.Malformed;
        }
    }

    private DatagramOutcome HandleExtended(in PeerAddress from, ReadOnlySpan<byte> datagram)
    {
        DatagramOutcome outcome = _sessions.Receive(from, datagram, _core.Tick);
        // Whatever a plain client sends is a sign of life.
        if (outcome != DatagramOutcome.Session && _clients.Find(from) is >= 0 and var client)
            _clients.Touch(client, _core.Tick);
        return outcome;
    }

    private DatagramOutcome Forward(in Peer sender, in PlainMessage message)
    {
        if (sender.Client < 0)
        {
            Tell(sender, Notice.NotRegisteredInfo);
            return DatagramOutcome.SenderNotRegistered;
        }
        int recipient = FindWritten(message.Name, out NameError error, out byte[] name);
        if (error != NameError.None)
            return TellBadName(sender, error, DatagramOutcome.BadRecipient);
        if (recipient >= 0)
        {
            if (_core.TryForward(recipient, _clients.Name(sender.Client), message.Text, isEscaped: false))
                return DatagramOutcome.Forwarded;
            Tell(sender, Notice.TooLargeInfo);
            return DatagramOutcome.TooLarge;
        }
        return _core.Users.Find(name) is { IsKnown: true } user ? Post(sender, user, message.Text) : TellNoSuchUser(sender, name);
    }

    /// <summary>Puts a message of a plain client into somebody's mailbox.</summary>
    private DatagramOutcome Post(in Peer sender, User user, ReadOnlySpan<byte> text)
    {
        int escapedLength = LineText.EscapedLength(text);
        if (text.Length > _options.MaxMessageBytes || escapedLength > _options.MaxHeldBytes)
        {
            Tell(sender, Notice.TooLargeInfo);
            return DatagramOutcome.TooLarge;
        }
        byte[] escaped = ArrayPool<byte>.Shared.Rent(escapedLength);
        int length = LineText.Escape(text, escaped);
        PostOutcome outcome = _mail.Post(null, _clients.Name(sender.Client).ToArray(), _core.StartedAt.Unix, ++_plainMessages, user, escaped.AsSpan(0, length), _core.Clock);
        ArrayPool<byte>.Shared.Return(escaped);
        Span<byte> notice = stackalloc byte[Notice.MaxBytes];
        if (outcome == PostOutcome.Held && user.IsConnected)
            return DatagramOutcome.Forwarded;
        if (outcome == PostOutcome.Held)
        {
            Tell(sender, notice.Slice(0, Notice.Kept(notice, user.Name)));
            return DatagramOutcome.Kept;
        }
        Tell(sender, notice.Slice(0, Notice.MailboxFull(notice, user.Name)));
        return DatagramOutcome.MailboxFull;
    }

    private DatagramOutcome Register(in Peer sender, ReadOnlySpan<byte> written)
    {
        NameError error = _core.Check(written, out byte[] name);
        if (error != NameError.None)
        {
            Span<byte> wrong = stackalloc byte[Notice.MaxBytes];
            TellRegistration(sender, wrong.Slice(0, Notice.BadName(wrong, error, _options.MaxNameBytes)));
            return DatagramOutcome.BadName;
        }
        int owner = _core.FindClient(name);
        Span<byte> notice = stackalloc byte[Notice.MaxBytes];
        if ((owner >= 0 && owner != sender.Client) || _core.Users.Find(name) is not null)
        {
            TellRegistration(sender, notice.Slice(0, Notice.NameTaken(notice, name)));
            return DatagramOutcome.NameTaken;
        }
        int client = sender.Client;
        DatagramOutcome outcome;
        if (client >= 0)
        {
            outcome = owner == client ? DatagramOutcome.RegisteredAgain : DatagramOutcome.Renamed;
            if (!_clients.Name(client).SequenceEqual(name))
                _clients.Rename(client, name);
        }
        else if (ClientCount >= _options.MaxClients)
        {
            TellRegistration(sender, Notice.RelayFullInfo);
            return DatagramOutcome.RelayFull;
        }
        else if (_options.MaxClientsPerPrefix != 0 && _core.ClientsAtPrefixOf(sender.Address) >= _options.MaxClientsPerPrefix)
        {
            TellRegistration(sender, Notice.PrefixFullInfo);
            return DatagramOutcome.PrefixFull;
        }
        else
        {
            outcome = DatagramOutcome.Registered;
            client = _clients.Add(sender.Address, name, _core.Tick);
            _core.ClientsAtPrefixOf(sender.Address)++;
        }
        _clients[client].IsLinePeer = sender.IsLine;
        TellRegistration(sender, notice.Slice(0, Notice.Welcome(notice, name)));
        return outcome;
    }

    /// <summary>The client whom somebody means by what was written, or -1.</summary>
    /// <param name="written">Anything.</param>
    /// <param name="error">Why it is no name.</param>
    /// <param name="name">The name in NFC; it is there only if nobody has it.</param>
    private int FindWritten(ReadOnlySpan<byte> written, out NameError error, out byte[] name)
    {
        // Almost always it is ASCII or just as its owner wrote it. Then it is in NFC, and needs no memory to be brought there.
        (error, name) = (NameError.None, []);
        int client = _core.FindClient(written);
        if (client >= 0 && (ChatName.IsAscii(written) || written.SequenceEqual(_clients.Name(client))))
            return client;
        error = _core.Check(written, out name);
        return error == NameError.None ? _core.FindClient(name) : -1;
    }

    private bool IsOwnName(int client, ReadOnlySpan<byte> written) => client >= 0 && FindWritten(written, out _, out _) == client;

    private DatagramOutcome TellBadName(in Peer sender, NameError error, DatagramOutcome outcome)
    {
        Span<byte> notice = stackalloc byte[Notice.MaxBytes];
        Tell(sender, notice.Slice(0, Notice.BadName(notice, error, _options.MaxNameBytes)));
        return outcome;
    }

    private DatagramOutcome TellNoSuchUser(in Peer sender, byte[] name)
    {
        Span<byte> notice = stackalloc byte[Notice.MaxBytes];
        Tell(sender, notice.Slice(0, Notice.NoSuchUser(notice, name)));
        return DatagramOutcome.NoSuchUser;
    }

    /// <summary>Answers a REGISTER, and says that there is more than the plain profile.</summary>
    private void TellRegistration(in Peer peer, ReadOnlySpan<byte> notice)
    {
        Span<byte> longer = stackalloc byte[Notice.MaxBytes];
        notice.CopyTo(longer);
        Notice.ExtendedAvailable.CopyTo(longer.Slice(notice.Length));
        Tell(peer, longer.Slice(0, notice.Length + Notice.ExtendedAvailable.Length));
    }

    private void Tell(in Peer peer, ReadOnlySpan<byte> notice)
    {
        if (!_core.MayTell(peer.Address))
            return;
        Span<byte> destination = _core.Output.Reserve(Notice.MaxBytes + 1);
        notice.CopyTo(destination);
        _core.Output.Commit(peer.IsLine ? RelayCore.EndLine(destination, notice.Length) : notice.Length, peer.Address);
    }

    /// <summary>Gives up names and mail whose time has come: a part of all names each tick.</summary>
    private void Expire(uint tick)
    {
        long mailBefore = _core.Clock.Unix - (long)Min(_options.MailLifetime, _options.NameLifetime).TotalMilliseconds;
        if (_store is not null && _core.Clock.Now >= _expiryDue)
        {
            _expiryDue = _core.Clock.Now + ExpiryInterval;
            _store.Add(new StoreCommand { Kind = StoreCommandKind.ExpireMail, Before = mailBefore, MaxCount = 10_000 });
        }
        if (tick == _scannedTick)
            return;
        _scannedTick = tick;
        _store?.Retry();
        if (_core.Users.Slots == 0)
            return;
        // Whoever was there when the relay ended has some time to come back.
        bool isEarly = _core.Clock.Now - _core.StartedAt.Now < _options.ClientTimeout;
        long nameBefore = _core.Clock.Unix - (long)_options.NameLifetime.TotalMilliseconds;
        for (int i = 0; i <= _core.Users.Slots / ScanTicks; i++)
        {
            _scanned = (_scanned + 1) % _core.Users.Slots;
            if (_core.Users.At(_scanned) is not { } user)
                continue;
            _mail.ExpireHead(user, mailBefore);
            if (user.Session is not null)
            {
                if (_core.Clock.Unix - user.LastSeen < SignInterval)
                    continue;
                user.LastSeen = _core.Clock.Unix;
                if (user.IsSaved)
                    _store?.AddUpdate(user);
            }
            else if (!isEarly && user.LastSeen < nameBefore && user.MailCount == 0)
            {
                _sessions.Registrar.Remove(user);
            }
        }
    }

    private readonly struct Peer(in PeerAddress address, int client, bool isLine)
    {
        public readonly PeerAddress Address = address;
        public readonly int Client = client;
        public readonly bool IsLine = isLine;
    }
}
