using System;
using UdpChat.Protocol.Link;
using UdpChat.Protocol.Wire;

namespace UdpChat.Protocol.Client;

/// <summary>A client's session of the extended profile: sends from the outbox, takes verdicts and messages.</summary>
internal sealed class ExtendedSession : ILinkUser
{
    /// <summary>How many bytes are written to the link and not sent, so that what is more urgent does not wait behind them.</summary>
    private const int MaxUnsent = 16 << 10;

    /// <summary>After how many decided messages the relay is told so.</summary>
    private const int LowestInterval = 1_024;

    private const int MaxLineOverhead = 128;
    private const int MaxEscapedText = 2 * WireLimits.MaxTextBytes;

    private static readonly TimeSpan FirstRetryPause = TimeSpan.FromSeconds(0.2);
    private static readonly TimeSpan MaxRetryPause = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan WatchPause = TimeSpan.FromSeconds(1);

    private readonly int _number;
    private readonly ClientState _state;
    private readonly IClientEvents _events;
    private readonly ClientCounters _counters;
    private readonly MemoryBudget _early = new(2 * LinkLimits.StreamWindow);
    private readonly System.Collections.Generic.Queue<Recipient> _ready = new(); // with messages that may go on
    private readonly WatchQueue _watch;
    private readonly RangeSet _watchLater = new(); // the relay has too many questions
    private TimeSpan _watchDue = TimeSpan.MaxValue;
    private long _cursor;            // the next message of the outbox that was not looked at
    private long _lastNumber;        // of the last SENDTO
    private long _lowest;            // the first undecided number, as the relay was told last
    private byte[]? _longTo;         // the recipient of the message that is being written in pieces
    private ReadOnlyMemory<byte> _longText; // both stay when the message is decided meanwhile, and its memory another's
    private int _longWritten;
    private SenderHistory.Sender? _sender;
    private long _senderNumber;
    private long _deliveries;
    private long _takenOffset;       // in the stream, behind the last TAKEN
    private byte[] _assembly = [];
    private int _assembled;
    private bool _isAssembling;
    private MessageOrigin _assemblyOrigin;
    private byte[] _scratch = [];
    private TimeSpan _now;

    public ExtendedSession(ulong id, int number, ClientState state, IClientEvents events, ClientCounters counters)
    {
        Id = id;
        _number = number;
        _state = state;
        _events = events;
        _counters = counters;
        Link = new ReliableLink(id, this, _early);
        _cursor = _lowest = state.Outbox.First;
        state.Outbox.Reset();
        state.Untaken.Reset();
        _watch = new WatchQueue(state.Outbox.FindWatched);
        foreach (OutgoingMessage message in state.Outbox.Watched)
            _watch.Add(message.Number);
    }

    /// <summary>The session id.</summary>
    public ulong Id { get; }

    /// <summary>Its stream of lines both ways.</summary>
    public ReliableLink Link { get; }

    /// <summary>When a recipient's messages are to be offered again; never if <see cref="TimeSpan.MaxValue"/>.</summary>
    public TimeSpan NextRetry { get; private set; } = TimeSpan.MaxValue;

    /// <summary>Whether the relay knows all that was taken.</summary>
    public bool IsTakenKnown => _state.Untaken.Taken.Count == 0 && Link.AcknowledgedOffset >= _takenOffset;

    // Something to write that is not in the link yet.
    private bool HasLines => _longTo is not null || _ready.Count > 0 || CanAdvance || _state.Untaken.Taken.Count > 0 || !_watch.IsEmpty;

    private bool CanAdvance => _cursor < _state.Outbox.Next && _cursor < _state.Outbox.First + Outbox.MaxNumberSpan;

