using System;
using System.Collections.Generic;
using System.Net;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;
using UdpChat.Client;
using UdpChat.Diagnostics;
using UdpChat.Protocol;
using UdpChat.Protocol.Client;
using UdpChat.Protocol.Wire;
using UdpChat.Transport;

namespace UdpChat;

/// <summary>
/// A client of a relay: registers, stays registered, receives in the background and sends. All members can be used from
/// any thread.
/// </summary>
/// <remarks>
/// Events are raised one at a time, in order, on a thread pool thread. While a handler runs nothing else is received, so
/// it should be short.
/// </remarks>
public sealed class ChatClient : IDisposable, IAsyncDisposable
{
    /// <summary>After how many errors in a row a socket is given up.</summary>
    private const int MaxReceiveErrors = 10;

    private static long _lastIncarnation;

    private readonly object _gate = new(); // guards the state machine, its output, its events and the path
    private readonly byte[] _name;
    private readonly ChatClientOptions _options;
    private readonly MonotonicClock _clock;
    private readonly ClientMachine _machine;
    private readonly ClientEventQueue _events;
    private readonly DatagramBatch _output = new(ClientMachine.MaxOutputDatagrams, ClientMachine.MaxOutputBytes);
    private readonly RelayPath _path;
    private readonly Inbox _inbox;
    private readonly ITimer _timer;
    private readonly TaskCompletionSource<bool> _connected = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<TaskCompletionSource<bool>> _echoWaiters = [];
    private IClientTransport? _transport;
    private Task _receiving = Task.CompletedTask;
    private int _raisingThread;
    private TaskCompletionSource<bool>? _outboxHasRoom;
    private bool _opened, _raising;
    private long _sendErrors, _dropped, _messages;

    /// <summary>Creates a client; nothing is sent until <see cref="ConnectAsync"/>.</summary>
    /// <exception cref="ChatNameException">The name breaks the rules of names.</exception>
    public ChatClient(ChatClientOptions options)
        : this(options, UdpClientTransport.Open, new SystemRandomSource())
    {
    }

