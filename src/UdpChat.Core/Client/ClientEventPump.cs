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

    private readonly Queue<object> _events = new();
    private Task _raising = Task.CompletedTask;
    private bool _isRaising;
    private int _thread;

    /// <summary>Ends when all that was added has been raised; at once for a handler, which can't wait for itself.</summary>
    public Task Drained
    {
        get
        {
            lock (_events)
                return _isRaising && _thread == Environment.CurrentManagedThreadId ? Task.CompletedTask : _raising;
        }
    }

    /// <summary>Adds an event that the relay can make as many of as it likes.</summary>
    /// <returns>False if too many wait already.</returns>
    public bool TryAdd(object added)
    {
        lock (_events)
        {
            if (_events.Count >= Capacity)
                return false;
            Add(added);
            return true;
        }
    }

    /// <summary>Adds an event.</summary>
    public void Add(object added)
    {
        lock (_events)
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
            object next;
            lock (_events)
            {
                _isRaising = _events.Count > 0;
                if (!_isRaising)
                    return;
                _thread = Environment.CurrentManagedThreadId;
                next = _events.Dequeue();
            }
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
