using System;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;
using UdpChat.Diagnostics;
using UdpChat.Protocol;
using UdpChat.Transport;

namespace UdpChat.Client;

/// <summary>
/// Receives from one socket until that is closed, and has handlers called on the thread that has received: to wake another
/// one for it takes longer than all the rest. But a handler that is slow must not hold up what comes; then another thread
/// goes on receiving.
/// </summary>
internal sealed class ReceiveLoop
{
    /// <summary>After how long in handlers, at least, another thread receives; at most twice that.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(10);

    private readonly ClientConnection _connection;
    private readonly IClientTransport _transport;
    private readonly DatagramBatch _batch;
    private readonly TaskCompletionSource<bool> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly object _watchLock = new();
    private readonly ITimer _watch;
    private long _lastRaising, _raising; // the number of the time that handlers are called, or 0 while they are not
    private long _seen; // by the watch
    private bool _isWatching, _isClosed;
    private volatile int _raisingThread;
    private ExecutionContext _context = null!; // for handlers

    /// <param name="connection">Whose socket it is.</param>
    /// <param name="transport">The socket, from now on the loop's to close.</param>
    /// <param name="timeProvider">The time for <see cref="Patience"/>.</param>
    public ReceiveLoop(ClientConnection connection, IClientTransport transport, TimeProvider timeProvider)
    {
        _connection = connection;
        _transport = transport;
        _batch = transport.CreateReceiveBatch();
        _watch = timeProvider.CreateTimer(static loop => ((ReceiveLoop)loop!).Watch(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Ends when nothing is received any more.</summary>
    public Task Completion => _completion.Task;

    /// <summary>Whether the caller is a handler, called by the thread that will receive again.</summary>
    public bool IsRaisingHere => _raisingThread == Environment.CurrentManagedThreadId;

    /// <summary>Begins to receive.</summary>
    public void Start() => Start(0);

    /// <summary>Closes the socket, which ends the loop when the handlers that its thread is in have returned.</summary>
    public void Close()
    {
        lock (_watchLock)
        {
            _isClosed = true;
            _watch.Dispose();
        }
        _transport.Dispose();
    }

    /// <param name="takenFrom">The time of calling handlers during which this thread takes over; 0 if it is the first.</param>
    private void Start(long takenFrom)
    {
        // What the caller has in its own, who connects or was waiting for a timer, is none of the handlers' business.
        AsyncFlowControl? flow = ExecutionContext.IsFlowSuppressed() ? null : ExecutionContext.SuppressFlow();
        try
        {
            StartWithoutContext(takenFrom);
        }
        finally
        {
            flow?.Undo();
        }
    }

    private void StartWithoutContext(long takenFrom)
    {
        if (_transport.Blocks)
        {
            try
            {
                _ = Task.Factory.StartNew(() => RunAsync(takenFrom), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
                return;
            }
            catch (TaskSchedulerException e)
            {
                // The system gives no more threads. One of the pool's does, too.
                ChatEventSource.Log.Fault(e.ToString());
            }
        }
        _ = Task.Run(() => RunAsync(takenFrom));
    }

    private async Task RunAsync(long takenFrom)
    {
        if (takenFrom != 0)
        {
            if (!TryEndRaising(takenFrom))
                return; // The handlers are done after all.
            _connection.SettleNow();
        }
        try
        {
            await ReceiveAllAsync().ConfigureAwait(false);
        }
        catch (Exception e)
        {
            ChatEventSource.Log.Fault(e.ToString());
            _completion.TrySetResult(true);
        }
    }

    private async Task ReceiveAllAsync()
    {
        _context = ExecutionContext.Capture()!; // An empty one.
        while (true)
        {
            _batch.Clear();
            SocketError error = await _transport.ReceiveAsync(_batch).ConfigureAwait(false);
            if (error == SocketError.OperationAborted)
            {
                _completion.TrySetResult(true);
                return;
            }
            if (error == SocketError.Success)
            {
                if (_connection.TakeIn(_transport, _batch) && !Raise())
                    return; // Another thread has taken over.
                continue;
            }
            Task pause = _connection.OnSocketError(_transport, error);
            if (_transport.Blocks)
                pause.GetAwaiter().GetResult(); // The thread is this transport's own, and to be left by none of its steps.
            else
                await pause.ConfigureAwait(false);
        }
    }

    /// <summary>Has handlers called.</summary>
    /// <returns>Whether this thread goes on receiving.</returns>
    private bool Raise()
    {
        long raising = _lastRaising + 1;
        Volatile.Write(ref _lastRaising, raising);
        _raisingThread = Environment.CurrentManagedThreadId; // Before another thread can take over, which ends that.
        Interlocked.Exchange(ref _raising, raising); // Before it is looked for the watch, which looks the other way round.
        if (!Volatile.Read(ref _isWatching))
            BeginWatch();
        RaiseHere();
        if (!TryEndRaising(raising))
            return false;
        _connection.SettleTaken();
        return true;
    }

    /// <summary>What a handler leaves in the thread's context, such as the value of an <see cref="AsyncLocal{T}"/>, is not for the next one.</summary>
    private void RaiseHere() => ExecutionContext.Run(_context.CreateCopy(), static loop => ((ReceiveLoop)loop!)._connection.Raise(), this);

    /// <summary>Ends a time of calling handlers, for the thread that will receive.</summary>
    /// <returns>False if another thread has done it, which receives then.</returns>
    private bool TryEndRaising(long raising)
    {
        if (Interlocked.CompareExchange(ref _raising, 0, raising) != raising)
            return false;
        _raisingThread = 0;
        return true;
    }

    private void BeginWatch()
    {
        lock (_watchLock)
        {
            if (_isClosed)
                return;
            _isWatching = true;
            _watch.Change(Patience, Patience);
        }
    }

    /// <summary>Lets another thread receive if the handlers are at it since the last time.</summary>
    private void Watch()
    {
        long raising = Volatile.Read(ref _raising);
        if (raising != 0 && raising == _seen)
            Start(raising);
        lock (_watchLock)
        {
            if (_isClosed)
                return;
            long last = Volatile.Read(ref _lastRaising);
            if (raising == 0 && last == _seen)
            {
                // Nothing since the last time; who begins just now sees that there is no watch, or is seen here.
                _isWatching = false;
                Interlocked.MemoryBarrier();
                _isWatching = Volatile.Read(ref _raising) != 0;
                if (!_isWatching)
                    _watch.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            }
            _seen = last;
        }
    }
}