    /// <summary>Offers again what is due.</summary>
    public void Retry(TimeSpan now)
    {
        if (now < NextRetry)
            return;
        if (now >= _watchDue)
        {
            WatchAll(_watchLater);
            _watchLater.Clear();
            _watchDue = TimeSpan.MaxValue;
        }
        TimeSpan next = _watchDue;
        foreach (Recipient recipient in _state.Outbox.Recipients)
        {
            if (!recipient.IsBlocked || recipient.Offered is not null || recipient.UnderWay > 0 || !recipient.HasWaiting)
                continue;
            if (now < recipient.RetryDue)
            {
                next = recipient.RetryDue < next ? recipient.RetryDue : next;
                continue;
            }
            recipient.Offered = recipient.First;
            recipient.Offered.IsRetry = true;
            _ready.Enqueue(recipient);
        }
        NextRetry = next;
    }

    /// <summary>Writes datagrams of the stream, as many as may go out and fit.</summary>
    /// <param name="now">The time.</param>
    /// <param name="output">Takes the datagrams.</param>
    /// <param name="keepFree">For how many more there must be room.</param>
    /// <returns>Whether any was written.</returns>
    public bool WriteStream(TimeSpan now, DatagramBatch output, int keepFree = 0)
    {
        bool isAny = false;
        while (output.Count + keepFree < output.Capacity && output.Fits((1 + keepFree) * LinkLimits.MaxDatagramBytes))
        {
            if (HasLines)
                WriteLines();
            if (!Link.HasOutput)
                return isAny;
            int length = Link.WriteDatagram(output.Reserve(LinkLimits.MaxDatagramBytes), now);
            if (length == 0)
                return isAny;
            output.Commit(length, default);
            isAny = true;
        }
        return isAny;
    }

    /// <summary>Writes a datagram with one line that belongs to no stream.</summary>
    public void WriteControl(ReadOnlySpan<byte> verb, ReadOnlySpan<byte> rest, TimeSpan now, DatagramBatch output)
    {
        Span<byte> line = stackalloc byte[32 + WireLimits.MaxNameBytes];
        verb.CopyTo(line);
        rest.CopyTo(line.Slice(verb.Length));
        int length = Link.WriteControl(output.Reserve(LinkLimits.MaxDatagramBytes), line.Slice(0, verb.Length + rest.Length), now);
        output.Commit(length, default);
    }

    /// <summary>Writes a heartbeat, which is longer than the answer that the client is not registered.</summary>
    public void WriteHeartbeat(byte[] name, TimeSpan now, DatagramBatch output) => WriteControl("@pad=0000 HEARTBEAT: "u8, name, now, output);

    /// <inheritdoc/>
    public void LineReceived(ReadOnlySpan<byte> line, TimeSpan now)
    {
        _now = now;
        if (!_isAssembling && _sender is not null && MessageLine.TryRead(line, "FROM:"u8, out ReadOnlySpan<byte> from, out ReadOnlySpan<byte> text))
            Receive(from, text, new MessageOrigin(_sender.Incarnation, ++_senderNumber, -1), hasEscapes: false);
        else
            TakeLine(ExtendedLine.Read(line));
    }

    private void TakeLine(in ExtendedLine read)
    {
        switch (read.Verb)
        {
            case ExtendedVerb.From:
                TakeFrom(read);
                break;
            case ExtendedVerb.Accepted:
                TakeAccepted(read);
                break;
            case ExtendedVerb.Delivered:
                TakeDelivered(read);
                break;
            case ExtendedVerb.Info:
                TakeInfo(read);
                break;
            case ExtendedVerb.Open:
                if (_state.Outbox.FindRecipient(read.Name) is { IsBlocked: true } recipient)
                {
                    recipient.RetryDue = _now;
                    NextRetry = _now;
                }
                break;
            default:
                _counters.AddIgnored();
                break;
        }
    }

    /// <summary>Writes lines to the link, as far as it sends them soon.</summary>
    private void WriteLines()
    {
        while (Link.UnsentBytes < MaxUnsent && Link.Room >= LinkLimits.MaxPayloadBytes)
        {
            if (_longTo is not null)
                WritePiece(_longTo, null); // Nothing may come between the pieces of a text.
            else if (_state.Untaken.Taken.Count > 0)
                WriteTaken();
            else if (!_watch.IsEmpty)
                WriteWatch();
            else if (!WriteNextMessage())
                return;
        }
    }

