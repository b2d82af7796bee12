using System;
using System.Collections.Generic;
using UdpChat.Protocol.Wire;

namespace UdpChat.Protocol.Link;

/// <summary>
/// What a link has only while something is under way: the lines that are to go out and the datagrams that took them, which of
/// those are lost, and lines that came too early.
/// </summary>
internal sealed class LinkTraffic(LinkPool pool, MemoryBudget early)
{
    private const int ProbesToCollapse = 3;
    private const int ProbesAtOnce = 2; // RFC 9002, 6.2.4
    private const int MaxLostKept = 1024;
    private const int MaxQueueKept = 64;

    private readonly SentDatagrams _sent = new();
    private Queue<(long Offset, int Length)>? _lost;
    private bool _wasLargeLost;
    private long _nextOffset;
    private long _largestAcknowledged;
    private long _late;             // the smallest number received after larger ones, or again
    private long _lateSince;        // datagrams before this one don't acknowledge all that came late
    private int _underWay;          // datagrams
    private int _probes;            // that may go out now, whatever the window says
    private TimeSpan _lastSentAt;
    private TimeSpan _lossDue;

    /// <summary>The lines that go out.</summary>
    public SendStream Out { get; } = new();

    /// <summary>The lines that come in.</summary>
    public ReceiveStream In { get; } = new(early);

    /// <summary>How many bytes were written and have not been sent.</summary>
    public int UnsentBytes => (int)(Out.End - _nextOffset);

    /// <summary>How many times in a row it had to ask by a probe whether anything arrives.</summary>
    public int ProbeCount { get; private set; }

    /// <summary>Whether something is under way that has not been acknowledged.</summary>
    public bool IsWaiting => _underWay > 0;

    private bool HasLines => HasNewLines || _lost is { Count: > 0 } || (_probes > 0 && _underWay > 0);

    private bool HasNewLines => _nextOffset < Out.End && _nextOffset + LinkLimits.MaxPayloadBytes <= Out.Acknowledged + LinkLimits.StreamWindow;

    /// <summary>Begins where the streams were.</summary>
    public void Begin(long written, long received)
    {
        Out.Begin(written);
        In.Begin(received);
        _nextOffset = written;
        _largestAcknowledged = 0;
        _late = long.MaxValue;
        _probes = ProbeCount = 0;
        _lossDue = TimeSpan.MaxValue;
    }

    /// <summary>Whether nothing is under way any more.</summary>
    public bool IsIdle => Out.Acknowledged == Out.End && _underWay == 0 && _lost is not { Count: > 0 } && !In.HasGap;

    /// <summary>Makes it ready for another link, once it is idle.</summary>
    /// <returns>False while it may be seen yet that what counted as lost was only late.</returns>
    public bool TryEnd(in LinkPath path, TimeSpan now)
    {
        Forget(path, now);
        if (_sent.Count > 0)
            return false;
        Out.Release();
        if (_wasLargeLost)
            (_lost, _wasLargeLost) = (null, false);
        return true;
    }

    /// <summary>Gives back all memory; nothing comes after that.</summary>
    public void Release()
    {
        Out.Release();
        In.Release();
        _sent.Release();
        _lost = null;
        _underWay = 0;
    }

    /// <summary>Whether lines may go out now.</summary>
    public bool HasOutput(in LinkPath path) => HasLines && MaySend(path);

    /// <summary>When <see cref="OnTimeout"/> wants to be called; never if <see cref="TimeSpan.MaxValue"/>.</summary>
    public TimeSpan NextTimeout(in LinkPath path) => _lossDue == TimeSpan.MaxValue && _underWay > 0 ? ProbeDue(path) : _lossDue;

    /// <summary>Does what is due.</summary>
    public void OnTimeout(ref LinkPath path, TimeSpan now)
    {
        if (now >= _lossDue)
        {
            DetectLost(ref path, now);
        }
        else if (_lossDue == TimeSpan.MaxValue && _underWay > 0 && now >= ProbeDue(path))
        {
            ProbeCount++;
            _probes = ProbesAtOnce;
            _lastSentAt = now; // The next pause begins here even if the probe can't go out.
            if (ProbeCount == ProbesToCollapse)
                path.Window.Collapse();
        }
    }

    /// <summary>The path is another one.</summary>
    public void ResetProbes() => ProbeCount = 0;

    /// <summary>The next lines that may go out; none if there are none, or it may not be now.</summary>
    /// <param name="path">The path.</param>
    /// <param name="offset">Where in the stream they begin, or -1.</param>
    /// <param name="isCopy">Whether they are a probe's, with lines of an earlier datagram of which nothing is known.</param>
    public ReadOnlySpan<byte> NextLines(ref LinkPath path, out long offset, out bool isCopy)
    {
        isCopy = false;
        if (!MaySend(path))
            return NoLines(out offset);
        while (_lost is { Count: > 0 })
        {
            (offset, int length) = _lost.Dequeue();
            if (!Out.IsAcknowledged(offset))
                return Out.Read(offset, length);
        }
        // The first probe has the oldest bytes, which what came after them waits for; the other has new ones if there are any.
        bool wantsOldest = _probes == ProbesAtOnce || !HasNewLines;
        for (int i = 0; _probes > 0 && wantsOldest && i < _sent.Count; i++)
        {
            ref SentDatagrams.Entry entry = ref _sent[i];
            if (entry.Fate != SentDatagrams.Fate.UnderWay)
                continue;
            if (!Out.IsAcknowledged(entry.Offset))
            {
                offset = entry.Offset;
                isCopy = true;
                return Out.Read(offset, entry.Length);
            }
            // Its lines have arrived in another datagram; nobody waits for this one.
            entry.Fate = SentDatagrams.Fate.Acknowledged;
            path.Window.Discarded(entry.Size);
            _underWay--;
        }
        if (HasNewLines)
        {
            offset = _nextOffset;
            ReadOnlySpan<byte> lines = Out.ReadLines(offset);
            _nextOffset += lines.Length;
            return lines;
        }
        _probes = 0;
        return NoLines(out offset);
    }

