using System;

namespace UdpChat.Protocol.Relay.Sessions;

/// <summary>
/// A hashed timing wheel (Varghese and Lauck, 1987): setting and stopping a timer costs the same however many there are.
/// A timer goes off up to one tick late; one that is further away than the wheel is long goes round again.
/// </summary>
internal sealed class TimerWheel
{
    private const int Slots = 4096;
    private const int Mask = Slots - 1;

    private readonly WheelTimer?[] _slots = new WheelTimer?[Slots];
    private readonly ulong[] _occupied = new ulong[Slots / 64];
    private long _tick; // all before it have gone off

    /// <summary>How long a tick is.</summary>
    public static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(1);

    /// <summary>Sets a timer, or sets it anew.</summary>
    public void Set(WheelTimer timer, TimeSpan due)
    {
        if (timer.IsSet)
        {
            if (timer.Due == due)
                return;
            Stop(timer);
        }
        timer.Due = due;
        long tick = Math.Max(_tick, TickAt(due));
        Link(timer, tick - _tick < Slots ? tick : _tick + Slots - 1);
    }

    /// <summary>Stops a timer, if it is set.</summary>
    public void Stop(WheelTimer timer)
    {
        if (!timer.IsSet)
            return;
        if (timer.NextTimer is not null)
            timer.NextTimer.PreviousTimer = timer.PreviousTimer;
        if (timer.PreviousTimer is not null)
        {
            timer.PreviousTimer.NextTimer = timer.NextTimer;
        }
        else
        {
            _slots[timer.TimerSlot] = timer.NextTimer;
            if (timer.NextTimer is null)
                _occupied[timer.TimerSlot >> 6] &= ~(1UL << (timer.TimerSlot & 63));
        }
        timer.TimerSlot = -1;
        timer.NextTimer = timer.PreviousTimer = null;
    }

    /// <summary>When to look next: no timer goes off before. Never if <see cref="TimeSpan.MaxValue"/>.</summary>
    public TimeSpan NextDue
    {
        get
        {
            for (int i = 0; i <= Slots;)
            {
                int slot = (int)(_tick + i) & Mask;
                ulong word = _occupied[slot >> 6] >> (slot & 63);
                if (word == 0)
                {
                    i += 64 - (slot & 63);
                    continue;
                }
                while ((word & 1) == 0)
                {
                    word >>= 1;
                    i++;
                }
                return i < Slots ? new TimeSpan((_tick + i) * Tick.Ticks) : TimeSpan.MaxValue;
            }
            return TimeSpan.MaxValue;
        }
    }

    /// <summary>Takes a timer that is due; it is no longer set.</summary>
    /// <returns>Null if none is due any more.</returns>
    public WheelTimer? TakeDue(TimeSpan now)
    {
        long end = now.Ticks / Tick.Ticks;
        if (end - _tick > Slots)
            _tick = end - Slots; // Each slot is looked at once.
        for (; _tick <= end; _tick++)
        {
            int slot = (int)_tick & Mask;
            if ((_occupied[slot >> 6] & (1UL << (slot & 63))) == 0)
                continue;
            for (WheelTimer? timer = _slots[slot]; timer is not null; timer = timer.NextTimer)
            {
                if (TickAt(timer.Due) > end)
                    continue;
                Stop(timer);
                return timer;
            }
            MoveOn(slot, end);
        }
        return null;
    }

    private static long TickAt(TimeSpan due) => (due.Ticks + Tick.Ticks - 1) / Tick.Ticks;

    /// <summary>What was set beyond the wheel's length goes round again.</summary>
    private void MoveOn(int slot, long end)
    {
        WheelTimer? timer = _slots[slot];
        while (timer is not null)
        {
            WheelTimer? next = timer.NextTimer;
            Stop(timer);
            long tick = Math.Max(TickAt(timer.Due), end + 1);
            Link(timer, tick - _tick < Slots ? tick : _tick + Slots - 1);
            timer = next;
        }
    }

    private void Link(WheelTimer timer, long tick)
    {
        int slot = (int)tick & Mask;
        timer.TimerSlot = slot;
        timer.PreviousTimer = null;
        timer.NextTimer = _slots[slot];
        if (timer.NextTimer is not null)
            timer.NextTimer.PreviousTimer = timer;
        _slots[slot] = timer;
        _occupied[slot >> 6] |= 1UL << (slot & 63);
    }
}