    private bool WriteNextMessage()
    {
        while (_ready.Count > 0)
        {
            Recipient recipient = _ready.Peek();
            // While one is offered the others wait for its answer; once it is accepted they follow.
            if (!recipient.HasWaiting || (recipient.IsBlocked && (recipient.Offered is null || recipient.Offered.IsUnderWay)))
            {
                _ready.Dequeue();
                continue;
            }
            Write(recipient.TakeFirst());
            return true;
        }
        for (; CanAdvance; _cursor++)
        {
            if (_state.Outbox.Find(_cursor) is not { } message)
                continue;
            if (message.Recipient is { } recipient && (recipient.IsBlocked || recipient.HasWaiting))
            {
                recipient.Hold(message);
                if (recipient.IsBlocked && recipient.UnderWay == 0 && recipient.Offered is null && recipient.RetryDue < NextRetry)
                    NextRetry = recipient.RetryDue;
                continue;
            }
            _cursor++;
            Write(message);
            return true;
        }
        return false;
    }

    private void Write(OutgoingMessage message)
    {
        message.IsUnderWay = true;
        message.Recipient.UnderWay++;
        if (message.LastSession != _number)
        {
            message.LastSession = _number;
            if (++message.Sessions == 1)
                _counters.AddSent();
        }
        (_longText, _longWritten) = (message.Text, 0);
        WritePiece(message.To, message);
    }

    /// <summary>Writes a message, or a piece of a long one.</summary>
    /// <param name="to">The recipient's name.</param>
    /// <param name="begun">The message, if nothing of it was written yet.</param>
    private void WritePiece(byte[] to, OutgoingMessage? begun)
    {
        ReadOnlySpan<byte> rest = _longText.Span.Slice(_longWritten);
        int length = LineText.PieceLength(rest, LinkLimits.MaxPayloadBytes - MaxLineOverhead - to.Length);
        bool isLast = length == rest.Length;
        var writer = new AsciiWriter(Link.Reserve(LinkLimits.MaxPayloadBytes));
        byte separator = (byte)'@';
        if (begun is not null && (begun.Number != _lastNumber + 1 || _lastNumber == 0 || _state.Outbox.First - _lowest >= LowestInterval))
        {
            // The relay must not wait for numbers that it was never told of, or has forgotten.
            writer.Write("@n="u8);
            writer.Write(begun.Number);
            separator = (byte)';';
            if (_state.Outbox.First != _lowest)
            {
                _lowest = _state.Outbox.First;
                writer.Write(";low="u8);
                writer.Write(_lowest);
            }
        }
        if (begun is { IsRetry: true })
        {
            writer.Write(separator);
            writer.Write("retry"u8);
            separator = (byte)';';
        }
        if (!isLast)
        {
            writer.Write(separator);
            writer.Write("more"u8);
            separator = (byte)';';
        }
        if (separator == ';')
            writer.Write((byte)' ');
        writer.Write("SENDTO:"u8);
        writer.Write(to);
        writer.Write(": "u8);
        writer.Write(rest.Slice(0, length));
        writer.Write((byte)'\n');
        Link.Commit(writer.Length);
        if (begun is not null)
            _lastNumber = begun.Number;
        _longWritten += length;
        _longTo = isLast ? null : to;
        if (isLast)
            _longText = default;
    }

    private void WriteTaken()
    {
        WriteRanges("TAKEN: "u8, _state.Untaken.Taken);
        _takenOffset = Link.WrittenOffset;
    }

    private void WriteRanges(ReadOnlySpan<byte> verb, RangeSet ranges)
    {
        var writer = new AsciiWriter(Link.Reserve(LinkLimits.MaxPayloadBytes).Slice(0, LinkLimits.MaxPayloadBytes - 1));
        writer.Write(verb);
        NumberRanges.WriteAndRemove(ref writer, ranges);
        Link.Reserve(LinkLimits.MaxPayloadBytes)[writer.Length] = (byte)'\n';
        Link.Commit(writer.Length + 1);
    }

