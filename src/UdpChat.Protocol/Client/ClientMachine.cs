using System;
using UdpChat.Protocol.Link;
using UdpChat.Protocol.Wire;

namespace UdpChat.Protocol.Client;

/// <summary>
/// A client as a state machine: registration, heartbeat and outbox. It is given datagrams, the time and what its user
/// wants, and answers with datagrams for the relay and with events.
/// </summary>
/// <remarks>
/// It registers in rounds of <see cref="TriesPerRound"/> tries, which find out the profile. In the extended one the relay
/// answers. In the plain one a try is REGISTER and a message to oneself; only that message's return means connected,
/// because a relay need not answer REGISTER. After a round without success the path to the relay is opened anew: at once
/// while connecting, after growing pauses while reconnecting.
/// </remarks>
internal sealed class ClientMachine
{
    /// <summary>What the batch given to each call must have room for.</summary>
    public const int MaxOutputDatagrams = 32, MaxOutputBytes = WireLimits.MaxDatagramBytes + 4096;

    /// <summary>How many tries a round has.</summary>
    public const int TriesPerRound = 4;

    /// <summary>How many times in a row a registration must be answered by a notice and then be unknown to count as refused; a datagram that is late or doubled can look so once.</summary>
    private const int RefusalsToGiveUp = 3;

    /// <summary>How many extended REGISTERs must stay unanswered for the relay to count as one of the plain profile.</summary>
    private const int OffersToGiveUp = 3;

    /// <summary>How many echoes in a row must stay away for the relay to count as gone.</summary>
    private const int MaxEchoes = 4;

    private static readonly TimeSpan TryInterval = TimeSpan.FromSeconds(0.5);
    private static readonly TimeSpan LastTryWait = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan FirstEchoWait = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan MaxPause = TimeSpan.FromSeconds(30);

    /// <summary>How late a tick is that must have come after a sleep.</summary>
    private static readonly TimeSpan SleepThreshold = TimeSpan.FromSeconds(5);

    private readonly ClientOptions _options;
    private readonly byte[] _name;
    private readonly IRandomSource _random;
    private readonly IClientEvents _events;
    private readonly ClientIdentity? _identity;
    private readonly ClientState _state;
    private readonly PlainSender _plain;

    private TimeSpan _connectDeadline = TimeSpan.MaxValue;
    private ulong _nonce;              // of the echo that is waited for
    private ulong _firstNonce;         // of those sent since the last echo came back
    private int _echoesSent;           // 0 while none is waited for
    private TimeSpan _echoDue = TimeSpan.MaxValue;
    private TimeSpan _heartbeatDue = TimeSpan.MaxValue;
    private bool _echoWithHeartbeat;   // every second time
    private int _tries;                // in this round
    private TimeSpan _tryDue = TimeSpan.MaxValue;
    private TimeSpan _pathDue = TimeSpan.MaxValue;
    private int _pauses;               // since the client was connected
    private bool _noticeSinceTry;
    private int _refusals;
    private ExtendedSession? _session;
    private int _sessions;
    private long _registration;
    private int _offers;               // extended REGISTERs in this round, all unanswered
    private bool _isExtendedKnown;     // the relay has said so
    private bool _isEchoBack;          // so that it is a plain relay if it stays silent to the offers
    private bool _wasRefused;          // told once while reconnecting
    private long _relayStart;
    private ulong _relayStore;
    private long _probeNumber;         // of the heartbeat whose acknowledgement is waited for, or 0
    private TimeSpan _reconnectingSince;
    private TimeSpan _heartbeatInterval;
    private Leaving? _leaving;

    /// <param name="options">Times and limits.</param>
    /// <param name="name">The name to register, checked and in NFC.</param>
    /// <param name="identity">What proves that the name is one's own; null for the plain profile alone.</param>
    /// <param name="random">Nonces and jitter.</param>
    /// <param name="events">Is told what happens.</param>
    public ClientMachine(ClientOptions options, byte[] name, ClientIdentity? identity, IRandomSource random, IClientEvents events)
    {
        _options = options;
        _name = name;
        _identity = options.Profile == ChatProfile.Plain ? null : identity;
        _state = new ClientState(options, events);
        _plain = new PlainSender(_state.Outbox, Counters);
        _heartbeatInterval = options.HeartbeatInterval;
        _random = random;
        _events = events;
    }

