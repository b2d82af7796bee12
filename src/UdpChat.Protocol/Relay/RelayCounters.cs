using System.Threading;

namespace UdpChat.Protocol.Relay;

/// <summary>What a relay counts. Written by the one thread that owns the relay, read by any.</summary>
internal sealed class RelayCounters
{
    /// <summary>How many outcomes a datagram can have.</summary>
    public const int OutcomeCount = (int)DatagramOutcome.NoSourcePort + 1;

    /// <summary>How many outcomes a notice can have.</summary>
    public const int NoticeOutcomeCount = (int)NoticeOutcome.TotalLimited + 1;

    /// <summary>How many outcomes a message can have.</summary>
    public const int MessageOutcomeCount = (int)MessageOutcome.Malformed + 1;

    private readonly long[] _outcomes = new long[OutcomeCount];
    private readonly long[] _notices = new long[NoticeOutcomeCount];
    private readonly long[] _messages = new long[MessageOutcomeCount];
    private long _evicted, _moved, _watchesPutOff;

    /// <summary>How many datagrams had an outcome; the sum over all is how many were received.</summary>
    public long this[DatagramOutcome outcome] => Volatile.Read(ref _outcomes[(int)outcome]);

    /// <summary>How many notices had an outcome.</summary>
    public long this[NoticeOutcome outcome] => Volatile.Read(ref _notices[(int)outcome]);

    /// <summary>How many messages had an outcome.</summary>
    public long this[MessageOutcome outcome] => Volatile.Read(ref _messages[(int)outcome]);

    /// <summary>How many sessions have moved to another address.</summary>
    public long Moved => Volatile.Read(ref _moved);

    /// <summary>How many clients were removed because they were silent for the client timeout.</summary>
    public long Evicted => Volatile.Read(ref _evicted);

    /// <summary>How many questions of senders had to be asked again, because too many waited for the store.</summary>
    public long WatchesPutOff => Volatile.Read(ref _watchesPutOff);

    internal void Add(DatagramOutcome outcome) => _outcomes[(int)outcome]++;

    internal void Add(NoticeOutcome outcome) => _notices[(int)outcome]++;

    internal void Add(MessageOutcome outcome, long count = 1) => _messages[(int)outcome] += count;

    internal void AddEvicted() => _evicted++;

    internal void AddMoved() => _moved++;

    internal void AddWatchPutOff() => _watchesPutOff++;
}
