using System;
using System.Collections.Generic;
using System.Linq;
using UdpChat.Protocol.Link;
using UdpChat.Protocol.Wire;

namespace UdpChat.Testing.Extended;

/// <summary>
/// A client of the extended profile, written after docs/protocol.md in the plainest way and without a thought for speed:
/// it shows that the specification is enough, and that the relay does not only get on with our own client.
/// </summary>
internal sealed class SpecClient : IMemberClient, ILinkUser
{
    private const int MaxUnsent = 16 << 10;
    private const int RegisterBytes = 400;

    private static readonly TimeSpan MaxRegisterPause = TimeSpan.FromSeconds(4);
    private static readonly TimeSpan FirstRetry = TimeSpan.FromSeconds(0.2);
    private static readonly TimeSpan MaxRetry = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan WatchPause = TimeSpan.FromSeconds(1);

    private readonly string _name;
    private readonly string _token;
    private readonly long _incarnation;
    private readonly string _inbox;
    private readonly List<Outgoing> _messages = []; // by number, from 1
    private readonly Dictionary<string, Recipient> _recipients = new();
    private readonly List<Outgoing> _toSend = [];   // in the order in which it goes to the link
    private readonly Dictionary<(string, long), long> _lastFrom = new();
    private readonly List<Incoming> _untaken = [];
    private readonly RangeSet _taken = new();
    private readonly MemoryBudget _early = new(1 << 20);
    private readonly List<byte> _assembly = [];
    private ReliableLink? _link;
    private ulong _session;
    private int _sessions;
    private long _registration = 1;
    private TimeSpan _registerDue, _registerPause;
    private TimeSpan _heartbeatDue = TimeSpan.MaxValue, _answerDue = TimeSpan.MaxValue;
    private TimeSpan _heartbeatPause;
    private int _heartbeats;
    private TimeSpan _clientTimeout;
    private long _relayStart;
    private ulong _relayStore;
    private long _counted;
    private bool _isAssembling;
    private string _lastSender = "";
    private long _lastIncarnation, _lastNumber;
    private Outgoing? _piecesOf;
    private int _written;

    public SpecClient(string name, byte[] token, long incarnation, int inboxMessages, int inboxBytes)
    {
        _name = name;
        _token = string.Concat(token.Select(b => b.ToString("x2", System.Globalization.CultureInfo.InvariantCulture)));
        _incarnation = incarnation;
        _inbox = $"{inboxMessages},{inboxBytes}";
    }

    /// <summary>Sends a datagram.</summary>
    public Action<byte[]>? Send { get; set; }

    /// <summary>Is told of a message that has become something else.</summary>
    public Action<Outgoing>? Changed { get; set; }

    /// <summary>Is given a message for the user.</summary>
    public Action<Incoming>? Received { get; set; }

    /// <summary>Whether another client has its name.</summary>
    public bool IsReplaced { get; private set; }

    /// <inheritdoc/>
    public bool HasEnded => IsReplaced;

    /// <summary>Whether it has a session.</summary>
    public bool IsConnected => _link is not null;

    /// <summary>Whether nothing of its own is undecided and nothing waits to go out.</summary>
    public bool IsIdle => _toSend.Count == 0 && _messages.All(message => message.Report != Report.None) && _taken.Count == 0;

    /// <summary>When it wants <see cref="Tick"/>.</summary>
    public TimeSpan NextTick
    {
        get
        {
            TimeSpan next = _link is null ? _registerDue : Min(_link.NextTimeout, _answerDue == TimeSpan.MaxValue ? _heartbeatDue : _answerDue);
            foreach (Recipient recipient in _recipients.Values)
            {
                if (_link is not null && recipient is { Held.Count: > 0, UnderWay: 0 })
                    next = Min(next, recipient.RetryDue);
            }
            if (_link is not null && _watchDue != TimeSpan.Zero)
                next = Min(next, _watchDue);
            return IsReplaced ? TimeSpan.MaxValue : next;
        }
    }

    /// <summary>Gives it a message to send.</summary>
    public Outgoing Post(string to, string text, TimeSpan now, object tag)
    {
        byte[] bytes = Utf8.TryGetBytes(text)!;
        byte[] escaped = new byte[LineText.EscapedLength(bytes)];
        LineText.Escape(bytes, escaped);
        var message = new Outgoing(_messages.Count + 1, to, escaped) { Tag = tag };
        _messages.Add(message);
        Enqueue(message);
        return message;
    }