    /// <summary>How the client stands to its relay.</summary>
    public ChatConnectionState State { get; private set; } = ChatConnectionState.Connecting;

    /// <summary>What was counted so far.</summary>
    public ClientCounters Counters { get; } = new();

    /// <summary>Which profile client and relay speak; Unknown until they have found out.</summary>
    public ProfileInUse Profile { get; private set; }

    /// <summary>How many messages are in the outbox: waiting, or not accepted yet.</summary>
    public int OutboxCount => _state.Outbox.Count;

    /// <summary>How many messages the relay had not accepted when the client ended.</summary>
    public int LostCount { get; private set; }

    /// <summary>Whether another message, not too large, can be sent without waiting.</summary>
    public bool HasRoom => !_state.Outbox.IsFull(0);

    /// <summary>Whether the relay keeps what it has accepted when it ends.</summary>
    public bool RelayHasStore => _relayStore != 0;

    /// <summary>Whether the relay has said that the client has left and its name is free.</summary>
    public bool HasGivenUpName { get; private set; }

    /// <summary>Whether something is on its way to the relay and not acknowledged.</summary>
    public bool IsWaiting => _session is { Link.IsWaiting: true };

    /// <summary>When <see cref="Tick"/> wants to be called; never if <see cref="TimeSpan.MaxValue"/>.</summary>
    public TimeSpan NextTick
    {
        get
        {
            TimeSpan next = Min(Min(_connectDeadline, _tryDue), Min(_pathDue, Min(_heartbeatDue, _echoDue)));
            if (_session is not null)
                next = Min(next, Min(_leaving?.Due ?? TimeSpan.MaxValue, Min(_session.Link.NextTimeout, _session.NextRetry)));
            return State == ChatConnectionState.Reconnecting ? Min(next, NextExpiry) : next;
        }
    }

    private bool OffersExtended => _identity is not null;

    /// <summary>Whether anything plain may be said while there is no session.</summary>
    private bool MaySpeakPlain => _identity is null || (_options.Profile == ChatProfile.Auto && !_isExtendedKnown);

    private bool OffersPlain => MaySpeakPlain && (_identity is null || _tries > 1);

    private TimeSpan NextExpiry => _state.Outbox.Count == 0 || _identity is null
        ? TimeSpan.MaxValue
        : Max(_reconnectingSince, _state.Outbox.Find(_state.Outbox.First)!.QueuedAt) + _options.MessageLifetime;

    /// <summary>Begins to connect; the connect timeout runs from here. The path is to be opened at once.</summary>
    public void Open(TimeSpan now)
    {
        _connectDeadline = now + _options.ConnectTimeout;
        BeginRegistration();
    }

    /// <summary>The path to the relay is open: begins a round over it.</summary>
    public void PathOpened(TimeSpan now, DatagramBatch output)
    {
        if (State is ChatConnectionState.Connecting or ChatConnectionState.Reconnecting)
            BeginRound(now, output);
    }

    /// <summary>
    /// The path to the relay could not be opened, or its socket reports an error. While connected that is only a hint
    /// (ICMP is easily forged; RFC 5927), so it is asked whether messages still pass.
    /// </summary>
    public void PathFailed(TimeSpan now, DatagramBatch output)
    {
        if (State is ChatConnectionState.Connecting or ChatConnectionState.Reconnecting)
        {
            // Each datagram of a round may bring an error, and only the first ends it.
            if (_pathDue == TimeSpan.MaxValue)
                EndRound(now, TryInterval);
        }
        else if (_echoesSent == 0)
        {
            Probe(now, output);
        }
    }

    /// <summary>
    /// Sends a message to oneself. When it is back, <see cref="IClientEvents.EchoReturned"/> is told: the relay has seen
    /// what was sent before, unless it was lost on the way. However often it is called, a relay that never answers is
    /// given up in the same time.
    /// </summary>
    public void Probe(TimeSpan now, DatagramBatch output)
    {
        if (State != ChatConnectionState.Connected)
            return;
        if (_session is not null)
        {
            // What was sent before goes before it.
            _session.WriteStream(now, output, keepFree: 1);
            WriteHeartbeat(now, output);
            _probeNumber = _session.Link.LastNumber;
            ExpectAnswer(now);
            return;
        }
        _nonce++;
        if (_echoesSent == 0)
        {
            _firstNonce = _nonce;
            _echoesSent = 1;
            _echoDue = now + FirstEchoWait;
        }
        WriteEcho(output);
    }

