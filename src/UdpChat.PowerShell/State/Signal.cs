using System.Threading;

namespace UdpChat.State;

/// <summary>Wakes the one thread that waits for it. Set while nobody waits, it ends the next wait at once.</summary>
internal sealed class Signal
{
    private readonly object _gate = new();
    private bool _isSet;

    /// <summary>Ends the wait.</summary>
    public void Set()
    {
        lock (_gate)
        {
            _isSet = true;
            Monitor.Pulse(_gate);
        }
    }

    /// <summary>Waits until it is set, and resets it.</summary>
    public void Wait()
    {
        lock (_gate)
        {
            while (!_isSet)
                Monitor.Wait(_gate);
            _isSet = false;
        }
    }
}