    /// <summary>A datagram with lines goes out.</summary>
    public void Sent(in SentDatagrams.Entry entry, ref LinkPath path)
    {
        _sent.Add(entry);
        path.Window.Sent(entry.Size, entry.At);
        _underWay++;
        _lastSentAt = entry.At;
        if (_probes > 0)
            _probes--;
    }

    /// <summary>A datagram was received after one with a larger number, or again.</summary>
    /// <param name="number">Its number.</param>
    /// <param name="nextNumber">The number of the next that goes out.</param>
    public void NoteLate(long number, long nextNumber)
    {
        _late = Math.Min(_late, number);
        _lateSince = nextNumber;
    }

    /// <summary>Takes in what the other side acknowledges.</summary>
    public void Acknowledge(in LinkHeader header, ref LinkPath path, ref ReceivedDatagrams received, TimeSpan now)
    {
        bool isAny = false;
        var ranges = new NumberRanges(header.Acknowledged);
        while (ranges.MoveNext())
        {
            _largestAcknowledged = Math.Max(_largestAcknowledged, ranges.Last);
            for (int i = _sent.Find(ranges.First); i < _sent.Count && _sent[i].Number <= ranges.Last; i++)
            {
                if (!Acknowledge(ref _sent[i], header.Waited, ref path, now))
                    continue;
                isAny = true;
                NoLongerAcknowledge(_sent[i], ref received);
            }
        }
        if (isAny)
        {
            ProbeCount = 0;
            _probes = 0;
            DetectLost(ref path, now);
        }
    }

    private static ReadOnlySpan<byte> NoLines(out long offset)
    {
        offset = -1;
        return default;
    }

    private bool MaySend(in LinkPath path) => _probes > 0 || path.Window.HasRoom;

    private TimeSpan ProbeDue(in LinkPath path)
    {
        TimeSpan timeout = new(path.RoundTrip.ProbeTimeout.Ticks << Math.Min(ProbeCount, 16));
        return _lastSentAt + (timeout < LinkLimits.MaxProbeTimeout ? timeout : LinkLimits.MaxProbeTimeout);
    }

    private bool Acknowledge(ref SentDatagrams.Entry entry, TimeSpan waited, ref LinkPath path, TimeSpan now)
    {
        if (entry.Fate == SentDatagrams.Fate.Acknowledged)
            return false;
        if (entry.Fate == SentDatagrams.Fate.UnderWay)
        {
            _underWay--;
            path.Window.Acknowledged(entry.Size, entry.At);
            if (entry.Number == _largestAcknowledged)
                path.RoundTrip.Add(now - entry.At, waited);
        }
        else
        {
            // It was only late: datagrams overtake each other here, so more patience (RFC 9002, 6.1.1).
            long overtakenBy = _largestAcknowledged - entry.Number + 1;
            path.PacketThreshold = (int)Math.Min(LinkLimits.MaxPacketThreshold, Math.Max(path.PacketThreshold, overtakenBy));
            path.RoundTrip.NoteLate();
        }
        entry.Fate = SentDatagrams.Fate.Acknowledged;
        Out.Acknowledge(entry.Offset, entry.Length);
        return true;
    }

    /// <summary>What a datagram acknowledged that has arrived need not be acknowledged again (RFC 9000, 13.2.4), but for what came after it was sent.</summary>
    private void NoLongerAcknowledge(in SentDatagrams.Entry entry, ref ReceivedDatagrams received)
    {
        if (entry.Number >= _lateSince)
            _late = long.MaxValue;
        received.NoLongerAcknowledge(Math.Min(entry.Acknowledges, _late - 1), pool);
    }

    private void DetectLost(ref LinkPath path, TimeSpan now)
    {
        _lossDue = TimeSpan.MaxValue;
        TimeSpan delay = path.RoundTrip.LossDelay;
        for (int i = 0; i < _sent.Count && _sent[i].Number < _largestAcknowledged; i++)
        {
            ref SentDatagrams.Entry entry = ref _sent[i];
            if (entry.Fate != SentDatagrams.Fate.UnderWay)
                continue;
            TimeSpan due = entry.At + delay;
            if (now < due && _largestAcknowledged - entry.Number < path.PacketThreshold)
            {
                if (due < _lossDue)
                    _lossDue = due;
                continue;
            }
            entry.Fate = SentDatagrams.Fate.Lost;
            _underWay--;
            path.Window.Lost(entry.Size, entry.At, now);
            // What a probe repeats was sent before, and goes out again when that is lost.
            if (entry.IsCopy || Out.IsAcknowledged(entry.Offset))
                continue;
            (_lost ??= new()).Enqueue((entry.Offset, entry.Length));
            _wasLargeLost |= _lost.Count > MaxQueueKept;
        }
        Forget(path, now);
    }

    /// <summary>Forgets the oldest of which nothing more is to be learnt. What counts as lost is kept for a while, to see whether it was only late.</summary>
    private void Forget(in LinkPath path, TimeSpan now)
    {
        TimeSpan kept = new(3 * path.RoundTrip.ProbeTimeout.Ticks);
        while (_sent.Count > 0 && (_sent[0].Fate == SentDatagrams.Fate.Acknowledged
            || (_sent[0].Fate == SentDatagrams.Fate.Lost && (now - _sent[0].At > kept || _sent.Count > MaxLostKept))))
        {
            _sent.RemoveFirst();
        }
    }
}
