using System;
using UdpChat.Protocol.Wire;

namespace UdpChat.Protocol.Relay;

/// <summary>
/// The relay as a state machine: it is given datagrams and the time, and answers with datagrams to send. Each datagram
/// received makes at most one to send.
/// </summary>
internal sealed class RelayMachine
{
    /// <summary>How many clients one <see cref="Sweep"/> removes at most, so that a flood that ends does not hold up the rest.</summary>
    public const int MaxSweep = 100;

    /// <summary>The room that the answer to one datagram needs: a datagram, and a line feed that may turn out not to be needed.</summary>
    public const int MaxAnswerBytes = WireLimits.MaxDatagramBytes + 1;

    /// <summary>A client goes at most two ticks late: signs of life are known to the tick, and a sweep comes every tick.</summary>
    private const int TicksPerTimeout = 128;

    private const int PrefixBuckets = 1 << 16;
    private const int PrefixBurstSeconds = 20;

    private readonly RelayOptions _options;
    private readonly KeyedHash _hash;
    private readonly ClientRegistry _clients;
    private readonly RateLimiter _prefixNotices;
    private readonly RateLimiter _totalNotices;
    private readonly int[] _clientsByPrefix = new int[PrefixBuckets];
    private readonly long _tickLength;

    public RelayMachine(RelayOptions options, IRandomSource random)
    {
        _options = options;
        _hash = new KeyedHash(random.NextUInt64(), random.NextUInt64());
        _clients = new ClientRegistry(_hash);
        _prefixNotices = new RateLimiter(_hash, PrefixBuckets, options.NoticesPerSecondPerPrefix, options.NoticesPerSecondPerPrefix * PrefixBurstSeconds);
        _totalNotices = new RateLimiter(_hash, 1, options.NoticesPerSecond, options.NoticesPerSecond);
        _tickLength = (options.ClientTimeout.Ticks + TicksPerTimeout - 1) / TicksPerTimeout;
    }

    /// <summary>What was counted so far.</summary>
    public RelayCounters Counters { get; } = new();

    /// <summary>How many clients are registered.</summary>
    public int ClientCount => _clients.Count;

    /// <summary>How often <see cref="Sweep"/> wants to be called.</summary>
    public TimeSpan SweepInterval => new(_tickLength);

    /// <summary>Removes clients that were silent for the client timeout, <see cref="MaxSweep"/> at most.</summary>
    /// <param name="now">The time since an arbitrary moment, never going back.</param>
    /// <returns>Whether there may be more to remove.</returns>
    public bool Sweep(TimeSpan now)
    {
        uint tick = TickAt(now);
        for (int removed = 0; removed < MaxSweep; removed++)
        {
            int oldest = _clients.Oldest;
            if (oldest < 0 || tick - _clients[oldest].LastSign <= TicksPerTimeout)
                return false;
            Remove(oldest);
            Counters.AddEvicted();
        }
        return true;
    }

    /// <summary>Takes in one datagram.</summary>
    /// <param name="from">Where it came from.</param>
    /// <param name="datagram">Its bytes.</param>
    /// <param name="now">The time, as for <see cref="Sweep"/>.</param>
    /// <param name="output">Takes the answer; must have room for one more datagram of <see cref="MaxAnswerBytes"/>.</param>
    public DatagramOutcome Receive(in PeerAddress from, ReadOnlySpan<byte> datagram, TimeSpan now, DatagramBatch output)
    {
        DatagramOutcome outcome = from.Port == 0 ? DatagramOutcome.NoSourcePort : Handle(from, datagram, now, output);
        Counters.Add(outcome);
        return outcome;
    }

