using System;
using System.Collections.Generic;
using System.Threading.Tasks;
using UdpChat.Diagnostics;

namespace UdpChat.Client;

/// <summary>Raises events one at a time, in order, on thread pool threads: no handler holds up whoever adds one.</summary>
internal sealed class ClientEventPump(Action<object> raise)
{
    /// <summary>How many events wait at most for handlers that are slow.</summary>
    public const int Capacity = 10_000;

    private readonly object _gate = new();
    private Queue<object> _events = new();
    private Queue<object> _taken = new(); // by the thread that raises
    private volatile int _takenCount;
    private Task _raising = Task.CompletedTask;
    private bool _isRaising;
    private int _thread;

    /// <summary>Ends when all that was added has been raised; at once for a handler, which can't wait for itself.</summary>
    public Task Drained
    {
        get
        {
            lock (_gate)
                return _isRaising && _thread == Environment.CurrentManagedThreadId ? Task.CompletedTask : _raising;
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
            _raising = Task.Run(RaiseAll);
        }
    }

    private void RaiseAll()
    {
        while (true)
        {
            lock (_gate)
            {
                _isRaising = _events.Count > 0;
                if (!_isRaising)
                    return;
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
}