    /// <summary>Sends a message, or keeps it in the outbox until it can go out.</summary>
    /// <param name="to">The recipient's name, checked and in NFC.</param>
    /// <param name="text">The text, UTF-8.</param>
    /// <param name="now">The time.</param>
    /// <param name="output">Takes the datagram.</param>
    /// <param name="message">The message, if it was taken.</param>
    /// <param name="isKept">Whether the caller looks at the message after it is decided; if not, its memory is used again.</param>
    public SendOutcome Send(ReadOnlySpan<byte> to, ReadOnlySpan<byte> text, TimeSpan now, DatagramBatch output, out OutgoingMessage? message, bool isKept = true)
    {
        message = null;
        if (State == ChatConnectionState.Disconnected || _leaving is not null)
            return SendOutcome.Closed;
        bool isPlain = _identity is null || Profile == ProfileInUse.Plain;
        if (isPlain ? PlainWriter.SendToOverhead + to.Length + text.Length > WireLimits.MaxDatagramBytes : text.Length > WireLimits.MaxTextBytes)
            return SendOutcome.TooLarge;
        bool goesAtOnce = State == ChatConnectionState.Connected && Profile == ProfileInUse.Plain && _state.Outbox.Count == 0;
        if (!goesAtOnce && _state.Outbox.IsFull(text.Length + to.Length))
            return SendOutcome.OutboxFull;
        message = _state.Outbox.Add(to, text, now, isKept);
        if (!goesAtOnce)
            return SendOutcome.Queued;
        _plain.WriteAtOnce(message, output);
        return SendOutcome.Sent;
    }

    /// <summary>The user has a message that was received.</summary>
    /// <param name="ticket">What came with it.</param>
    public void Taken(long ticket) => _state.Untaken.Take(ticket);

    /// <summary>Writes what can be sent now, as much as fits.</summary>
    /// <returns>Whether anything was written. In the plain profile it is one message, and <see cref="SendRefused"/> may follow.</returns>
    public bool WriteOutput(TimeSpan now, DatagramBatch output)
    {
        if (State != ChatConnectionState.Connected)
            return false;
        return _session is not null ? _session.WriteStream(now, output) : _plain.WriteNext(output);
    }

    /// <summary>The system did not take the message that <see cref="WriteOutput"/> wrote last in the plain profile: it goes out when messages pass again.</summary>
    public void SendRefused()
    {
        if (_session is null)
            _plain.Refused();
    }

    /// <summary>Takes in one datagram from the relay.</summary>
    public void Receive(ReadOnlySpan<byte> datagram, TimeSpan now, DatagramBatch output)
    {
        PlainMessage message = PlainMessage.Parse(datagram);
        if (message.Kind == PlainMessageKind.Extended)
        {
            ReceiveExtended(datagram, now, output);
            return;
        }
        if (Profile == ProfileInUse.Extended && State != ChatConnectionState.Reconnecting)
        {
            Counters.AddIgnored(); // An answer to what was said before the profile was known.
            return;
        }
        if (message.Kind == PlainMessageKind.Info && _identity is not null && message.Text.EndsWith(Notice.ExtendedAvailable))
        {
            // It answers a plain REGISTER that was too early; the extended one gets an answer of its own.
            _isExtendedKnown = State != ChatConnectionState.Connected;
            Counters.AddNotice();
            return;
        }
        switch (message.Kind)
        {
            case PlainMessageKind.From when EchoText.TryRead(message.Text, out ulong nonce) && IsOwnName(message.Name):
                Counters.AddEcho();
                if (_echoesSent > 0)
                    EchoReturned(nonce, now);
                break;
            case PlainMessageKind.From when !message.Name.IsEmpty && State != ChatConnectionState.Disconnected:
                Counters.AddMessage();
                _events.MessageReceived(message.Name, message.Text, MessageOrigin.Unknown, 0);
                break;
            case PlainMessageKind.Info when message.Text.SequenceEqual(Notice.NotRegistered):
                Counters.AddNotRegistered();
                NotRegistered(now, output);
                break;
            case PlainMessageKind.Info when State != ChatConnectionState.Disconnected:
                Counters.AddNotice();
                _noticeSinceTry = true;
                _events.NoticeReceived(message.Text, default);
                break;
            default:
                Counters.AddIgnored();
                break;
        }
    }