    private DatagramOutcome Handle(in PeerAddress from, ReadOnlySpan<byte> datagram, TimeSpan now, DatagramBatch output)
    {
        int client = _clients.Find(from);
        // An unknown peer is answered in the manner of the datagram itself.
        bool isLine = LineEnding.IsPresent(datagram);
        var sender = new Peer(from, client, isLine);
        if (client >= 0)
        {
            _clients.Touch(client, TickAt(now));
            sender = new Peer(from, client, _clients[client].IsLinePeer);
        }
        if (sender.IsLine)
            datagram = LineEnding.Trim(datagram);
        PlainMessage message = PlainMessage.Parse(datagram);
        switch (message.Kind)
        {
            case PlainMessageKind.SendTo:
                return Forward(sender, message, now, output);
            case PlainMessageKind.Heartbeat:
                if (IsOwnName(client, message.Name))
                    return DatagramOutcome.Heartbeat;
                Tell(sender, Notice.NotRegisteredInfo, now, output);
                return DatagramOutcome.HeartbeatNotRegistered;
            case PlainMessageKind.Register:
                // What a peer was before does not matter here: this decides what it is from now on.
                return Register(new Peer(from, client, isLine), sender.IsLine ? message.Name : LineEnding.Trim(message.Name), now, output);
            case PlainMessageKind.Unregister:
                if (!IsOwnName(client, message.Name))
                    return DatagramOutcome.UnregisterIgnored;
                Remove(client);
                return DatagramOutcome.Unregistered;
            case PlainMessageKind.From or PlainMessageKind.Info:
                return DatagramOutcome.RelayMessage;
            case PlainMessageKind.Empty:
                return DatagramOutcome.Empty;
            case PlainMessageKind.NotText:
                return DatagramOutcome.NotText;
            case PlainMessageKind.Extended:
                return DatagramOutcome.Extended;
            default:
                Tell(sender, Notice.MalformedInfo, now, output);
                return DatagramOutcome.Malformed;
        }
    }

    private DatagramOutcome Forward(in Peer sender, in PlainMessage message, TimeSpan now, DatagramBatch output)
    {
        if (sender.Client < 0)
        {
            Tell(sender, Notice.NotRegisteredInfo, now, output);
            return DatagramOutcome.SenderNotRegistered;
        }
        int recipient = FindWritten(message.Name, out NameError error, out byte[] name);
        if (error != NameError.None)
            return TellBadName(sender, error, now, output, DatagramOutcome.BadRecipient);
        if (recipient < 0)
            return TellNoSuchUser(sender, name, now, output);
        ReadOnlySpan<byte> senderName = _clients.Name(sender.Client);
        bool isLine = _clients[recipient].IsLinePeer;
        int size = PlainWriter.FromOverhead + senderName.Length + message.Text.Length + (isLine ? 1 : 0);
        if (message.Text.Length > _options.MaxMessageBytes || size > WireLimits.MaxDatagramBytes)
        {
            Tell(sender, Notice.TooLargeInfo, now, output);
            return DatagramOutcome.TooLarge;
        }
        Span<byte> destination = output.Reserve(size);
        int length = PlainWriter.From(destination, senderName, message.Text);
        if (isLine)
            length = EndLine(destination, length);
        output.Commit(length, _clients[recipient].Address);
        return DatagramOutcome.Forwarded;
    }