    internal ChatClient(ChatClientOptions options, Func<IPEndPoint, IClientTransport> openTransport, IRandomSource random)
    {
        _options = options;
        _name = CheckName(options.Name);
        Name = Utf8.GetString(_name);
        _clock = new MonotonicClock(options.TimeProvider);
        Incarnation = NextIncarnation(options.TimeProvider);
        _events = new ClientEventQueue(this, options.TimeProvider);
        _machine = new ClientMachine(options, _name, random, _events);
        _path = new RelayPath(options.Server, openTransport);
        _inbox = new Inbox(options.InboxCapacity);
        _timer = options.TimeProvider.CreateTimer(static client => ((ChatClient)client!).OnTimer(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>A message has arrived. While this has a handler, messages go to it and not to the inbox.</summary>
    public event EventHandler<ChatMessage>? MessageReceived;

    /// <summary>A message has arrived and was dropped, because the inbox was full.</summary>
    public event EventHandler<ChatMessage>? MessageDropped;

    /// <summary>A datagram goes out or has come in; true if it goes out. Called under the client's lock: it must be quick and not call back.</summary>
    internal event Action<bool, byte[]>? DatagramSeen;

    /// <summary>A message was added to the inbox.</summary>
    internal event Action? InboxChanged;

    /// <summary>The relay has something to say.</summary>
    public event EventHandler<ChatNotice>? NoticeReceived;

    /// <summary>The connection has changed.</summary>
    public event EventHandler<ChatStateChange>? StateChanged;

    /// <summary>The client's name, in NFC.</summary>
    public string Name { get; }

    /// <summary>The relay's address, as it was given.</summary>
    public ChatServerAddress Server => _options.Server;

    /// <summary>Which of the clients of this process it is: the milliseconds from 1970 to its creation, or one more than the last client's.</summary>
    internal long Incarnation { get; }

    /// <summary>How it was created.</summary>
    public ChatClientOptions Options => _options;

    /// <summary>How the client stands to its relay.</summary>
    public ChatConnectionState State
    {
        get
        {
            lock (_gate)
                return _machine.State;
        }
    }

    /// <summary>Where the relay is, or null while there is no socket.</summary>
    public IPEndPoint? RemoteEndPoint
    {
        get
        {
            lock (_gate)
                return _transport?.RemoteEndPoint;
        }
    }

    /// <summary>Where the client's socket is, or null while there is none.</summary>
    public IPEndPoint? LocalEndPoint
    {
        get
        {
            lock (_gate)
                return _transport?.LocalEndPoint;
        }
    }

    /// <summary>How many messages wait in the outbox until the client is connected again.</summary>
    public int OutboxCount
    {
        get
        {
            lock (_gate)
                return _machine.OutboxCount;
        }
    }

    /// <summary>How many received messages wait to be taken.</summary>
    public int InboxCount => _inbox.Count;

    /// <summary>Connects: registers, and waits until a message to oneself has come back.</summary>
    /// <exception cref="ChatNameRefusedException">The relay refused the name.</exception>
    /// <exception cref="ChatConnectTimeoutException">The relay did not answer in time.</exception>
    /// <exception cref="ChatHostNotFoundException">The relay's host has no address.</exception>
    /// <exception cref="ChatServerUnreachableException">The system reports that the relay can't be reached.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    /// <exception cref="InvalidOperationException">Called before. To connect again, create another client.</exception>
    public async Task ConnectAsync(CancellationToken cancellationToken = default)
    {
        lock (_gate)
        {
            if (_opened || _machine.State == ChatConnectionState.Disconnected)
                throw new InvalidOperationException("A client connects once; create another one.");
            _opened = true;
            _machine.Open(_clock.Now);
            ScheduleTimer();
        }
        ChatMetrics.Add(this);
        BeginOpenPath();
        using (cancellationToken.Register(() => _connected.TrySetCanceled(cancellationToken)))
        {
            try
            {
                await _connected.Task.ConfigureAwait(false);
            }
            catch
            {
                await DisconnectAsync().ConfigureAwait(false);
                throw;
            }
        }
    }

    /// <summary>
    /// Sends a message. It returns when the message has left; while the client reconnects, when it is in the outbox; and
    /// waits only for room in a full outbox. Whether it arrives can't be known: a relay that can't pass it on says so by a
    /// notice.
    /// </summary>
    /// <param name="to">The recipient's name.</param>
    /// <param name="text">The text.</param>
    /// <param name="cancellationToken">Ends the wait for room; then the message is not sent.</param>
    /// <returns>The message, <see cref="ChatMessageState.Sent"/> or <see cref="ChatMessageState.Queued"/>.</returns>
    /// <exception cref="ChatNameException">The recipient's name breaks the rules of names.</exception>
    /// <exception cref="ChatMessageTooLargeException">The text does not fit a datagram.</exception>
    /// <exception cref="ChatSendException">The network did not take it, or the text is not well-formed Unicode.</exception>
    /// <exception cref="ChatDisconnectedException">The client is not connected, or no longer.</exception>
    public async ValueTask<ChatMessage> SendAsync(string to, string text, CancellationToken cancellationToken = default)
    {
        byte[] name = CheckName(to);
        byte[] bytes = Utf8.TryGetBytes(text) ?? throw new ChatSendException("The text has half a surrogate pair, which UTF-8 can't express; remove it.");
        int limit = WireLimits.MaxDatagramBytes - PlainWriter.SendToOverhead - name.Length;
        if (bytes.Length > limit)
            throw new ChatMessageTooLargeException(bytes.Length, limit);
        while (true)
        {
            Task room;
            lock (_gate)
            {
                SendOutcome outcome = _opened ? _machine.Send(name, bytes, _output) : SendOutcome.Closed;
                SocketError error = Flush();
                if (outcome == SendOutcome.Closed)
                    throw new ChatDisconnectedException(Name);
                if (outcome == SendOutcome.Sent && error != SocketError.Success)
                    throw SendFailed(error, bytes.Length, limit);
                if (outcome != SendOutcome.OutboxFull)
                    return CreateMessage(Name, to, text, outcome == SendOutcome.Sent ? ChatMessageState.Sent : ChatMessageState.Queued);
                room = (_outboxHasRoom ??= new(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
            }
            await room.WaitAsync(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Takes a received message, if there is one.</summary>
    /// <param name="match">Which; null means the first. Others stay where they are.</param>
    /// <returns>The message, or null.</returns>
    public ChatMessage? TryReceive(Predicate<ChatMessage>? match = null) => _inbox.TryTake(match);

    /// <summary>Takes a received message, waiting for it if need be.</summary>
    /// <param name="match">Which; null means the first. Others stay where they are.</param>
    /// <param name="cancellationToken">Ends the wait; then nothing is taken.</param>
    /// <returns>The message, or null when the client is disconnected and none is left.</returns>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public Task<ChatMessage?> ReceiveAsync(Predicate<ChatMessage>? match = null, CancellationToken cancellationToken = default) =>
        _inbox.TakeAsync(match, cancellationToken);

    /// <summary>The received messages that wait to be taken, without taking them.</summary>
    public IReadOnlyList<ChatMessage> PeekAll() => _inbox.ToArray();

    /// <summary>
    /// Waits until the relay has seen what was sent before, so that its notices about that have arrived: sends a message
    /// to oneself and waits for it.
    /// </summary>
    /// <param name="timeout">How long to wait at most.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The time it took; null if it didn't come back in time, or the client isn't connected.</returns>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public async Task<TimeSpan?> RoundTripAsync(TimeSpan timeout, CancellationToken cancellationToken = default)
    {
        var returned = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        TimeSpan start = _clock.Now;
        lock (_gate)
        {
            if (_machine.State != ChatConnectionState.Connected)
                return null;
            _echoWaiters.Add(returned);
            _machine.Probe(start, _output);
            Flush();
            ScheduleTimer();
        }
        try
        {
            return await returned.Task.WaitAsync(timeout, _options.TimeProvider, cancellationToken).ConfigureAwait(false) ? _clock.Now - start : null;
        }
        catch (TimeoutException)
        {
            return null;
        }
        finally
        {
            lock (_gate)
                _echoWaiters.Remove(returned);
        }
    }

    /// <summary>What it has done so far.</summary>
    public ChatClientStatistics GetStatistics()
    {
        ClientCounters counters = _machine.Counters;
        return new ChatClientStatistics(
            counters.Sent,
            counters.Messages,
            Interlocked.Read(ref _dropped),
            counters.Notices,
            counters.Echoes,
            counters.NotRegistered,
            counters.Ignored,
            Interlocked.Read(ref _sendErrors));
    }

    /// <summary>
    /// Leaves: tells the relay, and ends everything in the background. Received messages can still be taken; what is left
    /// in the outbox (<see cref="OutboxCount"/>) was not sent.
    /// </summary>
    public async Task DisconnectAsync()
    {
        Task receiving;
        lock (_gate)
        {
            if (_machine.State != ChatConnectionState.Disconnected)
            {
                _machine.Close(_output);
                Flush();
                _events.Add(new ChatStateChange(ChatConnectionState.Disconnected, "Disconnected."));
            }
            EndLocked();
            // From within an event handler, the loop that runs it can't be waited for.
            receiving = _raisingThread == Environment.CurrentManagedThreadId ? Task.CompletedTask : _receiving;
        }
        RaiseEvents();
        await receiving.ConfigureAwait(false);
    }

    /// <inheritdoc cref="DisconnectAsync"/>
    public async ValueTask DisposeAsync() => await DisconnectAsync().ConfigureAwait(false);

    /// <inheritdoc cref="DisconnectAsync"/>
    public void Dispose() => DisconnectAsync().GetAwaiter().GetResult();

    /// <summary>A message of this client's.</summary>
    internal ChatMessage CreateMessage(string from, string to, string text, ChatMessageState state) =>
        new(from, to, text, _options.TimeProvider.GetLocalNow()) { Client = this, Number = Interlocked.Increment(ref _messages), State = state };

    private static long NextIncarnation(TimeProvider timeProvider)
    {
        long now = timeProvider.GetUtcNow().ToUnixTimeMilliseconds();
        while (true)
        {
            long last = Interlocked.Read(ref _lastIncarnation);
            long next = Math.Max(now, last + 1);
            if (Interlocked.CompareExchange(ref _lastIncarnation, next, last) == last)
                return next;
        }
    }

    private static byte[] CheckName(string name)
    {
        NameError error = ChatName.Check(name, !ChatName.CanNormalize, WireLimits.MaxNameBytes, out byte[] bytes);
        return error switch
        {
            NameError.None => bytes,
            NameError.Empty => throw new ChatNameException(name, "The name is empty; give one of 1 to 64 bytes."),
            NameError.TooLong => throw new ChatNameException(name, $"The name '{name}' is too long; a name has at most {WireLimits.MaxNameBytes} bytes of UTF-8."),
            NameError.NotAscii => throw new ChatNameException(name, $"The name '{name}' has characters outside ASCII, which need ICU; install it (libicu), or use ASCII letters."),
            NameError.NotUnicode => throw new ChatNameException(name, "The name has half a surrogate pair, which UTF-8 can't express; remove it."),
            _ => throw new ChatNameException(name, $"The name '{name}' has a blank, an invisible character or one of {ChatName.ForbiddenCharacters}; remove it."),
        };
    }

    private ChatException SendFailed(SocketError error, int size, int limit)
    {
        _machine.PathFailed(_clock.Now, _output);
        Flush();
        ScheduleTimer();
        return error == SocketError.MessageSize
            ? new ChatMessageTooLargeException(size, limit)
            : new ChatSendException($"The network did not take the message ({new SocketException((int)error).Message}); send it again when there is one.", new SocketException((int)error));
    }

    /// <summary>
    /// Opens the way to the relay, or makes sure that it is still the same, and registers over it. Nobody waits for it:
    /// looking up a name can take longer than its user's patience, and when it has ended it sees whether it is still wanted.
    /// </summary>
    private async void BeginOpenPath()
    {
        try
        {
            await OpenPathAsync().ConfigureAwait(false);
        }
        catch (Exception e)
        {
            ChatEventSource.Log.Fault(e.ToString());
        }
    }

    private async Task OpenPathAsync()
    {
        IClientTransport? opened = null;
        try
        {
            opened = await _path.OpenNextAsync().ConfigureAwait(false);
        }
        catch (SocketException e)
        {
            _path.ReportFailure(e);
            FailConnect(new ChatHostNotFoundException(Server, e));
        }
        lock (_gate)
        {
            if (_machine.State is ChatConnectionState.Connected or ChatConnectionState.Disconnected)
            {
                opened?.Dispose(); // The answer has come, or the end, while the address was looked up.
            }
            else if (opened is null)
            {
                if (_path.IsHopeless)
                    FailConnect(Unreachable());
                _machine.PathFailed(_clock.Now, _output);
            }
            else
            {
                if (UsePath(opened))
                    _receiving = Task.Run(() => ReceiveAllAsync(opened));
                _machine.PathOpened(_clock.Now, _output);
                Flush();
            }
            ScheduleTimer();
        }
        RaiseEvents();
    }

    /// <summary>Takes a socket into use, unless the present one is as good: with the same port the relay knows us still.</summary>
    private bool UsePath(IClientTransport opened)
    {
        if (_transport is { } present)
        {
            if (present.RemoteEndPoint.Equals(opened.RemoteEndPoint) && present.LocalEndPoint.Address.Equals(opened.LocalEndPoint.Address))
            {
                opened.Dispose();
                return false;
            }
            // The relay may have registered us under the address that we leave; it would refuse us under the new one.
            _output.Commit(PlainWriter.Unregister(_output.Reserve(PlainWriter.MaxShortBytes), _name), default);
            Flush();
            present.Dispose();
        }
        _transport = opened;
        return true;
    }

    private async Task ReceiveAllAsync(IClientTransport transport)
    {
        var batch = new DatagramBatch(1, WireLimits.ReceiveBytes);
        for (int errors = 0; errors < MaxReceiveErrors;)
        {
            batch.Clear();
            SocketError error = await transport.ReceiveAsync(batch).ConfigureAwait(false);
            if (error == SocketError.OperationAborted)
                return;
            if (error == SocketError.Success)
            {
                errors = 0;
                OnDatagrams(batch);
            }
            else
            {
                errors++;
                OnSocketError(transport, error);
            }
        }
        lock (_gate)
        {
            if (_transport == transport)
                _transport = null;
            transport.Dispose();
        }
    }

    private void OnDatagrams(DatagramBatch batch)
    {
        lock (_gate)
        {
            TellDatagrams(false, batch);
            for (int i = 0; i < batch.Count; i++)
                _machine.Receive(batch.Data(i), _clock.Now, _output);
            _path.ReportSuccess();
            Flush();
            ScheduleTimer();
        }
        RaiseEvents();
    }

    private void OnSocketError(IClientTransport transport, SocketError error)
    {
        ChatEventSource.Log.ClientSocketError(Name, transport.RemoteEndPoint.ToString(), error.ToString());
        bool openNext = false;
        lock (_gate)
        {
            if (_transport != transport)
                return;
            if (_machine.State is not ChatConnectionState.Connected)
            {
                _path.ReportFailure(new SocketException((int)error));
                openNext = _path.HasMoreAddresses;
                if (_path.IsHopeless)
                    FailConnect(Unreachable());
            }
            if (!openNext)
                _machine.PathFailed(_clock.Now, _output);
            Flush();
            ScheduleTimer();
        }
        RaiseEvents();
        if (openNext)
            BeginOpenPath();
    }

    private void OnTimer()
    {
        lock (_gate)
        {
            _machine.Tick(_clock.Now, _output);
            Flush();
            ScheduleTimer();
        }
        RaiseEvents();
    }

    private ChatServerUnreachableException Unreachable()
    {
        SocketException error = _path.LastError!;
        string reason = error.SocketErrorCode is SocketError.ConnectionRefused or SocketError.ConnectionReset
            ? "nothing listens there; check the address and port, and whether the relay runs."
            : $"{error.Message}; check the network.";
        return new ChatServerUnreachableException(Server, reason, error);
    }

    private void FailConnect(ChatConnectException exception)
    {
        lock (_gate)
        {
            if (_machine.State != ChatConnectionState.Connecting)
                return;
            _machine.Abandon();
        }
        _connected.TrySetException(exception);
    }

    /// <summary>Sends what the state machine has put out.</summary>
    /// <returns>The last error, or <see cref="SocketError.Success"/>.</returns>
    private SocketError Flush()
    {
        SocketError last = SocketError.Success;
        bool hadOutput = _machine.HasOutput;
        while (true)
        {
            if (_output.Count > 0)
            {
                TellDatagrams(true, _output);
                SocketError error = _transport?.Send(_output) ?? SocketError.NotConnected;
                _output.Clear();
                if (error != SocketError.Success)
                {
                    Interlocked.Increment(ref _sendErrors);
                    last = error;
                }
            }
            if (!_machine.HasOutput)
                break;
            _machine.WriteOutbox(_output);
        }
        if (hadOutput)
        {
            _outboxHasRoom?.TrySetResult(true);
            _outboxHasRoom = null;
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

    private void ScheduleTimer()
    {
        TimeSpan next = _machine.NextTick;
        TimeSpan due = next == TimeSpan.MaxValue ? Timeout.InfiniteTimeSpan : next - _clock.Now;
        _timer.Change(due < TimeSpan.Zero && due != Timeout.InfiniteTimeSpan ? TimeSpan.Zero : due, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Raises the events that the state machine told, in order, unless another thread is about it.</summary>
    private void RaiseEvents()
    {
        while (true)
        {
            object raised;
            lock (_gate)
            {
                if (_raising || !_events.TryTake(out raised))
                    return;
                _raising = true;
                _raisingThread = Environment.CurrentManagedThreadId;
            }
            Raise(raised);
            lock (_gate)
            {
                _raising = false;
                _raisingThread = 0;
            }
        }
    }

    private void Raise(object raised)
    {
        try
        {
            switch (raised)
            {
                case ChatMessage message when MessageReceived is { } handler:
                    handler(this, message);
                    break;
                case ChatMessage message:
                    if (_inbox.TryAdd(message))
                    {
                        InboxChanged?.Invoke();
                    }
                    else
                    {
                        Interlocked.Increment(ref _dropped);
                        MessageDropped?.Invoke(this, message);
                    }
                    break;
                case ChatNotice notice:
                    NoticeReceived?.Invoke(this, notice);
                    break;
                case ChatStateChange change:
                    OnStateChange(change);
                    break;
                case ConnectFailure failure:
                    _connected.TrySetException(failure == ConnectFailure.NameRefused
                        ? new ChatNameRefusedException(Server, Name, _events.LastNotice)
                        : new ChatConnectTimeoutException(Server, _options.ConnectTimeout, _events.LastNotice));
                    break;
                case var _ when raised == ClientEventQueue.PathWantedEvent:
                    BeginOpenPath();
                    break;
                case var _ when raised == ClientEventQueue.EchoReturnedEvent:
                    EndEchoWaits(true);
                    break;
            }
        }
        catch (Exception e)
        {
            // A handler's failure is its own: the connection goes on.
            ChatEventSource.Log.HandlerFailed(Name, e.ToString());
        }
    }

    private void OnStateChange(ChatStateChange change)
    {
        ChatEventSource.Log.ClientState(Name, change.State.ToString(), change.Reason);
        if (change.State != ChatConnectionState.Connected)
            EndEchoWaits(false);
        if (change.State == ChatConnectionState.Disconnected)
            _inbox.Complete();
        try
        {
            StateChanged?.Invoke(this, change);
        }
        finally
        {
            // Last, so that who waited for the connection finds that everybody was told of it.
            if (change.State == ChatConnectionState.Connected)
                _connected.TrySetResult(true);
        }
    }

    private void EndEchoWaits(bool returned)
    {
        lock (_gate)
        {
            foreach (TaskCompletionSource<bool> waiter in _echoWaiters)
                waiter.TrySetResult(returned);
            _echoWaiters.Clear();
        }
    }

    private void EndLocked()
    {
        _connected.TrySetException(new ChatDisconnectedException(Name));
        _outboxHasRoom?.TrySetResult(true);
        _outboxHasRoom = null;
        _timer.Dispose();
        _transport?.Dispose();
        _transport = null;
        ChatMetrics.Remove(this);
        _inbox.Complete();
    }
}