    /// <summary>Does what is due. Call it at <see cref="NextTick"/>; any other time is harmless.</summary>
    public void Tick(TimeSpan now, DatagramBatch output)
    {
        // Asleep, nothing could be tried, so that time is not held against the messages.
        if (State == ChatConnectionState.Reconnecting && now - NextTick > SleepThreshold)
            _reconnectingSince += now - NextTick;
        if (now >= _connectDeadline)
        {
            // The relay may have registered the name and only its answers be late; whoever tries again finds it free.
            if (MaySpeakPlain)
                WriteUnregister(output);
            Fail(ConnectFailure.TimedOut);
            return;
        }
        if (_session is not null)
            TickSession(_session, now, output);
        if (State == ChatConnectionState.Reconnecting)
            Expire(now);
        if (now >= _heartbeatDue)
            Heartbeat(now, output);
        if (now >= _echoDue)
            RepeatEcho(now, output);
        if (now >= _tryDue)
        {
            if (_isEchoBack && _offers >= OffersToGiveUp && MaySpeakPlain)
                ConnectPlain(now);
            else if (_tries < TriesPerRound)
                Try(now, output);
            else
                EndRound(now, TimeSpan.Zero);
        }
        if (now >= _pathDue)
        {
            _pathDue = TimeSpan.MaxValue;
            _events.PathWanted();
        }
    }

    /// <summary>Ends without telling the relay, which can't be reached.</summary>
    public void Abandon() => End();

    /// <summary>
    /// Begins to leave a session, as <see cref="Leaving"/> does. Then <see cref="IClientEvents.Left"/> is told.
    /// </summary>
    /// <param name="now">The time.</param>
    /// <param name="forget">Whether the name is given up, too.</param>
    /// <param name="output">Takes the datagram.</param>
    public void BeginClose(TimeSpan now, bool forget, DatagramBatch output)
    {
        if (State != ChatConnectionState.Connected || _session is null || _leaving is not null)
            return;
        _leaving = new Leaving(_session, _name, forget);
        _leaving.Begin(now, output);
    }

    /// <summary>Leaves: tells the relay once and ends. What is in the outbox and was not accepted fails.</summary>
    public void Close(DatagramBatch output)
    {
        if (State == ChatConnectionState.Disconnected)
            return;
        if (_session is not null)
            _session.WriteControl("UNREGISTER: "u8, _name, TimeSpan.Zero, output);
        else if (MaySpeakPlain && Profile != ProfileInUse.Extended)
            WriteUnregister(output);
        End();
    }

    private void EchoReturned(ulong nonce, TimeSpan now)
    {
        if (nonce != _nonce)
        {
            // One that a later probe has overtaken: messages pass, and only the last says that all before it was seen.
            if (State == ChatConnectionState.Connected && nonce - _firstNonce < _nonce - _firstNonce)
            {
                _echoesSent = 1;
                _echoDue = now + FirstEchoWait;
            }
            return;
        }
        _echoesSent = 0;
        _echoDue = TimeSpan.MaxValue;
        _plain.Unblock();
        if (State == ChatConnectionState.Connected)
            _events.EchoReturned();
        else if (OffersExtended)
            _isEchoBack = true; // Whether there is more than the plain profile is not known yet.
        else
            ConnectPlain(now);
    }

    private void ConnectPlain(TimeSpan now)
    {
        _plain.Begin();
        Profile = ProfileInUse.Plain;
        _heartbeatInterval = _options.HeartbeatInterval;
        Connected(now);
    }

    private void Connected(TimeSpan now)
    {
        State = ChatConnectionState.Connected;
        _connectDeadline = TimeSpan.MaxValue;
        _tryDue = TimeSpan.MaxValue;
        _pathDue = TimeSpan.MaxValue;
        _pauses = 0;
        _wasRefused = false;
        _echoesSent = 0;
        _echoDue = TimeSpan.MaxValue;
        _echoWithHeartbeat = false;
        _heartbeatDue = now + NextHeartbeat();
        _events.Connected();
    }