    private DatagramOutcome Register(in Peer sender, ReadOnlySpan<byte> written, TimeSpan now, DatagramBatch output)
    {
        NameError error = Check(written, out byte[] name);
        if (error != NameError.None)
            return TellBadName(sender, error, now, output, DatagramOutcome.BadName);
        int owner = Find(name);
        Span<byte> notice = stackalloc byte[Notice.MaxBytes];
        if (owner >= 0 && owner != sender.Client)
        {
            Tell(sender, notice.Slice(0, Notice.NameTaken(notice, name)), now, output);
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
        else if (_clients.Count >= _options.MaxClients)
        {
            Tell(sender, Notice.RelayFullInfo, now, output);
            return DatagramOutcome.RelayFull;
        }
        else if (_options.MaxClientsPerPrefix != 0 && ClientsAtPrefixOf(sender.Address) >= _options.MaxClientsPerPrefix)
        {
            Tell(sender, Notice.PrefixFullInfo, now, output);
            return DatagramOutcome.PrefixFull;
        }
        else
        {
            outcome = DatagramOutcome.Registered;
            client = _clients.Add(sender.Address, name, TickAt(now));
            ClientsAtPrefixOf(sender.Address)++;
        }
        _clients[client].IsLinePeer = sender.IsLine;
        Tell(sender, notice.Slice(0, Notice.Welcome(notice, name)), now, output);
        return outcome;
    }

    private void Remove(int client)
    {
        ClientsAtPrefixOf(_clients[client].Address)--;
        _clients.Remove(client);
    }

    private ref int ClientsAtPrefixOf(in PeerAddress address) => ref _clientsByPrefix[_hash.Of(address.SourcePrefix, 0, 0) % PrefixBuckets];

    /// <summary>The client whom somebody means by what was written, or -1.</summary>
    /// <param name="written">Anything.</param>
    /// <param name="error">Why it is no name.</param>
    /// <param name="name">The name in NFC; it is there only if nobody has it.</param>
    private int FindWritten(ReadOnlySpan<byte> written, out NameError error, out byte[] name)
    {
        // Almost always it is ASCII or just as its owner wrote it. Then it is in NFC, and needs no memory to be brought there.
        (error, name) = (NameError.None, []);
        int client = Find(written);
        if (client >= 0 && (ChatName.IsAscii(written) || written.SequenceEqual(_clients.Name(client))))
            return client;
        error = Check(written, out name);
        return error == NameError.None ? Find(name) : -1;
    }

    /// <summary>The client with a name in NFC, or -1.</summary>
    private int Find(ReadOnlySpan<byte> name)
    {
        if (name.Length > WireLimits.MaxRawNameBytes)
            return -1;
        Span<byte> folded = stackalloc byte[ChatName.MaxFoldedBytes];
        return _clients.FindFolded(folded.Slice(0, ChatName.Fold(name, folded)));
    }

    private NameError Check(ReadOnlySpan<byte> written, out byte[] name) => ChatName.Check(written, _options.AsciiNamesOnly, _options.MaxNameBytes, out name);

    private bool IsOwnName(int client, ReadOnlySpan<byte> written) => client >= 0 && FindWritten(written, out _, out _) == client;

    private DatagramOutcome TellBadName(in Peer sender, NameError error, TimeSpan now, DatagramBatch output, DatagramOutcome outcome)
    {
        Span<byte> notice = stackalloc byte[Notice.MaxBytes];
        Tell(sender, notice.Slice(0, Notice.BadName(notice, error, _options.MaxNameBytes)), now, output);
        return outcome;
    }

    private DatagramOutcome TellNoSuchUser(in Peer sender, byte[] name, TimeSpan now, DatagramBatch output)
    {
        Span<byte> notice = stackalloc byte[Notice.MaxBytes];
        Tell(sender, notice.Slice(0, Notice.NoSuchUser(notice, name)), now, output);
        return DatagramOutcome.NoSuchUser;
    }

    private void Tell(in Peer peer, ReadOnlySpan<byte> notice, TimeSpan now, DatagramBatch output)
    {
        ulong prefix = peer.Address.SourcePrefix;
        if (!_prefixNotices.Allows(prefix, now))
        {
            Counters.Add(NoticeOutcome.PrefixLimited);
            return;
        }
        if (!_totalNotices.Allows(0, now))
        {
            Counters.Add(NoticeOutcome.TotalLimited);
            return;
        }
        _prefixNotices.Take(prefix, now);
        _totalNotices.Take(0, now);
        Counters.Add(NoticeOutcome.Sent);
        Span<byte> destination = output.Reserve(Notice.MaxBytes + 1);
        notice.CopyTo(destination);
        output.Commit(peer.IsLine ? EndLine(destination, notice.Length) : notice.Length, peer.Address);
    }

    /// <summary>Ends a datagram to a line peer in a line feed, unless its text did already.</summary>
    private static int EndLine(Span<byte> datagram, int length)
    {
        if (datagram[length - 1] != '\n')
            datagram[length++] = (byte)'\n';
        return length;
    }

    private uint TickAt(TimeSpan now) => (uint)(now.Ticks / _tickLength);

    private readonly struct Peer(in PeerAddress address, int client, bool isLine)
    {
        public readonly PeerAddress Address = address;
        public readonly int Client = client;
        public readonly bool IsLine = isLine;
    }
}
