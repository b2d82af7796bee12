using System;
using System.Collections.Generic;
using UdpChat.Protocol.Wire;

namespace UdpChat.Protocol.Client;

/// <summary>
/// A client of the plain profile as a state machine: registration, heartbeat and outbox. It is given datagrams, the time
/// and what its user wants, and answers with datagrams for the relay and with events.
/// </summary>
/// <remarks>
/// It registers in rounds of <see cref="TriesPerRound"/> tries. A try is REGISTER and a message to oneself; only that
/// message's return means connected, because a relay need not answer REGISTER. After a round without success the path to
/// the relay is opened anew: at once while connecting, after growing pauses while reconnecting.
/// </remarks>
internal sealed class ClientMachine
{
    /// <summary>What the batch given to each call must have room for.</summary>
    public const int MaxOutputDatagrams = 4, MaxOutputBytes = WireLimits.MaxDatagramBytes + 1024;

    /// <summary>How many tries a round has.</summary>
    public const int TriesPerRound = 4;

    /// <summary>How many times in a row a registration must be answered by a notice and then be unknown to count as refused; a datagram that is late or doubled can look so once.</summary>
    private const int RefusalsToGiveUp = 3;

    /// <summary>How many echoes in a row must stay away for the relay to count as gone.</summary>
    private const int MaxEchoes = 4;

    private static readonly TimeSpan TryInterval = TimeSpan.FromSeconds(0.5);
    private static readonly TimeSpan LastTryWait = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan FirstEchoWait = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan MaxPause = TimeSpan.FromSeconds(30);

    private readonly ClientOptions _options;
    private readonly byte[] _name;
    private readonly IRandomSource _random;
    private readonly IClientEvents _events;
    private readonly Queue<byte[]> _outbox = new();

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

    /// <param name="options">Times and limits.</param>
    /// <param name="name">The name to register, checked and in NFC.</param>
    /// <param name="random">Nonces and jitter.</param>
    /// <param name="events">Is told what happens.</param>
    public ClientMachine(ClientOptions options, byte[] name, IRandomSource random, IClientEvents events)
    {
        _options = options;
        _name = name;
        _random = random;
        _events = events;
    }

    /// <summary>How the client stands to its relay.</summary>
    public ChatConnectionState State { get; private set; } = ChatConnectionState.Connecting;

    /// <summary>What was counted so far.</summary>
    public ClientCounters Counters { get; } = new();

    /// <summary>How many messages wait in the outbox.</summary>
    public int OutboxCount => _outbox.Count;

    /// <summary>Whether <see cref="WriteOutbox"/> has something to write.</summary>
    public bool HasOutput => State == ChatConnectionState.Connected && _outbox.Count > 0;

    /// <summary>When <see cref="Tick"/> wants to be called; never if <see cref="TimeSpan.MaxValue"/>.</summary>
    public TimeSpan NextTick => Min(Min(_connectDeadline, _tryDue), Min(_pathDue, Min(_heartbeatDue, _echoDue)));

    /// <summary>Begins to connect; the connect timeout runs from here. The path is to be opened at once.</summary>
    public void Open(TimeSpan now)
    {
        _connectDeadline = now + _options.ConnectTimeout;
        _nonce = _random.NextUInt64();
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
        _nonce++;
        if (_echoesSent == 0)
        {
            _firstNonce = _nonce;
            _echoesSent = 1;
            _echoDue = now + FirstEchoWait;
        }
        WriteEcho(output);
    }

    /// <summary>Sends a message, or keeps it in the outbox until the client is connected.</summary>
    /// <param name="to">The recipient's name, checked and in NFC.</param>
    /// <param name="text">The text, UTF-8; with the name and <see cref="PlainWriter.SendToOverhead"/> it must fit a datagram.</param>
    /// <param name="output">Takes the datagram.</param>
    public SendOutcome Send(ReadOnlySpan<byte> to, ReadOnlySpan<byte> text, DatagramBatch output)
    {
        int size = PlainWriter.SendToOverhead + to.Length + text.Length;
        switch (State)
        {
            case ChatConnectionState.Disconnected:
                return SendOutcome.Closed;
            case ChatConnectionState.Connected when _outbox.Count == 0:
                output.Commit(PlainWriter.SendTo(output.Reserve(size), to, text), default);
                Counters.AddSent();
                return SendOutcome.Sent;
            case var _ when _outbox.Count >= _options.OutboxCapacity:
                return SendOutcome.OutboxFull;
            default:
                byte[] datagram = new byte[size];
                PlainWriter.SendTo(datagram, to, text);
                _outbox.Enqueue(datagram);
                return SendOutcome.Queued;
        }
    }