    private void NotRegistered(TimeSpan now, DatagramBatch output)
    {
        if (State == ChatConnectionState.Connected)
        {
            Reconnect(ReconnectReason.Forgotten, now);
            BeginRound(now, output);
            return;
        }
        // After a notice this means that the registration was refused; without one, that it was lost or overtaken.
        if (_tryDue == TimeSpan.MaxValue || !_noticeSinceTry)
            return;
        if (++_refusals < RefusalsToGiveUp)
            Try(now, output);
        else if (State == ChatConnectionState.Connecting)
            Fail(ConnectFailure.NameRefused);
        else
            EndRound(now, TimeSpan.Zero);
    }

    private void Heartbeat(TimeSpan now, DatagramBatch output)
    {
        _heartbeatDue = now + NextHeartbeat();
        WriteHeartbeat(now, output);
        if (_session is not null)
        {
            ExpectAnswer(now);
            return;
        }
        if (_echoWithHeartbeat && _echoesSent == 0)
            Probe(now, output);
        _echoWithHeartbeat = !_echoWithHeartbeat;
    }

    private void RepeatEcho(TimeSpan now, DatagramBatch output)
    {
        if (_echoesSent < MaxEchoes)
        {
            _echoDue = now + new TimeSpan(FirstEchoWait.Ticks << _echoesSent);
            // The heartbeat, too, may have been the one that was lost.
            WriteHeartbeat(now, output);
            if (_session is null)
                WriteEcho(output);
            _echoesSent++;
        }
        else
        {
            Reconnect(ReconnectReason.NoAnswer, now);
            _pathDue = now;
        }
    }

    private void Reconnect(ReconnectReason reason, TimeSpan now)
    {
        State = ChatConnectionState.Reconnecting;
        _reconnectingSince = now;
        _isExtendedKnown = false;
        EndSession();
        _heartbeatDue = TimeSpan.MaxValue;
        _echoDue = TimeSpan.MaxValue;
        _echoesSent = 0;
        BeginRegistration();
        _events.Reconnecting(reason);
    }

    /// <summary>All rounds until the client is connected are one registration: an answer may take longer than a round.</summary>
    private void BeginRegistration()
    {
        _registration++;
        _nonce = _random.NextUInt64();
    }

    private void BeginRound(TimeSpan now, DatagramBatch output)
    {
        _tries = 0;
        _refusals = 0;
        _offers = 0;
        _isEchoBack = false;
        _pathDue = TimeSpan.MaxValue;
        Try(now, output);
    }

    private void Try(TimeSpan now, DatagramBatch output)
    {
        _tries++;
        _tryDue = now + (_tries < TriesPerRound ? TryInterval : LastTryWait);
        _noticeSinceTry = false;
        if (OffersExtended)
        {
            RegisterLine.Write(output, _name, _identity!, _registration, _state.Outbox.First, _options);
            _offers++;
        }
        if (!OffersPlain)
            return;
        output.Commit(PlainWriter.Register(output.Reserve(PlainWriter.MaxShortBytes), _name), default);
        WriteEcho(output);
        _echoesSent++;
    }

    private void EndRound(TimeSpan now, TimeSpan minPause)
    {
        _tryDue = TimeSpan.MaxValue;
        _pathDue = now + (State == ChatConnectionState.Connecting ? minPause : NextPause());
    }

    private void WriteUnregister(DatagramBatch output) =>
        output.Commit(PlainWriter.Unregister(output.Reserve(PlainWriter.MaxShortBytes), _name), default);

    private void WriteHeartbeat(TimeSpan now, DatagramBatch output)
    {
        if (_session is not null)
            _session.WriteHeartbeat(_name, now, output);
        else
            output.Commit(PlainWriter.Heartbeat(output.Reserve(PlainWriter.MaxShortBytes), _name), default);
    }

    private void WriteEcho(DatagramBatch output)
    {
        Span<byte> text = stackalloc byte[EchoText.Length];
        EchoText.Write(text, _nonce);
        output.Commit(PlainWriter.SendTo(output.Reserve(PlainWriter.SendToOverhead + _name.Length + text.Length), _name, text), default);
    }

    private void Fail(ConnectFailure failure)
    {
        End();
        _events.ConnectFailed(failure);
    }

