using System;
using System.Buffers;
using System.Collections.Generic;
using UdpChat.Protocol.Wire;

namespace UdpChat.Protocol.Link;

/// <summary>
/// One side of a session's link: a reliable, ordered stream of lines in each direction, over datagrams that get lost,
/// doubled and overtaken. Loss detection, timers and window follow RFC 9002.
/// </summary>
/// <param name="session">The session id, with which each datagram begins.</param>
/// <param name="user">Takes the lines.</param>
/// <param name="early">Memory for lines that came too early.</param>
internal sealed class ReliableLink(ulong session, ILinkUser user, MemoryBudget early)
{
    private const int ProbesToCollapse = 3;
    private const int ProbesAtOnce = 2; // RFC 9002, 6.2.4
    private const int MaxLostKept = 1024;

    private readonly SendStream _out = new();
    private readonly ReceiveStream _in = new(early);
    private readonly SentDatagrams _sent = new();
    private readonly RangeSet _received = new();
    private readonly RangeSet _toAcknowledge = new();
    private Queue<(long Offset, int Length)>? _lost;
    private RoundTripTime _roundTrip;
    private CongestionWindow _window = new();
    private long _nextNumber = 1;
    private long _nextOffset;
    private long _largestAcknowledged;
    private long _forgotten = -1;        // all numbers received up to this one are
    private long _late = long.MaxValue;  // the smallest number received after larger ones, or again
    private long _lateSince;             // datagrams before this one don't acknowledge all that came late
    private int _underWay;          // datagrams
    private int _packetThreshold = LinkLimits.PacketThreshold;
    private int _probeCount;        // in a row without an acknowledgement
    private int _probes;            // that may go out now, whatever the window says
    private int _unacknowledged;    // datagrams received since the last acknowledgement
    private bool _acknowledgeNow;
    private TimeSpan _ackDue = TimeSpan.MaxValue;
    private TimeSpan _ackSince;
    private TimeSpan _lastSentAt;
    private TimeSpan _lossDue = TimeSpan.MaxValue;
    private bool _isClosed;

    /// <summary>Up to where in the stream everything that was written is known to have arrived.</summary>
    public long AcknowledgedOffset => _out.Acknowledged;

    /// <summary>Where the stream ends so far.</summary>
    public long WrittenOffset => _out.End;

    /// <summary>How many bytes were written and have not been sent.</summary>
    public int UnsentBytes => (int)(_out.End - _nextOffset);

    /// <summary>How many bytes can be written. A line needs at most <see cref="LinkLimits.MaxPayloadBytes"/>.</summary>
    public int Room => _out.Room;

    /// <summary>The largest datagram number received, or -1.</summary>
    public long LargestReceived => _received.Last;

    /// <summary>The smoothed round trip time.</summary>
    public TimeSpan RoundTrip => _roundTrip.Smoothed;

    /// <summary>The number of the datagram that was written last.</summary>
    public long LastNumber => _nextNumber - 1;

    /// <summary>How many times in a row it had to ask by a probe whether anything arrives.</summary>
    public int ProbeCount => _probeCount;

    /// <summary>Whether something is under way that has not been acknowledged.</summary>
    public bool IsWaiting => _underWay > 0;

    /// <summary>Whether <see cref="WriteDatagram"/> has something to write.</summary>
    public bool HasOutput => !_isClosed && (_acknowledgeNow || (HasLines && (_probes > 0 || _window.HasRoom)));

    /// <summary>When <see cref="OnTimeout"/> wants to be called; never if <see cref="TimeSpan.MaxValue"/>.</summary>
    public TimeSpan NextTimeout
    {
        get
        {
            if (_isClosed)
                return TimeSpan.MaxValue;
            TimeSpan due = _lossDue;
            if (due == TimeSpan.MaxValue && _underWay > 0)
                due = _lastSentAt + ProbeTimeout;
            return due < _ackDue ? due : _ackDue;
        }
    }

    private bool HasLines => HasNewLines || _lost is { Count: > 0 } || (_probes > 0 && _underWay > 0);

    private bool HasNewLines => _nextOffset < _out.End && _nextOffset + LinkLimits.MaxPayloadBytes <= _out.Acknowledged + LinkLimits.StreamWindow;

    private TimeSpan ProbeTimeout
    {
        get
        {
            TimeSpan timeout = new(_roundTrip.ProbeTimeout.Ticks << Math.Min(_probeCount, 16));
            return timeout < LinkLimits.MaxProbeTimeout ? timeout : LinkLimits.MaxProbeTimeout;
        }
    }

    /// <summary>Where the next line is to be written, its line feed included; <see cref="Commit"/> adds it.</summary>
    /// <param name="size">The most bytes that it will have, no more than <see cref="Room"/>.</param>
    public Span<byte> Reserve(int size) => _out.Reserve(size);