    /// <summary>The user has a message.</summary>
    public void Take(Incoming message)
    {
        _untaken.Remove(message);
        if (message.Session == _sessions && _link is not null)
            _taken.Add(message.Count);
    }

    /// <summary>Leaves.</summary>
    public void Leave(TimeSpan now)
    {
        if (_link is not null)
            WriteControl($"UNREGISTER: {_name}", now);
    }

    /// <summary>Does what is due, and sends whatever can be sent.</summary>
    public void Tick(TimeSpan now)
    {
        if (IsReplaced)
            return;
        if (_link is null)
        {
            if (now >= _registerDue)
                Register(now);
            return;
        }
        if (now >= _link.NextTimeout)
            _link.OnTimeout(now);
        if (now >= _answerDue)
            RepeatHeartbeat(now);
        else if (now >= _heartbeatDue && _answerDue == TimeSpan.MaxValue)
            Heartbeat(now);
        foreach (Recipient recipient in _recipients.Values)
            Retry(recipient, now);
        Flush(now);
    }

    /// <summary>Takes in a datagram.</summary>
    public void Receive(byte[] datagram, TimeSpan now)
    {
        if (IsReplaced || datagram.Length == 0 || datagram[0] != '@')
            return;
        if (LinkHeader.TryRead(datagram, out LinkHeader header))
        {
            if (_link is null || header.Session != _session)
                return;
            _answerDue = TimeSpan.MaxValue;
            _heartbeats = 0;
            if (_link.Receive(header, now) == LinkOutcome.Received && header.Offset < 0)
                HandleControl(header, now);
            return;
        }
        ExtendedLine line = ExtendedLine.Read(datagram);
        if (line.Verb != ExtendedVerb.Info)
            return;
        string code = Utf8.GetString(line.Code);
        if (code == "not-registered")
        {
            if (_link is not null && line.Session == _session)
                Forget(now);
            return;
        }
        if (_link is not null || line.Incarnation != _incarnation || line.Registration != _registration)
            return;
        if (code == "registered")
            Begin(line.Session, line.Timeout, line.Start, line.Store, now);
        else if (code == "replaced")
            IsReplaced = true;
    }

    /// <inheritdoc/>
    public void LineReceived(ReadOnlySpan<byte> text, TimeSpan now)
    {
        ExtendedLine line = ExtendedLine.Read(text);
        switch (line.Verb)
        {
            case ExtendedVerb.From:
                HandleFrom(line);
                break;
            case ExtendedVerb.Accepted:
                Decide(line.Text, Report.Accepted, "", false, now);
                break;
            case ExtendedVerb.Delivered:
                Decide(line.Text, Report.Delivered, "", false, now);
                break;
            case ExtendedVerb.Open when _recipients.TryGetValue(Utf8.GetString(line.Name), out Recipient? recipient):
                recipient.RetryDue = now;
                break;
            case ExtendedVerb.Info when !line.Code.IsEmpty:
                string code = Utf8.GetString(line.Code);
                if (code is "queue-full" or "not-yet")
                    PutOff(line.Numbers, now);
                else
                    Decide(line.Numbers, Report.Failed, code, code is "unknown" or "expired", now);
                break;
        }
    }

    /// <summary>The number of the first message that is not decided for it.</summary>
    private long Lowest => _messages.FirstOrDefault(message => message.Report == Report.None)?.Number ?? _messages.Count + 1;

    private static TimeSpan Min(TimeSpan a, TimeSpan b) => a < b ? a : b;

    private void Register(TimeSpan now)
    {
        _registerPause = _registerPause == TimeSpan.Zero ? TimeSpan.FromSeconds(0.5) : Min(_registerPause + _registerPause, MaxRegisterPause);
        _registerDue = now + _registerPause;
        string head = $"@t={_token};i={_incarnation};r={_registration};low={Lowest};inbox={_inbox};pad=";
        string tail = $" REGISTER: {_name}";
        Send!(Utf8.TryGetBytes(head + new string('x', RegisterBytes - head.Length - tail.Length) + tail)!);
    }