    private void End()
    {
        State = ChatConnectionState.Disconnected;
        _connectDeadline = _tryDue = _pathDue = _heartbeatDue = _echoDue = TimeSpan.MaxValue;
        _echoesSent = 0;
        EndSession();
        LostCount += _state.Outbox.Count;
        _state.Outbox.FailAll(FailureCode.Closed);
        _state.Outbox.EndWatch();
    }

    private void EndSession()
    {
        _session?.Link.Close();
        _session = null;
        _probeNumber = 0;
        if (_leaving is null)
            return;
        // Whatever ended it: there is no session to leave any more.
        _leaving = null;
        _events.Left();
    }

    private void ReceiveExtended(ReadOnlySpan<byte> datagram, TimeSpan now, DatagramBatch output)
    {
        if (LinkHeader.TryRead(datagram, out LinkHeader header))
            ReceiveSession(header, now, output);
        else if (_identity is not null && ExtendedLine.Read(LineEnding.Trim(datagram)) is { Verb: ExtendedVerb.Info } line)
            ReceiveAnswer(line, now, output);
        else
            Counters.AddIgnored();
    }

    private void ReceiveSession(in LinkHeader header, TimeSpan now, DatagramBatch output)
    {
        if (_session is not { } session || header.Session != session.Id)
        {
            Counters.AddIgnored();
            return;
        }
        Counters.AddSession();
        LinkOutcome outcome = session.Link.Receive(header, now);
        if (outcome == LinkOutcome.Malformed)
            return;
        _echoesSent = 0;
        _echoDue = TimeSpan.MaxValue;
        if (_probeNumber > 0 && LastOf(header.Acknowledged) >= _probeNumber)
        {
            _probeNumber = 0;
            _events.EchoReturned();
        }
        if (outcome == LinkOutcome.Received && header.Offset < 0)
            ReceiveControl(session, header, now, output);
        _leaving?.Received(now, output);
    }

    private void ReceiveControl(ExtendedSession session, in LinkHeader header, TimeSpan now, DatagramBatch output)
    {
        session.Link.Note(header.Number);
        ExtendedLine line = ExtendedLine.Read(LineEnding.Trim(header.Lines));
        if (line.Verb == ExtendedVerb.Challenge)
            session.WriteControl("RESPONSE: "u8, line.Text, now, output);
        else if (line.Verb == ExtendedVerb.Info && line.Code.SequenceEqual("left"u8))
        {
            HasGivenUpName = _leaving is { Forgets: true };
            End();
        }
        else if (line.Verb == ExtendedVerb.Info && line.Code.SequenceEqual("replaced"u8))
            Replace();
    }

    /// <summary>Takes an answer of the relay that belongs to no session.</summary>
    private void ReceiveAnswer(in ExtendedLine line, TimeSpan now, DatagramBatch output)
    {
        if (line.Code.SequenceEqual("not-registered"u8))
        {
            if (_session is null || line.Session != _session.Id)
            {
                Counters.AddIgnored();
                return;
            }
            Counters.AddNotRegistered();
            if (_leaving is not null)
            {
                End();
                return;
            }
            Reconnect(ReconnectReason.Forgotten, now);
            BeginRound(now, output);
            return;
        }
        bool isExpected = State is ChatConnectionState.Connecting or ChatConnectionState.Reconnecting;
        if (!isExpected || line.Incarnation != _identity!.Incarnation || line.Registration != _registration)
        {
            Counters.AddIgnored();
            return;
        }
        Counters.AddNotice();
        if (line.Code.SequenceEqual("registered"u8) && line.Session != 0)
            Registered(line, now, output);
        else if (line.Code.SequenceEqual("replaced"u8))
            ReplacedByAnswer(line);
        else
            RegistrationRefused(line, now);
    }

    private void Registered(in ExtendedLine line, TimeSpan now, DatagramBatch output)
    {
        if (_relayStart != 0 && line.Start != _relayStart && (_relayStore == 0 || line.Store != _relayStore))
            _state.Outbox.FailWatched(FailureCode.RelayRestarted);
        if (line.Start != _relayStart)
            _state.Outbox.RelayChanged();
        _relayStart = line.Start;
        _relayStore = line.Store;
        EndSession();
        _session = new ExtendedSession(line.Session, ++_sessions, _state, _events, Counters);
        Profile = ProfileInUse.Extended;
        _heartbeatInterval = line.Timeout > 0 ? Min(_options.HeartbeatInterval, TimeSpan.FromMilliseconds(line.Timeout / 3.0)) : _options.HeartbeatInterval;
        _events.NoticeReceived(line.Text, line.Code);
        Connected(now);
        // By this the relay knows that what it sends here arrives.
        WriteHeartbeat(now, output);
        ExpectAnswer(now);
    }