    /// <summary>Asks about accepted messages to one recipient.</summary>
    private void WriteWatch()
    {
        var numbers = new RangeSet();
        if (_watch.Take(numbers) is not { } recipient)
            return; // What was to be asked about has been told meanwhile.
        Span<byte> verb = stackalloc byte[8 + WireLimits.MaxRawNameBytes];
        var writer = new AsciiWriter(verb);
        writer.Write("WATCH:"u8);
        writer.Write(recipient.Name);
        writer.Write(": "u8);
        WriteRanges(verb.Slice(0, writer.Length), numbers);
        WatchAll(numbers); // What did not fit the line is asked in another.
    }

    private void WatchAll(RangeSet numbers)
    {
        foreach (RangeSet.Range range in numbers.Ranges)
        {
            for (long number = range.First; number <= range.Last; number++)
                _watch.Add(number);
        }
    }

    private void TakeAccepted(in ExtendedLine line)
    {
        var ranges = new NumberRanges(line.Text);
        while (ranges.MoveNext())
        {
            long last = Math.Min(ranges.Last, _state.Outbox.Next - 1);
            for (long number = Math.Max(ranges.First, _state.Outbox.First); number <= last; number++)
            {
                if (_state.Outbox.Accepted(number, line.IsFinal) is not { } message)
                    continue;
                Decided(message);
                // Its delivery may have been told in an earlier session.
                if (message.Sessions > 1 && !line.IsFinal)
                    _watch.Add(number);
            }
        }
    }

    private void TakeDelivered(in ExtendedLine line)
    {
        var ranges = new NumberRanges(line.Text);
        while (ranges.MoveNext())
        {
            long last = Math.Min(ranges.Last, _state.Outbox.Next - 1);
            for (long number = ranges.First; number <= last; number++)
            {
                if (_state.Outbox.Delivered(number) is { } message)
                    Decided(message);
            }
        }
    }

    private void TakeInfo(in ExtendedLine line)
    {
        if (line.Numbers.IsEmpty)
        {
            _counters.AddNotice();
            _events.NoticeReceived(Unescape(line.Text), line.Code);
            return;
        }
        FailureCode code = FailureCode.Read(line.Code);
        bool isTemporary = line.Code.SequenceEqual("queue-full"u8) || line.Code.SequenceEqual("not-yet"u8);
        string words = isTemporary ? "" : Utf8.GetString(Unescape(line.Text));
        var ranges = new NumberRanges(line.Numbers);
        while (ranges.MoveNext())
        {
            long last = Math.Min(ranges.Last, _state.Outbox.Next - 1);
            for (long number = ranges.First; number <= last; number++)
            {
                if (isTemporary)
                    PutOff(number);
                else if (_state.Outbox.Fail(number, code, words, !code.IsRefusal) is { } message)
                    Decided(message);
            }
        }
    }

    /// <summary>A message is to be offered again, and before all others to its recipient.</summary>
    private void PutOff(long number)
    {
        if (_state.Outbox.Find(number) is not { IsUnderWay: true } message)
        {
            if (_state.Outbox.FindWatched(number) is not null)
                WatchLater(number);
            return;
        }
        Recipient recipient = message.Recipient;
        message.IsUnderWay = false;
        message.IsRetry = false;
        recipient.UnderWay--;
        if (!recipient.IsBlocked)
        {
            recipient.IsBlocked = true;
            recipient.BlockedSince = _now;
            recipient.Pause = FirstRetryPause;
            recipient.RetryDue = _now + FirstRetryPause;
        }
        if (recipient.Offered == message)
        {
            recipient.Offered = null;
            recipient.Pause = Min(MaxRetryPause, recipient.Pause + recipient.Pause);
            recipient.RetryDue = _now + recipient.Pause;
        }
        recipient.Hold(message);
        // What has waited too long fails: the relay has refused it each time.
        while (recipient.HasWaiting && _now - Max(recipient.First.QueuedAt, recipient.BlockedSince) >= _state.MessageLifetime)
            _state.Outbox.Fail(recipient.TakeFirst().Number, FailureCode.Expired, "", false);
        if (recipient.RetryDue < NextRetry)
            NextRetry = recipient.RetryDue;
    }

