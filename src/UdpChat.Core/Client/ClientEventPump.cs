using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;
using UdpChat.Diagnostics;

namespace UdpChat.Client;

/// <summary>
/// Raises events one at a time, in order: those of who holds it on its own thread, when that is ready for handlers; others on
/// thread pool threads, so that no handler holds up who adds one.
/// </summary>
internal sealed class ClientEventPump(Action<object> raise)
{
    /// <summary>How many events wait at most for handlers that are slow.</summary>
    public const int Capacity = 10_000;

    private readonly object _gate = new();
    private Queue<object> _events = new();
    private Queue<object> _taken = new(); // by the thread that raises
    private volatile int _takenCount;
    private TaskCompletionSource<bool>? _drained;
    private bool _isRaising; // or held by who will raise
    private int _thread; // that raises
    private volatile int _holder; // the thread that will raise

    /// <summary>Ends when all that was added has been raised; at once for a handler, which can't wait for itself.</summary>
    public Task Drained
    {
        get
        {
            lock (_gate)
                return !_isRaising || _thread == Environment.CurrentManagedThreadId
                    ? Task.CompletedTask
                    : (_drained ??= new(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
        }
    }

    /// <summary>Adds an event that the relay can make as many of as it likes.</summary>
    /// <returns>False if too many wait already.</returns>
    public bool TryAdd(object added)
    {
        lock (_gate)
        {
            if (_events.Count + _takenCount >= Capacity)
                return false;
            Add(added);
            return true;
        }
    }

    /// <summary>Adds an event.</summary>
    public void Add(object added)
    {
        lock (_gate)
        {
            _events.Enqueue(added);
            if (_isRaising)
                return;
            _isRaising = true;
            _thread = 0;
            ThreadPool.UnsafeQueueUserWorkItem(static pump => ((ClientEventPump)pump!).RaiseAll(), this);
        }
    }

    /// <summary>Lets events wait for this thread, unless somebody raises events already, who will raise these, too.</summary>
    public void Hold()
    {
        lock (_gate)
        {
            if (_isRaising)
                return;
            _isRaising = true;
            _thread = 0;
            _holder = Environment.CurrentManagedThreadId;
        }
    }

    /// <summary>Ends what <see cref="Hold"/> began, if there are no events.</summary>
    /// <returns>True if there are: then this thread has to <see cref="RaiseHeld"/>.</returns>
    public bool Release()
    {
        lock (_gate)
        {
            if (_holder != Environment.CurrentManagedThreadId)
                return false;
            if (_events.Count > 0)
                return true;
            EndRaising();
            return false;
        }
    }

    /// <summary>Raises the events that this thread has held, and those that are added meanwhile.</summary>
    public void RaiseHeld()
    {
        if (_holder == Environment.CurrentManagedThreadId)
            RaiseAll();
    }

    private void RaiseAll()
    {
        while (true)
        {
            lock (_gate)
            {
                if (_events.Count == 0)
                {
                    EndRaising();
                    return;
                }
                _holder = 0;
                _thread = Environment.CurrentManagedThreadId;
                (_events, _taken) = (_taken, _events);
                _takenCount = _taken.Count;
            }
            while (_taken.Count > 0)
            {
                object next = _taken.Dequeue();
                _takenCount = _taken.Count;
                try
                {
                    raise(next);
                }
                catch (Exception e)
                {
                    ChatEventSource.Log.Fault(e.ToString());
                }
            }
        }
    }

    private void EndRaising()
    {
        _isRaising = false;
        _holder = 0;
        _drained?.TrySetResult(true);
        _drained = null;
    }
}
