using System;
using System.Buffers;
using UdpChat.Protocol.Wire;

namespace UdpChat.Protocol.Link;

/// <summary>
/// One side of a session's link: a reliable, ordered stream of lines in each direction, over datagrams that get lost,
/// doubled and overtaken. Loss detection, timers and window follow RFC 9002. A link in which nothing is under way is small.
/// </summary>
/// <param name="session">The session id, with which each datagram begins.</param>
/// <param name="user">Takes the lines.</param>
/// <param name="pool">What it shares with other links.</param>
internal sealed class ReliableLink(ulong session, ILinkUser user, LinkPool pool)
{
    private LinkTraffic? _traffic;
    private long _written, _receivedThrough; // where the streams are while there is no traffic
    private LinkPath _path = new();
    private ReceivedDatagrams _received = new();
    private long _nextNumber = 1;
    private bool _isClosed;

    /// <summary>One that shares nothing.</summary>
    public ReliableLink(ulong session, ILinkUser user, MemoryBudget early)
        : this(session, user, new LinkPool(early))
    {
    }

    /// <summary>Up to where in the stream everything that was written is known to have arrived.</summary>
    public long AcknowledgedOffset => _traffic is not null ? _traffic.Out.Acknowledged : _written;

    /// <summary>Where the stream ends so far.</summary>
    public long WrittenOffset => _traffic is not null ? _traffic.Out.End : _written;

    /// <summary>How many bytes were written and have not been sent.</summary>
    public int UnsentBytes => _traffic is not null ? _traffic.UnsentBytes : 0;

    /// <summary>How many bytes can be written. A line needs at most <see cref="LinkLimits.MaxPayloadBytes"/>.</summary>
    public int Room => _traffic is not null ? _traffic.Out.Room : LinkLimits.SendBufferBytes;

    /// <summary>The largest datagram number received, or -1.</summary>
    public long LargestReceived => _received.Largest;

    /// <summary>The smoothed round trip time.</summary>
    public TimeSpan RoundTrip => _path.RoundTrip.Smoothed;

    /// <summary>The number of the datagram that was written last.</summary>
    public long LastNumber => _nextNumber - 1;

    /// <summary>How many times in a row it had to ask by a probe whether anything arrives.</summary>
    public int ProbeCount => _traffic is not null ? _traffic.ProbeCount : 0;

    /// <summary>Whether something is under way that has not been acknowledged.</summary>
    public bool IsWaiting => _traffic is { IsWaiting: true };

    /// <summary>Whether it has given back what it needs only while something is under way.</summary>
    public bool IsResting => _traffic is null;

    /// <summary>Whether <see cref="WriteDatagram"/> has something to write.</summary>
    public bool HasOutput => !_isClosed && (_received.IsAcknowledgeDue || (_traffic is not null && _traffic.HasOutput(_path)));

    /// <summary>When <see cref="OnTimeout"/> wants to be called; never if <see cref="TimeSpan.MaxValue"/>.</summary>
    public TimeSpan NextTimeout
    {
        get
        {
            if (_isClosed)
                return TimeSpan.MaxValue;
            TimeSpan acknowledge = _received.AcknowledgeDue;
            return _traffic is not null && _traffic.NextTimeout(_path) is var due && due < acknowledge ? due : acknowledge;
        }
    }

    private LinkTraffic Traffic => _traffic ?? BeginTraffic();

    /// <summary>Where the next line is to be written, its line feed included; <see cref="Commit"/> adds it.</summary>
    /// <param name="size">The most bytes that it will have, no more than <see cref="Room"/>.</param>
    public Span<byte> Reserve(int size) => Traffic.Out.Reserve(size);