    private void WatchLater(long number)
    {
        _watchLater.Add(number);
        if (_watchDue == TimeSpan.MaxValue)
            _watchDue = _now + WatchPause;
        if (_watchDue < NextRetry)
            NextRetry = _watchDue;
    }

    /// <summary>A message is answered; if it was the one that was offered again, the others follow it.</summary>
    private void Decided(OutgoingMessage message)
    {
        Recipient recipient = message.Recipient;
        if (recipient.Offered == message)
        {
            recipient.Offered = null;
            if (message.State is OutgoingState.Failed)
            {
                recipient.RetryDue = _now; // The next is the first now.
            }
            else
            {
                recipient.IsBlocked = false;
                _ready.Enqueue(recipient);
            }
        }
        if (recipient.IsBlocked && recipient.UnderWay == 0 && recipient.RetryDue < NextRetry)
            NextRetry = recipient.RetryDue;
    }

    private void TakeFrom(in ExtendedLine line)
    {
        if (_isAssembling)
        {
            Assemble(line.Text);
            if (!line.HasMore)
                EndAssembly(line.Name);
            return;
        }
        if (line.Incarnation >= 0 && !line.Numbers.IsEmpty)
        {
            if (!DecimalNumber.TryRead(line.Numbers, out long number))
            {
                _counters.AddIgnored();
                return;
            }
            _sender = _state.History.Get(line.Name, line.Incarnation);
            _senderNumber = number;
        }
        else if (_sender is null)
        {
            _counters.AddIgnored();
            return;
        }
        else
        {
            _senderNumber++;
        }
        long time = ServerTime.TryRead(line.Time, out long read) ? read : -1;
        var origin = new MessageOrigin(_sender.Incarnation, _senderNumber, time);
        if (!line.HasMore)
        {
            Receive(line.Name, line.Text, origin);
            return;
        }
        _isAssembling = true;
        _assembled = 0;
        _assemblyOrigin = origin;
        Assemble(line.Text);
    }

    private void Assemble(ReadOnlySpan<byte> piece)
    {
        if (_assembled < 0 || _assembled + piece.Length > MaxEscapedText)
        {
            _assembled = -1; // Too large; the rest is not kept.
            return;
        }
        if (_assembly.Length < _assembled + piece.Length)
            Array.Resize(ref _assembly, Math.Min(MaxEscapedText, 2 * (_assembled + piece.Length)));
        piece.CopyTo(_assembly.AsSpan(_assembled));
        _assembled += piece.Length;
    }

    private void EndAssembly(ReadOnlySpan<byte> name)
    {
        _isAssembling = false;
        if (_assembled >= 0)
            Receive(name, _assembly.AsSpan(0, _assembled), _assemblyOrigin);
        else
            Drop();
        _assembly = [];
    }

    /// <summary>Of a message that can't be kept the relay is told that it is taken, or it would come again for ever.</summary>
    private void Drop()
    {
        _counters.AddIgnored();
        _state.Untaken.Taken.Add(++_deliveries);
    }

    private void Receive(ReadOnlySpan<byte> from, ReadOnlySpan<byte> text, in MessageOrigin origin, bool hasEscapes = true)
    {
        _deliveries++;
        SenderHistory.Sender sender = _sender!;
        if (origin.Number <= sender.LastNumber)
        {
            _counters.AddRepeated();
            _state.Untaken.Repeated(sender, origin.Number, _deliveries);
            return;
        }
        sender.LastNumber = origin.Number;
        _counters.AddMessage();
        long ticket = _state.Untaken.Add(sender, origin.Number, _deliveries);
        _events.MessageReceived(from, hasEscapes ? Unescape(text) : text, origin, ticket);
    }

    private ReadOnlySpan<byte> Unescape(ReadOnlySpan<byte> text)
    {
        if (text.IndexOf((byte)'\\') < 0)
            return text;
        if (_scratch.Length < text.Length)
            _scratch = new byte[text.Length];
        return _scratch.AsSpan(0, LineText.Unescape(text, _scratch));
    }

    private static TimeSpan Min(TimeSpan a, TimeSpan b) => a < b ? a : b;

    private static TimeSpan Max(TimeSpan a, TimeSpan b) => a > b ? a : b;
}
