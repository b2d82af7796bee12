using System;
using System.Threading.Tasks;

namespace UdpChat.Client;

/// <summary>Gives messages to a client's handler of bytes, one at a time, in order, on the thread that has received.</summary>
/// <param name="gate">The connection's lock; the handler is called outside of it.</param>
/// <param name="client">Has the handler.</param>
/// <param name="events">Has the messages.</param>
/// <param name="clock">The time.</param>
/// <param name="take">Notes, under the lock, that the message with a ticket was taken.</param>
/// <param name="settle">Tells the relay, under the lock, what was taken, and sends what the handler has sent.</param>
internal sealed class BytesPump(object gate, ChatClient client, ClientEvents events, MonotonicClock clock, Action<long> take, Action settle)
{
    /// <summary>After how long in the handler what it has sent goes out, and what it has had is told, though there are more.</summary>
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(1);

    /// <summary>After how many messages it is looked at the clock for that at most.</summary>
    private const int MaxUntimed = 64;

    private int _thread; // that gives messages, or 0
    private ReceivedBytes? _given;
    private volatile int _index; // of the message that the handler has now
    private int _taken; // the first that is not noted as taken
    private TaskCompletionSource<bool>? _ended;
    private volatile bool _isStopped;

    /// <summary>Whether a thread is at it, which takes what comes, too.</summary>
    public bool IsRaising => _thread != 0;

    /// <summary>Whether the caller is the handler. Under the lock.</summary>
    public bool IsHere => _thread == Environment.CurrentManagedThreadId;

    /// <summary>The time at which the handler was called, more or less.</summary>
    public TimeSpan Time { get; private set; }

    /// <summary>The handler that calls this has its message, and those before it; what it has sent goes out. Under the lock.</summary>
    public void TakeHere()
    {
        if (IsHere)
            TakeAndSettle(_index + 1);
    }

    /// <summary>Notes what the handler has had as taken, while it has another. Under the lock.</summary>
    public void TakeDone()
    {
        if (_thread != 0)
            Take(_index);
    }

    /// <summary>Gives no more; what the handler did not have goes where all goes without one. Under the lock.</summary>
    /// <returns>Ends when it has the last one no more; at once for the handler itself.</returns>
    public Task Stop()
    {
        _isStopped = true;
        return _thread == 0 || IsHere ? Task.CompletedTask : (_ended ??= new(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
    }

    /// <summary>Gives all there are, unless another thread is at it.</summary>
    public void RaiseAll()
    {
        ReceivedBytes received;
        lock (gate)
        {
            if (!events.HasBytes || _thread != 0)
                return;
            _thread = Environment.CurrentManagedThreadId;
            Time = clock.Now;
            received = Begin();
        }
        while (true)
        {
            Raise(received);
            lock (gate)
            {
                int count = _index;
                Take(count);
                events.GiveBack(count);
                bool isMore = events.HasBytes;
                Time = clock.Now;
                if (isMore)
                    received = Begin();
                else
                    _thread = 0;
                settle();
                if (isMore)
                    continue;
                _ended?.TrySetResult(true);
                _ended = null;
                return;
            }
        }
    }

    private ReceivedBytes Begin()
    {
        (_given, _index, _taken) = (events.TakeBytes(), 0, 0);
        return _given;
    }

    /// <summary>Gives messages as long as there is a handler that wants them.</summary>
    private void Raise(ReceivedBytes received)
    {
        int step = 1, due = 1;
        while (_index < received.Count && !_isStopped && client.RaiseBytes(received[_index]))
        {
            // To ask for the time costs about as much as a message.
            if (++_index != due || due == received.Count)
                continue;
            TimeSpan now = clock.Now;
            if (now - Time < Period)
            {
                step = Math.Min(2 * step, MaxUntimed);
            }
            else
            {
                step = 1;
                lock (gate)
                {
                    Time = now;
                    TakeAndSettle(_index);
                }
            }
            due += step;
        }
    }

    private void TakeAndSettle(int count)
    {
        Take(count);
        settle();
    }

    private void Take(int count)
    {
        for (; _taken < count; _taken++)
            take(_given!.Ticket(_taken));
    }
}