    /// <summary>Adds the line that was written to the reserved place.</summary>
    public void Commit(int length) => _out.Commit(length);

    /// <summary>Takes in a datagram of this session.</summary>
    /// <param name="header">The datagram.</param>
    /// <param name="now">The time.</param>
    /// <param name="takesLines">Whether its lines are taken in; if not, they have to come again.</param>
    public LinkOutcome Receive(in LinkHeader header, TimeSpan now, bool takesLines = true)
    {
        if (_isClosed)
            return LinkOutcome.NotKept;
        if (!CanBeAcknowledged(header.Acknowledged))
            return LinkOutcome.Malformed;
        Acknowledge(header, now);
        if (IsDuplicate(header, now))
            return LinkOutcome.Duplicate;
        if (header.Offset < 0)
            return LinkOutcome.Received;
        ReadOnlySpan<byte> lines = header.Lines;
        if (lines.IsEmpty || lines[lines.Length - 1] != '\n')
            return LinkOutcome.Malformed;
        if (!takesLines || !_in.TryAdd(header.Offset, lines, out ReadOnlySpan<byte> ready))
            return LinkOutcome.NotKept;
        NoteReceived(header.Number, now);
        TakeLines(ready, now);
        while (!_isClosed && _in.TryTakeReady(out byte[] buffer, out int start, out int length))
        {
            TakeLines(buffer.AsSpan(start, length), now);
            ArrayPool<byte>.Shared.Return(buffer);
        }
        return LinkOutcome.Received;
    }

    /// <summary>Notes that a datagram without lines is to be acknowledged at once.</summary>
    public void AcknowledgeNow(long number, TimeSpan now)
    {
        NoteReceived(number, now);
        _acknowledgeNow = true;
    }

    /// <summary>Notes the number of a datagram that wants no acknowledgement.</summary>
    public void Note(long number)
    {
        _received.Add(number);
        if (_received.Count <= LinkLimits.MaxReceivedRanges)
            return;
        _forgotten = _received.Ranges[0].Last;
        _received.RemoveFirstRange();
    }

    /// <summary>Does what is due.</summary>
    public void OnTimeout(TimeSpan now)
    {
        if (now >= _ackDue)
            _acknowledgeNow = true;
        if (now >= _lossDue)
        {
            DetectLost(now);
        }
        else if (_lossDue == TimeSpan.MaxValue && _underWay > 0 && now >= _lastSentAt + ProbeTimeout)
        {
            _probeCount++;
            _probes = ProbesAtOnce;
            _lastSentAt = now; // The next pause begins here even if the probe can't go out.
            if (_probeCount == ProbesToCollapse)
                _window.Collapse();
        }
    }

    /// <summary>Writes the next datagram: lines, or an acknowledgement alone.</summary>
    /// <param name="destination">Room for <see cref="LinkLimits.MaxDatagramBytes"/>.</param>
    /// <param name="now">The time.</param>
    /// <returns>How many bytes it has; 0 if there is nothing to send now.</returns>
    public int WriteDatagram(Span<byte> destination, TimeSpan now)
    {
        if (!HasOutput)
            return 0;
        bool isCopy = false;
        ReadOnlySpan<byte> lines = _probes > 0 || _window.HasRoom ? NextLines(out long offset, out isCopy) : NoLines(out offset);
        if (lines.IsEmpty && !_acknowledgeNow)
            return 0;
        long number = _nextNumber;
        int length = WriteHeader(destination, offset, LinkLimits.MaxDatagramBytes - Math.Max(lines.Length + 1, 5), now, out long acknowledges);
        if (lines.IsEmpty)
        {
            " ACK:"u8.CopyTo(destination.Slice(length));
            return length + 5;
        }
        bool hasTags = lines[0] == '@';
        destination[length++] = hasTags ? (byte)';' : (byte)' ';
        lines = hasTags ? lines.Slice(1) : lines;
        lines.CopyTo(destination.Slice(length));
        length += lines.Length;
        _sent.Add(new SentDatagrams.Entry
        {
            Number = number,
            Offset = offset,
            Length = (short)(hasTags ? lines.Length + 1 : lines.Length),
            Size = (short)length,
            At = now,
            Acknowledges = acknowledges,
            IsCopy = isCopy,
        });
        _window.Sent(length, now);
        _underWay++;
        _lastSentAt = now;
        if (_probes > 0)
            _probes--;
        return length;
    }

    /// <summary>Writes a datagram with one line that belongs to no stream.</summary>
    /// <param name="destination">Room for <see cref="LinkLimits.MaxDatagramBytes"/>.</param>
    /// <param name="line">The line, with or without tags, at most 256 bytes.</param>
    /// <param name="now">The time.</param>
    /// <returns>How many bytes it has.</returns>
    public int WriteControl(Span<byte> destination, ReadOnlySpan<byte> line, TimeSpan now)
    {
        int length = WriteHeader(destination, -1, LinkLimits.MaxDatagramBytes - line.Length - 1, now, out _);
        bool hasTags = line[0] == '@';
        destination[length++] = hasTags ? (byte)';' : (byte)' ';
        line = hasTags ? line.Slice(1) : line;
        line.CopyTo(destination.Slice(length));
        return length + line.Length;
    }