    private void Begin(ulong session, long timeout, long start, ulong store, TimeSpan now)
    {
        _session = session;
        _sessions++;
        _link = new ReliableLink(session, this, _early);
        _clientTimeout = TimeSpan.FromMilliseconds(timeout);
        _registerPause = TimeSpan.Zero;
        _counted = 0;
        _isAssembling = false;
        (_lastSender, _lastIncarnation, _lastNumber) = ("", 0, 0);
        _taken.Clear();
        _toSend.Clear();
        (_piecesOf, _written) = (null, 0);
        _recipients.Clear();
        _watchDue = TimeSpan.Zero;
        bool hasLost = _relayStart != 0 && start != _relayStart && (_relayStore == 0 || store != _relayStore);
        bool isAnother = start != _relayStart;
        (_relayStart, _relayStore) = (start, store);
        foreach (Outgoing message in _messages)
        {
            message.WasSentElsewhere |= isAnother && message.Sessions.Count > 0;
            if (message.Report == Report.None)
                Enqueue(message);
            else if (message.Report == Report.Accepted && hasLost)
                Become(message, Report.Failed, "relay-restarted", mayHaveArrived: true);
            else if (message.Report == Report.Accepted)
                _watch.Add(message);
        }
        Heartbeat(now);
    }

    private readonly List<Outgoing> _watch = [];
    private TimeSpan _watchDue;

    private void Forget(TimeSpan now)
    {
        _link?.Close();
        _link = null;
        _watch.Clear();
        _registration++;
        _registerDue = now;
        _heartbeatDue = _answerDue = TimeSpan.MaxValue;
        _heartbeats = 0;
    }

    private void Heartbeat(TimeSpan now)
    {
        TimeSpan third = new(_clientTimeout.Ticks / 3);
        _heartbeatDue = now + Min(TimeSpan.FromSeconds(30), third);
        _heartbeats = 0;
        _heartbeatPause = TimeSpan.FromSeconds(1);
        _answerDue = now + _heartbeatPause;
        WriteControl($"@pad=xxxxxxxxxxxxxxxx HEARTBEAT: {_name}", now);
    }

    private void RepeatHeartbeat(TimeSpan now)
    {
        if (_heartbeats++ == 3)
        {
            Forget(now);
            return;
        }
        _heartbeatPause += _heartbeatPause;
        _answerDue = now + _heartbeatPause;
        WriteControl($"@pad=xxxxxxxxxxxxxxxx HEARTBEAT: {_name}", now);
    }

    private void WriteControl(string line, TimeSpan now)
    {
        byte[] datagram = new byte[LinkLimits.MaxDatagramBytes];
        int length = _link!.WriteControl(datagram, Utf8.TryGetBytes(line), now);
        Send!(datagram.AsSpan(0, length).ToArray());
    }

    private void HandleControl(in LinkHeader header, TimeSpan now)
    {
        ExtendedLine line = ExtendedLine.Read(header.Lines);
        switch (line.Verb)
        {
            case ExtendedVerb.Challenge:
                _link!.AcknowledgeNow(header.Number, now);
                WriteControl($"RESPONSE: {Utf8.GetString(line.Text)}", now);
                break;
            case ExtendedVerb.Info:
                IsReplaced = Utf8.GetString(line.Code) == "replaced";
                _link!.Note(header.Number);
                break;
            default:
                _link!.Note(header.Number);
                break;
        }
    }

    private void HandleFrom(in ExtendedLine line)
    {
        if (_isAssembling)
        {
            _assembly.AddRange(line.Text.ToArray());
        }
        else
        {
            _counted++;
            _lastSender = Utf8.GetString(line.Name);
            if (line.Incarnation >= 0 && DecimalNumber.TryRead(line.Numbers, out long number))
                (_lastIncarnation, _lastNumber) = (line.Incarnation, number);
            else
                _lastNumber++;
            _assembly.Clear();
            _assembly.AddRange(line.Text.ToArray());
        }
        _isAssembling = line.HasMore;
        if (_isAssembling)
            return;
        var identity = (_lastSender, _lastIncarnation);
        _lastFrom.TryGetValue(identity, out long last);
        if (_lastNumber <= last)
        {
            Incoming? waiting = _untaken.FirstOrDefault(message => message.From == _lastSender && message.Incarnation == _lastIncarnation && message.Number == _lastNumber);
            if (waiting is not null && waiting.Session != _sessions)
                (waiting.Session, waiting.Count) = (_sessions, _counted);
            else
                _taken.Add(_counted); // The user has it, or will say so of the first.
            return;
        }
        _lastFrom[identity] = _lastNumber;
        byte[] text = [.. _assembly];
        var received = new Incoming(_lastSender, _lastIncarnation, _lastNumber, Utf8.GetString(text.AsSpan(0, LineText.Unescape(text, text)))) { Session = _sessions, Count = _counted };
        _untaken.Add(received);
        Received!(received);
    }

