using System;
using System.Net;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;
using UdpChat.Diagnostics;
using UdpChat.Protocol;
using UdpChat.Protocol.Client;
using UdpChat.Protocol.Wire;
using UdpChat.Transport;

namespace UdpChat.Client;

/// <summary>A client's state machine with its socket, its timer and its receive loop, which together keep it connected.</summary>
/// <remarks>Everything happens under one lock, outside of which <see cref="Raise"/> calls what a user wrote.</remarks>
internal sealed class ClientConnection
#if NET8_0_OR_GREATER
    : IThreadPoolWorkItem
#endif
{
    /// <summary>After how many errors in a row a socket is not trusted any more: it is replaced when the path is opened anew, and read no faster than the timer ticks.</summary>
    public const int MaxErrorsInARow = 10;

    /// <summary>After how long without a message the next one goes out at once, even while others are under way.</summary>
    private static readonly TimeSpan BurstPause = TimeSpan.FromTicks(TimeSpan.TicksPerMillisecond / 10);

    /// <summary>From which wait on a client counts as one with nothing to do.</summary>
    private static readonly TimeSpan RestInterval = TimeSpan.FromSeconds(2);

    /// <summary>When to go on after a bug.</summary>
    private static readonly TimeSpan FaultPause = TimeSpan.FromSeconds(1);

    private readonly object _gate = new();
    private readonly ChatClient _client;
    private readonly ChatClientOptions _options;
    private readonly byte[] _name;
    private readonly MonotonicClock _clock;
    private readonly ClientEvents _events;
    private readonly ClientEventPump _pump;
    private readonly BytesPump _bytes;
    private readonly IRandomSource _random;
    private readonly DatagramBatch _output = new(ClientMachine.MaxOutputDatagrams, ClientMachine.MaxOutputBytes);
    private ClientMachine _machine;
    private readonly RelayPath _path;
    private readonly ITimer _timer;
    private readonly TaskCompletionSource<bool> _connected = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private IClientTransport? _transport;
    private ReceiveLoop? _receiving;
    private TaskCompletionSource<bool>? _outboxHasRoom, _allAccepted, _ticked;
    private bool _opened, _openingPath, _ended, _isFlushQueued;
    private bool _isTaken; // something, by handlers on the thread that receives, and the relay was not told
    private TimeSpan _lastSend;
    private TimeSpan _timerDue = TimeSpan.MaxValue;
    private int _sendErrorsInARow, _receiveErrorsInARow;
    private long _sendErrors, _datagramsSent, _datagramsReceived;

    /// <param name="client">Whose it is.</param>
    /// <param name="name">The name to register, checked and in NFC.</param>
    /// <param name="path">Finds the ways to the relay.</param>
    /// <param name="random">Nonces and jitter.</param>
    /// <param name="events">Is told what happens, under the lock.</param>
    /// <param name="pump">Raises what its user is to see of that.</param>
    public ClientConnection(ChatClient client, byte[] name, RelayPath path, IRandomSource random, ClientEvents events, ClientEventPump pump)
    {
        ChatClientOptions options = client.Options;
        (_client, _options) = (client, options);
        _name = name;
        _clock = new MonotonicClock(options.TimeProvider);
        _random = random;
        _machine = new ClientMachine(options, name, null, random, events);
        (_events, _pump) = (events, pump);
        _bytes = new BytesPump(_gate, client, events, _clock, ticket => _machine.Taken(ticket), SettleGuarded);
        _path = path;
        _timer = options.TimeProvider.CreateTimer(static connection => ((ClientConnection)connection!).OnTimer(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <inheritdoc cref="ChatClient.DatagramSeen"/>
    public event Action<bool, byte[]>? DatagramSeen;

    /// <inheritdoc cref="ChatClient.State"/>
    public ChatConnectionState State
    {
        get { lock (_gate) return _machine.State; }
    }

    /// <inheritdoc cref="ChatClient.RemoteEndPoint"/>
    public IPEndPoint? RemoteEndPoint
    {
        get { lock (_gate) return _transport?.RemoteEndPoint; }
    }

    /// <inheritdoc cref="ChatClient.LocalEndPoint"/>
    public IPEndPoint? LocalEndPoint
    {
        get { lock (_gate) return _transport?.LocalEndPoint; }
    }

    /// <inheritdoc cref="ChatClient.OutboxCount"/>
    public int OutboxCount
    {
        get { lock (_gate) return _machine.OutboxCount; }
    }

    /// <inheritdoc cref="ClientMachine.LostCount"/>
    public int LostCount
    {
        get { lock (_gate) return _machine.LostCount; }
    }

    /// <inheritdoc cref="ClientMachine.HasGivenUpName"/>
    public bool HasGivenUpName
    {
        get { lock (_gate) return _machine.HasGivenUpName; }
    }

    /// <summary>Which profile is in use.</summary>
    public ProfileInUse Profile
    {
        get { lock (_gate) return _machine.Profile; }
    }

    /// <summary>What the state machine has counted.</summary>
    public ClientCounters Counters => _machine.Counters;

    /// <inheritdoc cref="ChatClientStatistics.SendErrors"/>
    public long SendErrors => Volatile.Read(ref _sendErrors);

    /// <inheritdoc cref="ChatClientStatistics.DatagramsSent"/>
    public long DatagramsSent => Volatile.Read(ref _datagramsSent);

    /// <inheritdoc cref="ChatClientStatistics.DatagramsReceived"/>
    public long DatagramsReceived => Volatile.Read(ref _datagramsReceived);

    /// <summary>Begins to connect.</summary>
    /// <param name="identity">The token and incarnation; null for the plain profile alone.</param>
    /// <returns>Ends when <see cref="SetConnected"/> is called, or fails with the exception for the user.</returns>
    /// <exception cref="InvalidOperationException">Called before, or ended.</exception>
    public Task Open(ClientIdentity? identity)
    {
        lock (_gate)
        {
            if (_opened || _ended)
                throw new InvalidOperationException("A client connects once; create another one.");
            _opened = true;
            if (identity is not null)
                _machine = new ClientMachine(_options, _name, identity, _random, _events);
            _events.Opened();
            _machine.Open(_clock.Now);
            OpenPath();
            ScheduleTimer();
        }
        return _connected.Task;
    }

    /// <summary>Ends what <see cref="Open"/> returned, because the user has been told all that came before.</summary>
    public void SetConnected() => _connected.TrySetResult(true);

    /// <summary>Sends a message, or keeps it in the outbox until it can go out.</summary>
    /// <param name="to">The recipient's name, checked and in NFC.</param>
    /// <param name="text">The text, UTF-8.</param>
    /// <param name="written">The recipient's name and the text as their user wrote them; null if he wants no object.</param>
    public SendResult Send(ReadOnlySpan<byte> to, ReadOnlySpan<byte> text, (string To, string Text)? written)
    {
        lock (_gate)
        {
            // What a handler sends is of the time at which it was called: to ask for each message costs a twentieth of it.
            bool isRaising = _bytes.IsHere;
            TimeSpan now = isRaising ? _bytes.Time : _clock.Now;
            OutgoingMessage? message = null;
            SendOutcome outcome = _opened ? _machine.Send(to, text, now, _output, out message, isKept: false) : SendOutcome.Closed;
            ChatMessage? sent = null;
            if (message is not null && written is { } strings)
                message.Tag = sent = _client.CreateSent(message, strings.To, strings.Text);
            // And it goes out when that is done.
            if (outcome == SendOutcome.Queued && (isRaising || WaitsForCompany(now)))
            {
                // A slow handler has another thread receive, and may not return soon.
                if (isRaising && !IsRaisingHere)
                    FlushSoon();
                return new SendResult(outcome, SocketError.Success, sent, Task.CompletedTask);
            }
            SocketError error = Flush();
            // A message that is too large for this system says nothing about the path.
            if (error is not SocketError.Success and not SocketError.MessageSize)
                _machine.PathFailed(now, _output);
            Settle();
            if (outcome == SendOutcome.Sent)
                sent?.Delivery.Update(message!);
            return new SendResult(outcome, error, sent, outcome == SendOutcome.OutboxFull ? (_outboxHasRoom ??= NewWait()).Task : Task.CompletedTask);
        }
    }

    /// <summary>Whether the message that was sent now shares datagrams with those that follow soon: what sends it is about to run.</summary>
    private bool WaitsForCompany(TimeSpan now)
    {
        bool isBurst = _machine.IsWaiting && now - _lastSend < BurstPause;
        _lastSend = now;
        if (isBurst)
            FlushSoon();
        return isBurst;
    }

    /// <summary>The user has taken a message.</summary>
    public void Taken(long ticket)
    {
        lock (_gate)
        {
            _machine.Taken(ticket);
            if (IsRaisingHere)
                _isTaken = true;
            else
                FlushSoon();
        }
    }

    /// <summary>A handler of bytes that leaves has its message, and those before it; what it has sent goes out.</summary>
    public void TakeRaised()
    {
        lock (_gate)
            _bytes.TakeHere();
    }

    /// <summary>Gives no more messages to a handler of bytes; those that it did not have go where all go without one.</summary>
    /// <returns>Ends when it has the last one no more; at once for the handler itself.</returns>
    public Task StopRaising()
    {
        lock (_gate)
            return _bytes.Stop();
    }

    /// <summary>Waits until the relay has accepted all that was sent, or the client has ended.</summary>
    public Task WaitUntilAccepted()
    {
        lock (_gate)
            return _machine.OutboxCount == 0 || _machine.State is ChatConnectionState.Disconnected or ChatConnectionState.Connecting
                ? Task.CompletedTask
                : (_allAccepted ??= NewWait()).Task;
    }

    /// <summary>Begins to leave: the relay is told, and asked to say that it knows.</summary>
    /// <param name="forget">Whether the name is given up, too.</param>
    /// <returns>Ends when the relay knows, or it was not to be reached for two seconds.</returns>
    public Task BeginClose(bool forget)
    {
        lock (_gate)
        {
            if (!_opened || _ended || _machine.State != ChatConnectionState.Connected || _machine.Profile != ProfileInUse.Extended)
                return Task.CompletedTask;
            Task left = _events.WaitForLeft();
            _machine.BeginClose(_clock.Now, forget, _output);
            Settle();
            return left;
        }
    }

    /// <summary>Sends a message to oneself.</summary>
    /// <returns>Ends when it is back (true), or can't come back any more (false); null if the client isn't connected.</returns>
    public Task<bool>? Probe()
    {
        lock (_gate)
        {
            if (_machine.State != ChatConnectionState.Connected)
                return null;
            Task<bool> returned = _events.WaitForEcho();
            _machine.Probe(_clock.Now, _output);
            Settle();
            return returned;
        }
    }

    /// <summary>Leaves, and ends everything.</summary>
    /// <returns>Ends when nothing is received any more.</returns>
    public Task End()
    {
        lock (_gate)
        {
            if (_ended)
                return Received;
            if (_opened)
            {
                _machine.Close(_output);
                Flush();
                SetFailed(new ChatDisconnectedException(_options.Name));
            }
            else
            {
                _machine.Abandon();
            }
            GiveBack();
            return Received;
        }
    }

    private bool IsRaisingHere => _receiving is { IsRaisingHere: true };

    /// <summary>Ends when the receive loop has; at once for a handler on its thread, which receives nothing more from a socket that is closed.</summary>
    private Task Received => IsRaisingHere ? Task.CompletedTask : _receiving?.Completion ?? Task.CompletedTask;

    /// <summary>Gives back what a client that has ended needs no more, whether its user has ended it or not. The receive loop ends with its socket.</summary>
    private void GiveBack()
    {
        if (_ended)
            return;
        _ended = true;
        _timer.Dispose();
        if (_transport is not null)
            _receiving!.Close(); // Before the receive loop is released: it is to find it closed.
        _transport = null;
        Release(ref _outboxHasRoom);
        Release(ref _allAccepted);
        Release(ref _ticked);
        _events.Ended();
    }

    /// <summary>Sends as soon as a thread is free: what is added until then goes with it.</summary>
    private void FlushSoon()
    {
        if (_isFlushQueued || _ended)
            return;
        _isFlushQueued = true;
#if NET8_0_OR_GREATER
        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
#else
        ThreadPool.UnsafeQueueUserWorkItem(static connection => ((ClientConnection)connection!).FlushQueued(), this);
#endif
    }

#if NET8_0_OR_GREATER
    /// <inheritdoc/>
    void IThreadPoolWorkItem.Execute() => FlushQueued();

#endif
    private void FlushQueued()
    {
        lock (_gate)
        {
            _isFlushQueued = false;
            SettleGuarded();
        }
    }

    private static TaskCompletionSource<bool> NewWait() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private static void Release(ref TaskCompletionSource<bool>? waits)
    {
        waits?.TrySetResult(true);
        waits = null;
    }

    /// <summary>Opens the way to the relay, or makes sure that it is still the same, and registers over it.</summary>
    private void OpenPath()
    {
        if (_openingPath || _ended)
            return;
        _openingPath = true;
        if (_path.HasMoreAddresses)
            OpenNextAddress();
        else
            _ = LookUpAndOpenPathAsync();
    }

    /// <summary>
    /// Nobody waits for it: looking up a name can take longer than its user's patience, and when it has ended it sees
    /// whether it is still wanted.
    /// </summary>
    private async Task LookUpAndOpenPathAsync()
    {
        IPAddress[]? addresses = null;
        Exception? error = null;
        try
        {
            addresses = await _path.LookUpAsync().ConfigureAwait(false);
        }
        catch (Exception e)
        {
            error = e;
        }
        Guard(connection =>
        {
            if (addresses is not null)
                connection._path.BeginRound(addresses);
            else if (!connection._path.TryBeginRoundAgain())
                connection.FailConnect(new ChatHostNotFoundException(connection._options.Server, error!));
            connection.OpenNextAddress();
        });
    }

    private void OpenNextAddress()
    {
        _openingPath = false;
        if (_machine.State is ChatConnectionState.Connected or ChatConnectionState.Disconnected)
            return; // The answer has come, or the end, while the address was looked up.
        if (_path.OpenNext() is { } opened)
        {
            Use(opened);
            _machine.PathOpened(_clock.Now, _output);
        }
        else
        {
            if (_path.IsHopeless)
                FailConnect(new ChatServerUnreachableException(_options.Server, _path.LastError!));
            _machine.PathFailed(_clock.Now, _output);
        }
        Settle();
    }

    /// <summary>Takes a socket into use, unless the present one is as good: with the same port the relay knows us still.</summary>
    private void Use(IClientTransport opened)
    {
        if (_transport is { } present)
        {
            bool isTrusted = _sendErrorsInARow < MaxErrorsInARow && _receiveErrorsInARow < MaxErrorsInARow;
            if (isTrusted && present.RemoteEndPoint.Equals(opened.RemoteEndPoint) && present.LocalEndPoint.Address.Equals(opened.LocalEndPoint.Address))
            {
                opened.Dispose();
                return;
            }
            if (_machine.Profile != ProfileInUse.Extended)
            {
                // The relay may have registered us under the address that we leave; it would refuse us under the new one.
                _output.Commit(PlainWriter.Unregister(_output.Reserve(PlainWriter.MaxShortBytes), _name), default);
                Flush();
            }
            _receiving!.Close();
        }
        _sendErrorsInARow = _receiveErrorsInARow = 0;
        _transport = opened;
        _receiving = new ReceiveLoop(this, opened, _options.TimeProvider);
        _receiving.Start();
    }

    /// <summary>Takes in what a socket has received.</summary>
    /// <returns>Whether the caller has to <see cref="Raise"/>.</returns>
    public bool TakeIn(IClientTransport transport, DatagramBatch batch)
    {
        lock (_gate)
        {
            // Handlers of bytes are called at the same time as those of other events.
            if (!_client.TakesBytes)
                _pump.Hold();
            try
            {
                // What came before the socket was replaced says nothing about the new one.
                if (_transport == transport)
                    Receive(transport, batch);
            }
            catch (Exception e)
            {
                Recover(e);
            }
            return _pump.Release() || _events.HasBytes;
        }
    }

    /// <summary>Has handlers called on this thread, outside of the lock.</summary>
    public void Raise()
    {
        _pump.RaiseHeld();
        _bytes.RaiseAll();
    }

    /// <summary>Tells the relay what handlers on the thread that receives have taken.</summary>
    public void SettleTaken()
    {
        if (Volatile.Read(ref _isTaken))
            SettleNow();
    }

    /// <summary>Does what handlers on the thread that receives have left to do.</summary>
    public void SettleNow()
    {
        lock (_gate)
        {
            _isTaken = false;
            _bytes.TakeDone();
            SettleGuarded();
        }
    }

    private void Receive(IClientTransport transport, DatagramBatch batch)
    {
        _receiveErrorsInARow = 0;
        _datagramsReceived += batch.Count;
        TellDatagrams(false, batch);
        TimeSpan now = _clock.Now;
        for (int i = 0; i < batch.Count; i++)
            _machine.Receive(batch.Data(i), now, _output);
        _path.ReportSuccess();
        if (_machine.State == ChatConnectionState.Connected)
            _path.EndRound(transport.RemoteEndPoint.Address);
        // What there is to say of bytes that were received waits until their handler had them, and goes with what that sends.
        if (_events.HasBytes && !_bytes.IsRaising)
            ScheduleTimer();
        else
            Settle();
    }

    private void SettleGuarded() => Guard(static connection =>
    {
        if (!connection._ended)
            connection.Settle();
    });

    /// <returns>Ends when it is time to receive again: a socket that only fails must take no processor.</returns>
    public Task OnSocketError(IClientTransport transport, SocketError error)
    {
        ChatEventSource.Log.ClientSocketError(_options.Name, transport.RemoteEndPoint.ToString(), error.ToString());
        Task wait = Task.CompletedTask;
        lock (_gate)
        {
            try
            {
                if (_transport != transport)
                    return wait;
                if (++_receiveErrorsInARow >= MaxErrorsInARow)
                    wait = (_ticked ??= NewWait()).Task;
                NotePathError(error);
                Settle();
            }
            catch (Exception e)
            {
                Recover(e);
            }
        }
        return wait;
    }

    private void NotePathError(SocketError error)
    {
        if (_machine.State != ChatConnectionState.Connected)
        {
            _path.ReportFailure(new SocketException((int)error));
            if (_path.IsHopeless)
                FailConnect(new ChatServerUnreachableException(_options.Server, _path.LastError!));
            if (_path.HasMoreAddresses)
            {
                OpenPath();
                return;
            }
        }
        _machine.PathFailed(_clock.Now, _output);
    }

    private void OnTimer() => Guard(static connection =>
    {
        connection._timerDue = TimeSpan.MaxValue;
        Release(ref connection._ticked);
        connection._machine.Tick(connection._clock.Now, connection._output);
        connection.Settle();
    });

    /// <summary>Takes a step under the lock. A bug that it meets neither ends the process nor the connection.</summary>
    private void Guard(Action<ClientConnection> step)
    {
        lock (_gate)
        {
            try
            {
                step(this);
            }
            catch (Exception e)
            {
                Recover(e);
            }
        }
    }

    private void Recover(Exception e)
    {
        ChatEventSource.Log.Fault(e.ToString());
        _output.Clear();
        _timerDue = _clock.Now + FaultPause;
        _timer.Change(FaultPause, Timeout.InfiniteTimeSpan);
    }

    private void FailConnect(ChatConnectException exception)
    {
        if (_machine.State != ChatConnectionState.Connecting)
            return;
        _machine.Abandon();
        SetFailed(exception);
        GiveBack();
    }

    private void SetFailed(ChatException exception)
    {
        _connected.TrySetException(exception);
        _ = _connected.Task.Exception; // Seen, even if nobody waits for it any more.
    }

    /// <summary>Does what the state machine wants done: sends, sets the timer, opens the path.</summary>
    private void Settle()
    {
        SocketError error = Flush();
        if (_outboxHasRoom is not null && _machine.HasRoom)
            Release(ref _outboxHasRoom);
        if (_allAccepted is not null && _machine.OutboxCount == 0)
            Release(ref _allAccepted);
        if (error is not SocketError.Success and not SocketError.MessageSize && _transport is not null && _machine.State is ChatConnectionState.Connecting or ChatConnectionState.Reconnecting)
            NotePathError(error);
        ScheduleTimer();
        if (_events.Failure is { } failure)
        {
            SetFailed(failure == ConnectFailure.NameRefused
                ? new ChatNameRefusedException(_options.Server, _options.Name, _events.LastNotice, _events.IsReplaced)
                : new ChatConnectTimeoutException(_options.Server, _options.ConnectTimeout, _events.LastNotice ?? (Counters.NotRegistered > 0 ? Utf8.GetString(Notice.NotRegistered) : null)));
        }
        if (_machine.State == ChatConnectionState.Disconnected)
            GiveBack();
        else if (_events.TakePathWanted())
            OpenPath();
    }

    /// <summary>Sends what the state machine has put out.</summary>
    /// <returns>The last error, or <see cref="SocketError.Success"/>.</returns>
    private SocketError Flush()
    {
        SocketError last = SocketError.Success;
        while (true)
        {
            if (_output.Count > 0)
            {
                SocketError error = SendOutput();
                if (error != SocketError.Success)
                    last = error;
            }
            if (!_machine.WriteOutput(_clock.Now, _output))
                break;
        }
        return last;
    }

    private void TellDatagrams(bool isOutgoing, DatagramBatch batch)
    {
        if (DatagramSeen is not { } handler)
            return;
        for (int i = 0; i < batch.Count; i++)
            handler(isOutgoing, batch.Data(i).ToArray());
    }

    private SocketError SendOutput()
    {
        try
        {
            if (_transport is null)
                return SocketError.NotConnected;
            TellDatagrams(true, _output);
            _datagramsSent += _output.Count;
            SocketError error = _transport.Send(_output);
            if (error != SocketError.Success && error != SocketError.MessageSize)
                _machine.SendRefused();
            _sendErrorsInARow = error == SocketError.Success ? 0 : _sendErrorsInARow + 1;
            if (error != SocketError.Success)
                _sendErrors++;
            return error;
        }
        finally
        {
            _output.Clear();
        }
    }

    private void ScheduleTimer()
    {
        TimeSpan next = _machine.NextTick;
        if (next == _timerDue)
            return;
        TimeSpan wait = next - _clock.Now;
        // With each datagram the next tick is put off a little; a timer that ticks too early costs less than to set it anew each
        // time. But who has nothing more to do is not to be woken for nothing.
        if (next > _timerDue && wait < RestInterval)
            return;
        _timerDue = next;
        if (next == TimeSpan.MaxValue)
        {
            _timer.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            return;
        }
        // A timer counts whole milliseconds; one that is early by a part of one would find nothing due.
        double milliseconds = Math.Ceiling(wait.TotalMilliseconds);
        _timer.Change(TimeSpan.FromMilliseconds(Math.Max(0, milliseconds)), Timeout.InfiniteTimeSpan);
    }
}
