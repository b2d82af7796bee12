using System;

namespace UdpChat.Testing;

/// <summary>A timer on the network's clock that can be set anew at any time, and elapses once for each time it was set.</summary>
internal sealed class SimulatedTimer(SimulatedNetwork network, Action elapsed)
{
    private TimeSpan _due = TimeSpan.MaxValue;
    private TimeSpan _queued = TimeSpan.MaxValue; // the queued look that counts; others are out of date

    /// <summary>Sets when it elapses: at once if that is past, never if <see cref="TimeSpan.MaxValue"/>.</summary>
    public void Set(TimeSpan due)
    {
        _due = due == TimeSpan.MaxValue || due > network.Now ? due : network.Now;
        if (_due < _queued)
            QueueLook();
    }

    /// <summary>It does not elapse any more.</summary>
    public void Stop() => _due = TimeSpan.MaxValue;

    private void QueueLook()
    {
        TimeSpan due = _due;
        _queued = due;
        network.At(due, () => Look(due));
    }

    private void Look(TimeSpan queued)
    {
        if (queued != _queued)
            return;
        _queued = TimeSpan.MaxValue;
        if (_due <= network.Now)
        {
            _due = TimeSpan.MaxValue;
            elapsed();
        }
        else if (_due != TimeSpan.MaxValue)
        {
            QueueLook();
        }
    }
}