    private void Decide(ReadOnlySpan<byte> numbers, Report report, string code, bool mayHaveArrived, TimeSpan now)
    {
        var ranges = new NumberRanges(numbers);
        while (ranges.MoveNext())
        {
            for (long number = Math.Max(1, ranges.First); number <= Math.Min(ranges.Last, _messages.Count); number++)
            {
                Outgoing message = _messages[(int)number - 1];
                NotUnderWay(message);
                if (message.Report is Report.Delivered or Report.Failed || message.Report == report)
                    continue;
                if (_toSend.Remove(message))
                    _recipients[message.To].UnderWay--;
                _recipients.TryGetValue(message.To, out Recipient? recipient);
                recipient?.Held.Remove(message);
                if (recipient is not null)
                    recipient.Refusals = 0;
                // What another relay, or this one before it was started anew, has done with it, this one can't know.
                Become(message, report, code, mayHaveArrived || (report == Report.Failed && message.WasSentElsewhere));
                if (report == Report.Accepted && message.Sessions.Count > 1)
                    _watch.Add(message);
            }
        }
    }

    private void Become(Outgoing message, Report report, string code, bool mayHaveArrived)
    {
        (message.Report, message.Code, message.MayHaveArrived) = (report, code, mayHaveArrived);
        Changed!(message);
    }

    private void NotUnderWay(Outgoing message)
    {
        if (!message.IsUnderWay)
            return;
        message.IsUnderWay = false;
        _recipients[message.To].UnderWay--;
    }

    private void PutOff(ReadOnlySpan<byte> numbers, TimeSpan now)
    {
        var ranges = new NumberRanges(numbers);
        while (ranges.MoveNext())
        {
            for (long number = Math.Max(1, ranges.First); number <= Math.Min(ranges.Last, _messages.Count); number++)
            {
                Outgoing message = _messages[(int)number - 1];
                if (message.Report == Report.Accepted)
                {
                    _watch.Add(message);
                    _watchDue = now + WatchPause;
                }
                if (message.Report != Report.None || !message.IsUnderWay)
                    continue;
                Recipient recipient = _recipients[message.To];
                NotUnderWay(message);
                recipient.Held.Add(message);
                if (recipient.IsBlocked)
                    continue;
                recipient.IsBlocked = true;
                TimeSpan pause = new(FirstRetry.Ticks << Math.Min(recipient.Refusals++, 10));
                recipient.RetryDue = now + Min(pause, MaxRetry);
                foreach (Outgoing waiting in _toSend.Where(waiting => waiting.To == message.To && waiting != _piecesOf).ToArray())
                {
                    _toSend.Remove(waiting);
                    recipient.UnderWay--;
                    recipient.Held.Add(waiting);
                }
            }
        }
    }

    private void Retry(Recipient recipient, TimeSpan now)
    {
        if (!recipient.IsBlocked || recipient.UnderWay > 0 || now < recipient.RetryDue)
            return;
        recipient.IsBlocked = false;
        bool isFirst = true;
        foreach (Outgoing message in recipient.Held.OrderBy(message => message.Number).ToArray())
        {
            message.IsRetry = isFirst;
            isFirst = false;
            _toSend.Add(message);
            recipient.UnderWay++;
        }
        recipient.Held.Clear();
    }

    private void Enqueue(Outgoing message)
    {
        if (!_recipients.TryGetValue(message.To, out Recipient? recipient))
            _recipients.Add(message.To, recipient = new Recipient());
        message.IsUnderWay = message.IsRetry = false;
        if (recipient.IsBlocked)
        {
            recipient.Held.Add(message);
            return;
        }
        _toSend.Add(message);
        recipient.UnderWay++;
    }