    /// <summary>Adds the line that was written to the reserved place.</summary>
    public void Commit(int length) => Traffic.Out.Commit(length);

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
        _traffic?.Acknowledge(header, ref _path, ref _received, now);
        if (IsDuplicate(header, now))
            return LinkOutcome.Duplicate;
        if (header.Offset < 0)
            return LinkOutcome.Received;
        ReadOnlySpan<byte> lines = header.Lines;
        if (lines.IsEmpty || lines[lines.Length - 1] != '\n')
            return LinkOutcome.Malformed;
        if (!takesLines || !Traffic.In.TryAdd(header.Offset, lines, out ReadOnlySpan<byte> ready))
            return LinkOutcome.NotKept;
        NoteReceived(header.Number, now);
        TakeLines(ready, now);
        while (!_isClosed && Traffic.In.TryTakeReady(out byte[] buffer, out int start, out int length))
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
        _received.IsAcknowledgeDue = true;
    }

    /// <summary>Notes the number of a datagram that wants no acknowledgement.</summary>
    public void Note(long number) => _received.Note(number, pool);

    /// <summary>Does what is due.</summary>
    public void OnTimeout(TimeSpan now)
    {
        if (now >= _received.AcknowledgeDue)
            _received.IsAcknowledgeDue = true;
        _traffic?.OnTimeout(ref _path, now);
    }

    /// <summary>Writes the next datagram: lines, or an acknowledgement alone.</summary>
    /// <param name="destination">Room for <see cref="LinkLimits.MaxDatagramBytes"/>.</param>
    /// <param name="now">The time.</param>
    /// <returns>How many bytes it has; 0 if there is nothing to send now.</returns>
    public int WriteDatagram(Span<byte> destination, TimeSpan now)
    {
        if (!HasOutput)
            return 0;
        long offset = -1;
        bool isCopy = false;
        ReadOnlySpan<byte> lines = _traffic is null ? default : _traffic.NextLines(ref _path, out offset, out isCopy);
        if (lines.IsEmpty && !_received.IsAcknowledgeDue)
            return 0;
        long number = _nextNumber;
        int length = WriteHeader(destination, offset, LinkLimits.MaxDatagramBytes - Math.Max(lines.Length + 1, 5), now, out long acknowledges);
        if (lines.IsEmpty)
        {
            " ACK:"u8.CopyTo(destination.Slice(length));
            return length + 5;
        }
        length = Join(destination, length, lines);
        _traffic!.Sent(new SentDatagrams.Entry
        {
            Number = number,
            Offset = offset,
            Length = (short)lines.Length,
            Size = (short)length,
            At = now,
            Acknowledges = acknowledges,
            IsCopy = isCopy,
        }, ref _path);
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
        return Join(destination, length, line);
    }

    /// <summary>The path is another one.</summary>
    public void ResetPath()
    {
        _path.Reset();
        _traffic?.ResetProbes();
    }

    /// <summary>Gives back what it needs only while something is under way, if nothing is. Any time is right for it.</summary>
    /// <returns>Whether that is to be tried again later, though nothing happens until then.</returns>
    public bool Rest(TimeSpan now)
    {
        if (_isClosed || _traffic is not { IsIdle: true } traffic)
            return false;
        if (!traffic.TryEnd(_path, now))
            return true;
        (_written, _receivedThrough) = (traffic.Out.End, traffic.In.Next);
        _traffic = null;
        pool.Return(traffic);
        return false;
    }

    /// <summary>Ends it, and gives its memory back.</summary>
    public void Close()
    {
        _isClosed = true;
        _traffic?.Release();
    }

    private LinkTraffic BeginTraffic()
    {
        LinkTraffic traffic = pool.RentTraffic();
        traffic.Begin(_written, _receivedThrough);
        return _traffic = traffic;
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
        bool isOld = _received.IsForgotten(header.Number); // It is not known whether it has come.
        if (!isOld && !_received.Contains(header.Number))
            return false;
        // The acknowledgement may be what was lost. But two networks that double must not make acknowledgements of acknowledgements.
        if (!isOld && (header.Offset >= 0 || !header.Lines.StartsWith("ACK:"u8)))
            NoteReceived(header.Number, now);
        return true;
    }

    private void NoteReceived(long number, TimeSpan now)
    {
        if (number <= _received.Largest)
            _traffic?.NoteLate(number, _nextNumber);
        _received.Add(number, _traffic is { In.HasGap: true }, now, pool);
    }

    private int WriteHeader(Span<byte> destination, long offset, int maxLength, TimeSpan now, out long acknowledges)
    {
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
        acknowledges = _received.Write(ref writer, maxLength, now);
        return writer.Length;
    }

    /// <summary>Writes lines behind a header: tags go on where that ends.</summary>
    private static int Join(Span<byte> destination, int length, ReadOnlySpan<byte> lines)
    {
        bool hasTags = lines[0] == '@';
        destination[length++] = hasTags ? (byte)';' : (byte)' ';
        lines = hasTags ? lines.Slice(1) : lines;
        lines.CopyTo(destination.Slice(length));
        return length + lines.Length;
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
}
