using System;
using UdpChat.Protocol.Relay.Users;
using UdpChat.Protocol.Wire;

namespace UdpChat.Protocol.Relay;

/// <summary>What both profiles of a relay share: who is there, the limits, the time, and where datagrams go.</summary>
internal sealed class RelayCore
{
    /// <summary>A client goes at most two ticks late: signs of life are known to the tick, and a sweep comes every tick.</summary>
    public const int TicksPerTimeout = 128;

    private const int PrefixBuckets = 1 << 16;
    private const int PrefixBurstSeconds = 20;

    private readonly RateLimiter _prefixNotices;
    private readonly RateLimiter _totalNotices;
    private readonly int[] _clientsByPrefix = new int[PrefixBuckets];
    private readonly int[] _namesByPrefix = new int[PrefixBuckets];
    private readonly KeyedHash _hash;
    private readonly long _tickLength;

    public RelayCore(RelayOptions options, IRandomSource random, in RelayTime clock, ulong storeId)
    {
        Options = options;
        Random = random;
        Clock = clock;
        StartedAt = clock;
        StoreId = storeId;
        _tickLength = (options.ClientTimeout.Ticks + TicksPerTimeout - 1) / TicksPerTimeout;
        _hash = new KeyedHash(random.NextUInt64(), random.NextUInt64());
        Clients = new ClientRegistry(_hash);
        Users = new UserRegistry(_hash);
        _prefixNotices = new RateLimiter(_hash, PrefixBuckets, options.NoticesPerSecondPerPrefix, options.NoticesPerSecondPerPrefix * PrefixBurstSeconds);
        _totalNotices = new RateLimiter(_hash, 1, options.NoticesPerSecond, options.NoticesPerSecond);
    }

    /// <summary>The relay's times and limits.</summary>
    public RelayOptions Options { get; }

    /// <summary>Session ids and challenges.</summary>
    public IRandomSource Random { get; }

    /// <summary>Whether what it accepts survives its end.</summary>
    public bool HasStore => StoreId != 0;

    /// <summary>Which store it has; 0 if none.</summary>
    public ulong StoreId { get; }

    /// <summary>When it started.</summary>
    public RelayTime StartedAt { get; }

    /// <summary>What it counts.</summary>
    public RelayCounters Counters { get; } = new();

    /// <summary>The plain clients.</summary>
    public ClientRegistry Clients { get; }

    /// <summary>The reserved names.</summary>
    public UserRegistry Users { get; }

    /// <summary>The time of the present call.</summary>
    public RelayTime Clock { get; set; }

    /// <summary>How long a tick of the sweep is.</summary>
    public TimeSpan TickLength => new(_tickLength);

    /// <summary>The present tick of the sweep.</summary>
    public uint Tick => (uint)(Clock.Now.Ticks / _tickLength);

    /// <summary>Takes the datagrams of the present call.</summary>
    public DatagramBatch Output { get; set; } = null!;

    /// <summary>How many plain clients there are at the prefix of an address.</summary>
    public ref int ClientsAtPrefixOf(in PeerAddress address) => ref _clientsByPrefix[BucketOf(address.SourcePrefix)];

    /// <summary>Which counter of names a source prefix has.</summary>
    public int BucketOf(ulong prefix) => (int)(_hash.Of(prefix, 0, 0) % PrefixBuckets);

    /// <summary>How many reserved names a counter counts.</summary>
    public ref int NamesIn(int bucket) => ref _namesByPrefix[bucket];

    /// <summary>The plain client with a name in NFC, or -1.</summary>
    public int FindClient(ReadOnlySpan<byte> name)
    {
        if (name.Length > WireLimits.MaxRawNameBytes)
            return -1;
        Span<byte> folded = stackalloc byte[ChatName.MaxFoldedBytes];
        return Clients.FindFolded(folded.Slice(0, ChatName.Fold(name, folded)));
    }

    /// <summary>Checks a name and brings it to NFC.</summary>
    public NameError Check(ReadOnlySpan<byte> written, out byte[] name) => ChatName.Check(written, Options.AsciiNamesOnly, Options.MaxNameBytes, out name);

    /// <summary>Removes a plain client.</summary>
    public void RemoveClient(int client)
    {
        ClientsAtPrefixOf(Clients[client].Address)--;
        Clients.Remove(client);
    }

    /// <summary>Whether a notice may go to an address now; if so, it counts as sent.</summary>
    public bool MayTell(in PeerAddress address)
    {
        ulong prefix = address.SourcePrefix;
        if (!_prefixNotices.Allows(prefix, Clock.Now))
        {
            Counters.Add(NoticeOutcome.PrefixLimited);
            return false;
        }
        if (!_totalNotices.Allows(0, Clock.Now))
        {
            Counters.Add(NoticeOutcome.TotalLimited);
            return false;
        }
        _prefixNotices.Take(prefix, Clock.Now);
        _totalNotices.Take(0, Clock.Now);
        Counters.Add(NoticeOutcome.Sent);
        return true;
    }

    /// <summary>Sends a message to a plain client.</summary>
    /// <param name="recipient">The client.</param>
    /// <param name="sender">The sender's name.</param>
    /// <param name="text">The text.</param>
    /// <param name="isEscaped">Whether it is escaped, as in lines.</param>
    /// <returns>False if it is too large for a datagram, or for this relay.</returns>
    public bool TryForward(int recipient, ReadOnlySpan<byte> sender, ReadOnlySpan<byte> text, bool isEscaped)
    {
        int textLength = isEscaped ? LineText.UnescapedLength(text) : text.Length;
        bool isLine = Clients[recipient].IsLinePeer;
        int size = PlainWriter.FromOverhead + sender.Length + textLength + (isLine ? 1 : 0);
        if (textLength > Options.MaxMessageBytes || size > WireLimits.MaxDatagramBytes)
            return false;
        Span<byte> destination = Output.Reserve(size);
        int length = PlainWriter.From(destination, sender, isEscaped ? default : text);
        if (isEscaped)
            length += LineText.Unescape(text, destination.Slice(length));
        if (isLine)
            length = EndLine(destination, length);
        Output.Commit(length, Clients[recipient].Address);
        return true;
    }

    /// <summary>Ends a datagram to a line peer in a line feed, unless its text did already.</summary>
    public static int EndLine(Span<byte> datagram, int length)
    {
        if (datagram[length - 1] != '\n')
            datagram[length++] = (byte)'\n';
        return length;
    }
}