    /// <summary>Writes as much of the outbox as fits.</summary>
    public void WriteOutbox(DatagramBatch output)
    {
        while (HasOutput && output.Fits(_outbox.Peek().Length))
        {
            byte[] datagram = _outbox.Dequeue();
            datagram.CopyTo(output.Reserve(datagram.Length));
            output.Commit(datagram.Length, default);
            Counters.AddSent();
        }
    }

    /// <summary>Takes in one datagram from the relay.</summary>
    public void Receive(ReadOnlySpan<byte> datagram, TimeSpan now, DatagramBatch output)
    {
        PlainMessage message = PlainMessage.Parse(datagram);
        switch (message.Kind)
        {
            case PlainMessageKind.From when EchoText.TryRead(message.Text, out ulong nonce) && IsOwnName(message.Name):
                Counters.AddEcho();
                if (_echoesSent > 0)
                    EchoReturned(nonce, now);
                break;
            case PlainMessageKind.From when !message.Name.IsEmpty && State != ChatConnectionState.Disconnected:
                Counters.AddMessage();
                _events.MessageReceived(message.Name, message.Text);
                break;
            case PlainMessageKind.Info when message.Text.SequenceEqual(Notice.NotRegistered):
                Counters.AddNotRegistered();
                NotRegistered(now, output);
                break;
            case PlainMessageKind.Info when State != ChatConnectionState.Disconnected:
                Counters.AddNotice();
                _noticeSinceTry = true;
                _events.NoticeReceived(message.Text);
                break;
            default:
                Counters.AddIgnored();
                break;
        }
    }

    /// <summary>Does what is due. Call it at <see cref="NextTick"/>; any other time is harmless.</summary>
    public void Tick(TimeSpan now, DatagramBatch output)
    {
        if (now >= _connectDeadline)
        {
            // The relay may have registered the name and only its answers be late; whoever tries again finds it free.
            WriteUnregister(output);
            Fail(ConnectFailure.TimedOut);
            return;
        }
        if (now >= _heartbeatDue)
            Heartbeat(now, output);
        if (now >= _echoDue)
            RepeatEcho(now, output);
        if (now >= _tryDue)
        {
            if (_tries < TriesPerRound)
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

    /// <summary>Leaves: tells the relay and ends. What is in the outbox stays there, unsent.</summary>
    public void Close(DatagramBatch output)
    {
        if (State == ChatConnectionState.Disconnected)
            return;
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
        if (State == ChatConnectionState.Connected)
        {
            _events.EchoReturned();
            return;
        }
        State = ChatConnectionState.Connected;
        _connectDeadline = TimeSpan.MaxValue;
        _tryDue = TimeSpan.MaxValue;
        _pathDue = TimeSpan.MaxValue;
        _pauses = 0;
        _echoWithHeartbeat = false;
        _heartbeatDue = now + NextHeartbeat();
        _events.Connected();
    }

    private void NotRegistered(TimeSpan now, DatagramBatch output)
    {
        if (State == ChatConnectionState.Connected)
        {
            Reconnect(ReconnectReason.Forgotten);
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
        WriteHeartbeat(output);
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
            WriteHeartbeat(output);
            WriteEcho(output);
            _echoesSent++;
        }
        else
        {
            Reconnect(ReconnectReason.NoAnswer);
            _pathDue = now;
        }
    }

    private void Reconnect(ReconnectReason reason)
    {
        State = ChatConnectionState.Reconnecting;
        _heartbeatDue = TimeSpan.MaxValue;
        _echoDue = TimeSpan.MaxValue;
        _echoesSent = 0;
        _nonce = _random.NextUInt64();
        _events.Reconnecting(reason);
    }

    private void BeginRound(TimeSpan now, DatagramBatch output)
    {
        _tries = 0;
        _refusals = 0;
        _pathDue = TimeSpan.MaxValue;
        Try(now, output);
    }

    private void Try(TimeSpan now, DatagramBatch output)
    {
        _tries++;
        _tryDue = now + (_tries < TriesPerRound ? TryInterval : LastTryWait);
        _noticeSinceTry = false;
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

    private void WriteHeartbeat(DatagramBatch output) =>
        output.Commit(PlainWriter.Heartbeat(output.Reserve(PlainWriter.MaxShortBytes), _name), default);

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
    private TimeSpan NextHeartbeat() => Between(_options.HeartbeatInterval, 0.90, 0.97);

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
}