    private void RegistrationRefused(in ExtendedLine line, TimeSpan now)
    {
        if (State == ChatConnectionState.Connecting || !_wasRefused)
            _events.NoticeReceived(line.Text, line.Code);
        _wasRefused = true;
        // What is over soon is tried again, as if there had been no answer.
        if (line.Code.SequenceEqual("store-failed"u8))
            return;
        if (State == ChatConnectionState.Connecting)
            Fail(ConnectFailure.NameRefused);
        else if (_tryDue != TimeSpan.MaxValue)
            EndRound(now, TimeSpan.Zero); // Once: another answer to the same round must not make the pause longer.
    }

    private void ReplacedByAnswer(in ExtendedLine line)
    {
        bool isConnecting = State == ChatConnectionState.Connecting;
        if (isConnecting)
            _events.NoticeReceived(line.Text, line.Code);
        Replace();
        if (isConnecting)
            _events.ConnectFailed(ConnectFailure.NameRefused);
    }

    private void Replace()
    {
        End();
        _events.Replaced();
    }

    private void TickSession(ExtendedSession session, TimeSpan now, DatagramBatch output)
    {
        if (_leaving is not null && !_leaving.Tick(now, output))
        {
            End();
            return;
        }
        if (now >= session.Link.NextTimeout)
            session.Link.OnTimeout(now);
        if (now >= session.NextRetry)
            session.Retry(now);
        // Silence on the link: whether the relay is there at all is for the heartbeats to find out.
        if (session.Link.ProbeCount > 1 && _echoesSent == 0)
        {
            WriteHeartbeat(now, output);
            ExpectAnswer(now);
        }
    }

    private void ExpectAnswer(TimeSpan now)
    {
        if (_echoesSent > 0)
            return;
        _echoesSent = 1;
        _echoDue = now + FirstEchoWait;
    }

    private void Expire(TimeSpan now)
    {
        while (NextExpiry <= now)
            _state.Outbox.Fail(_state.Outbox.First, FailureCode.Expired, "", null);
    }

    /// <summary>The largest number that is acknowledged, or -1.</summary>
    private static long LastOf(ReadOnlySpan<byte> acknowledged)
    {
        var ranges = new NumberRanges(acknowledged);
        return ranges.MoveNext() ? ranges.Last : -1;
    }

    private bool IsOwnName(ReadOnlySpan<byte> name)
    {
        if (name.SequenceEqual(_name))
            return true;
        if (name.Length > WireLimits.MaxNameBytes)
            return false;
        Span<byte> folded = stackalloc byte[ChatName.MaxFoldedBytes];
        Span<byte> own = stackalloc byte[ChatName.MaxFoldedBytes];
        return folded.Slice(0, ChatName.Fold(name, folded)).SequenceEqual(own.Slice(0, ChatName.Fold(_name, own)));
    }

    /// <summary>
    /// The interval, less 3% to 10% at random: so that the heartbeats of many clients spread, and two intervals with the
    /// way of a datagram still fit a client timeout of twice the interval, if the heartbeat between them is lost.
    /// </summary>
    private TimeSpan NextHeartbeat() => Between(_heartbeatInterval, 0.90, 0.97);

    /// <summary>1, 2, 4 s and so on to 30 s, each less up to half.</summary>
    private TimeSpan NextPause()
    {
        long pause = FirstPause.Ticks << Math.Min(_pauses, 5);
        _pauses++;
        return Between(new TimeSpan(Math.Min(pause, MaxPause.Ticks)), 0.5, 1.0);
    }

    /// <summary>A part of a time, at random between two shares of it.</summary>
    private TimeSpan Between(TimeSpan time, double least, double most)
    {
        double fraction = (_random.NextUInt64() >> 11) * (1.0 / (1UL << 53));
        return new TimeSpan((long)(time.Ticks * (most - (most - least) * fraction)));
    }

    private static TimeSpan Min(TimeSpan a, TimeSpan b) => a < b ? a : b;

    private static TimeSpan Max(TimeSpan a, TimeSpan b) => a > b ? a : b;
}