    /// <summary>The path is another one: what was measured of the old one says nothing (RFC 9000, 9.4).</summary>
    public void ResetPath()
    {
        int inFlight = _window.InFlight;
        _roundTrip = default;
        _window = new CongestionWindow();
        _window.Sent(inFlight, TimeSpan.MinValue);
        _probeCount = 0;
    }

    /// <summary>Ends it, and gives its memory back.</summary>
    public void Close()
    {
        _isClosed = true;
        _out.Release();
        _in.Release();
        _sent.Release();
        _lost = null;
        _underWay = 0;
    }

    private static ReadOnlySpan<byte> NoLines(out long offset)
    {
        offset = -1;
        return default;
    }

    private void TakeLines(ReadOnlySpan<byte> lines, TimeSpan now)
    {
        while (!lines.IsEmpty && !_isClosed)
        {
            int end = lines.IndexOf((byte)'\n');
            user.LineReceived(lines.Slice(0, end), now);
            lines = lines.Slice(end + 1);
        }
    }

    private bool IsDuplicate(in LinkHeader header, TimeSpan now)
    {
        bool isOld = header.Number <= _forgotten; // It is not known whether it has come.
        if (!isOld && !_received.Contains(header.Number))
            return false;
        // The acknowledgement may be what was lost. But two networks that double must not make acknowledgements of acknowledgements.
        if (!isOld && (header.Offset >= 0 || !header.Lines.StartsWith("ACK:"u8)))
            NoteReceived(header.Number, now);
        return true;
    }

    private void NoteReceived(long number, TimeSpan now)
    {
        bool isNext = number == _received.Last + 1;
        if (number <= _received.Last)
        {
            _late = Math.Min(_late, number);
            _lateSince = _nextNumber;
        }
        Note(number);
        _toAcknowledge.Add(number);
        if (_toAcknowledge.Count > LinkLimits.MaxAcknowledgedRanges)
            _toAcknowledge.RemoveFirstRange();
        if (_unacknowledged++ == 0)
        {
            _ackSince = now;
            _ackDue = now + LinkLimits.MaxAckDelay;
        }
        // Every second one, and what tells of a gap, at once (RFC 9000, 13.2).
        if (_unacknowledged >= 2 || !isNext || _in.HasGap)
            _acknowledgeNow = true;
    }

    private int WriteHeader(Span<byte> destination, long offset, int maxLength, TimeSpan now, out long acknowledges)
    {
        const int MaxWaited = 8;
        acknowledges = -1;
        var writer = new AsciiWriter(destination);
        writer.Write("@s="u8);
        writer.WriteHex(session);
        writer.Write(";d="u8);
        writer.Write(_nextNumber++);
        if (offset >= 0)
        {
            writer.Write(";o="u8);
            writer.Write(offset);
        }
        if (_unacknowledged > 0)
        {
            writer.Write(";a="u8);
            ReadOnlySpan<RangeSet.Range> ranges = _toAcknowledge.Ranges;
            int left = ranges.Length;
            while (left > 0)
            {
                int length = writer.Length;
                if (left < ranges.Length)
                    writer.Write((byte)',');
                NumberRanges.Write(ref writer, ranges[left - 1]);
                if (left < ranges.Length && writer.Length + MaxWaited > maxLength)
                {
                    writer.Truncate(length);
                    break;
                }
                left--;
            }
            if (left == 0)
                acknowledges = _toAcknowledge.Last;
            long waited = (now - _ackSince).Ticks / TimeSpan.TicksPerMillisecond;
            if (waited > 0)
            {
                writer.Write(";w="u8);
                writer.Write(Math.Min(waited, 99_999));
            }
            _unacknowledged = 0;
            _acknowledgeNow = false;
            _ackDue = TimeSpan.MaxValue;
        }
        return writer.Length;
    }