    private void Flush(TimeSpan now)
    {
        if (now >= _watchDue)
            _watchDue = TimeSpan.Zero;
        byte[] datagram = new byte[LinkLimits.MaxDatagramBytes];
        while (_link is not null)
        {
            WriteLines();
            int length = _link.WriteDatagram(datagram, now);
            if (length == 0)
                return;
            Send!(datagram.AsSpan(0, length).ToArray());
        }
    }

    private void WriteLines()
    {
        while (_link!.Room >= LinkLimits.MaxPayloadBytes && _link.UnsentBytes < MaxUnsent)
        {
            if (_piecesOf is not null)
            {
                WritePiece(_piecesOf);
            }
            else if (_taken.Count > 0)
            {
                var writer = new AsciiWriter(_link.Reserve(LinkLimits.MaxPayloadBytes).Slice(0, LinkLimits.MaxPayloadBytes - 1));
                writer.Write("TAKEN: "u8);
                NumberRanges.WriteAndRemove(ref writer, _taken);
                _link.Reserve(writer.Length + 1)[writer.Length] = (byte)'\n';
                _link.Commit(writer.Length + 1);
            }
            else if (_watch.Count > 0 && _watchDue == TimeSpan.Zero)
            {
                Outgoing watched = _watch[0];
                _watch.RemoveAt(0);
                if (watched.Report == Report.Accepted)
                    WriteLine($"WATCH:{watched.To}: {watched.Number}\n");
            }
            else if (_toSend.Count > 0)
            {
                (_piecesOf, _written) = (_toSend[0], 0);
            }
            else
            {
                return;
            }
        }
    }

    private void WritePiece(Outgoing message)
    {
        ReadOnlySpan<byte> rest = message.Escaped.AsSpan(_written);
        int length = LineText.PieceLength(rest, 900);
        bool isFirst = _written == 0, isLast = length == rest.Length;
        string tags = string.Join(";", new[] { isFirst ? $"n={message.Number};low={Lowest}" : "", isFirst && message.IsRetry ? "retry" : "", isLast ? "" : "more" }.Where(tag => tag.Length > 0));
        WriteLine($"{(tags.Length > 0 ? $"@{tags} " : "")}SENDTO:{message.To}: {Utf8.GetString(rest.Slice(0, length))}\n");
        _written += length;
        message.Sessions.Add(_sessions);
        if (!isLast)
            return;
        _toSend.Remove(message);
        message.IsUnderWay = true;
        (_piecesOf, _written) = (null, 0);
    }

    private void WriteLine(string line)
    {
        byte[] bytes = Utf8.TryGetBytes(line)!;
        bytes.CopyTo(_link!.Reserve(bytes.Length));
        _link.Commit(bytes.Length);
    }

    /// <summary>A message of the user's.</summary>
    public sealed class Outgoing(long number, string to, byte[] escaped)
    {
        public long Number => number;

        public string To => to;

        public byte[] Escaped => escaped;

        public Report Report { get; set; }

        public string Code { get; set; } = "";

        public bool MayHaveArrived { get; set; }

        /// <summary>Whatever its owner wants to remember with it.</summary>
        public object? Tag { get; set; }

        /// <summary>The sessions in which it was sent.</summary>
        public HashSet<int> Sessions { get; } = [];

        /// <summary>Whether it went out before the relay was started anew.</summary>
        public bool WasSentElsewhere { get; set; }

        public bool IsUnderWay { get; set; }

        public bool IsRetry { get; set; }
    }

    /// <summary>A message for the user.</summary>
    public sealed class Incoming(string from, long incarnation, long number, string text)
    {
        public string From => from;

        public long Incarnation => incarnation;

        public long Number => number;

        public string Text => text;

        /// <summary>In which session it came last, and as which message of that.</summary>
        public int Session { get; set; }

        /// <inheritdoc cref="Session"/>
        public long Count { get; set; }
    }

    private sealed class Recipient
    {
        public bool IsBlocked { get; set; }

        public int UnderWay { get; set; }

        public int Refusals { get; set; }

        public TimeSpan RetryDue { get; set; } = TimeSpan.MaxValue;

        public List<Outgoing> Held { get; } = [];
    }
}