    private ReadOnlySpan<byte> NextLines(out long offset, out bool isCopy)
    {
        isCopy = false;
        while (_lost is { Count: > 0 })
        {
            (offset, int length) = _lost.Dequeue();
            if (!_out.IsAcknowledged(offset))
                return _out.Read(offset, length);
        }
        // The first probe has the oldest bytes, which what came after them waits for; the other has new ones if there are any.
        bool wantsOldest = _probes == ProbesAtOnce || !HasNewLines;
        for (int i = 0; _probes > 0 && wantsOldest && i < _sent.Count; i++)
        {
            ref SentDatagrams.Entry entry = ref _sent[i];
            if (entry.Fate != SentDatagrams.Fate.UnderWay)
                continue;
            if (!_out.IsAcknowledged(entry.Offset))
            {
                offset = entry.Offset;
                isCopy = true;
                return _out.Read(offset, entry.Length);
            }
            // Its lines have arrived in another datagram; nobody waits for this one.
            entry.Fate = SentDatagrams.Fate.Acknowledged;
            _window.Discarded(entry.Size);
            _underWay--;
        }
        if (HasNewLines)
        {
            offset = _nextOffset;
            ReadOnlySpan<byte> lines = _out.ReadLines(offset);
            _nextOffset += lines.Length;
            return lines;
        }
        _probes = 0;
        return NoLines(out offset);
    }

    /// <summary>Whether these are numbers that were sent, the largest first, and none twice: a datagram full of the same range would cost too much.</summary>
    private bool CanBeAcknowledged(ReadOnlySpan<byte> acknowledged)
    {
        long before = _nextNumber;
        var ranges = new NumberRanges(acknowledged);
        while (ranges.MoveNext())
        {
            if (ranges.Last >= before || ranges.First < 1)
                return false;
            before = ranges.First;
        }
        return true;
    }

    private void Acknowledge(in LinkHeader header, TimeSpan now)
    {
        bool isAny = false;
        var ranges = new NumberRanges(header.Acknowledged);
        while (ranges.MoveNext())
        {
            _largestAcknowledged = Math.Max(_largestAcknowledged, ranges.Last);
            for (int i = _sent.Find(ranges.First); i < _sent.Count && _sent[i].Number <= ranges.Last; i++)
                isAny |= Acknowledge(ref _sent[i], header.Waited, now);
        }
        if (isAny)
        {
            _probeCount = 0;
            _probes = 0;
            DetectLost(now);
        }
    }

    private bool Acknowledge(ref SentDatagrams.Entry entry, TimeSpan waited, TimeSpan now)
    {
        if (entry.Fate == SentDatagrams.Fate.Acknowledged)
            return false;
        if (entry.Fate == SentDatagrams.Fate.UnderWay)
        {
            _underWay--;
            _window.Acknowledged(entry.Size, entry.At);
            if (entry.Number == _largestAcknowledged)
                _roundTrip.Add(now - entry.At, waited);
        }
        else
        {
            // It was only late: datagrams overtake each other here, so more patience (RFC 9002, 6.1.1).
            long overtakenBy = _largestAcknowledged - entry.Number + 1;
            _packetThreshold = (int)Math.Min(LinkLimits.MaxPacketThreshold, Math.Max(_packetThreshold, overtakenBy));
            _roundTrip.NoteLate();
        }
        entry.Fate = SentDatagrams.Fate.Acknowledged;
        NoLongerAcknowledge(entry);
        _out.Acknowledge(entry.Offset, entry.Length);
        return true;
    }

    /// <summary>What a datagram acknowledged that has arrived need not be acknowledged again (RFC 9000, 13.2.4), but for what came after it was sent.</summary>
    private void NoLongerAcknowledge(in SentDatagrams.Entry entry)
    {
        if (entry.Number >= _lateSince)
            _late = long.MaxValue;
        _toAcknowledge.RemoveThrough(Math.Min(entry.Acknowledges, _late - 1));
    }

    private void DetectLost(TimeSpan now)
    {
        _lossDue = TimeSpan.MaxValue;
        TimeSpan delay = _roundTrip.LossDelay;
        for (int i = 0; i < _sent.Count && _sent[i].Number < _largestAcknowledged; i++)
        {
            ref SentDatagrams.Entry entry = ref _sent[i];
            if (entry.Fate != SentDatagrams.Fate.UnderWay)
                continue;
            TimeSpan due = entry.At + delay;
            if (now < due && _largestAcknowledged - entry.Number < _packetThreshold)
            {
                if (due < _lossDue)
                    _lossDue = due;
                continue;
            }
            entry.Fate = SentDatagrams.Fate.Lost;
            _underWay--;
            _window.Lost(entry.Size, entry.At, now);
            // What a probe repeats was sent before, and goes out again when that is lost.
            if (!entry.IsCopy && !_out.IsAcknowledged(entry.Offset))
                (_lost ??= new()).Enqueue((entry.Offset, entry.Length));
        }
        // What counts as lost is kept for a while, to see whether it was only late.
        TimeSpan kept = new(3 * _roundTrip.ProbeTimeout.Ticks);
        while (_sent.Count > 0 && (_sent[0].Fate == SentDatagrams.Fate.Acknowledged
            || (_sent[0].Fate == SentDatagrams.Fate.Lost && (now - _sent[0].At > kept || _sent.Count > MaxLostKept))))
        {
            _sent.RemoveFirst();
        }
    }
}
