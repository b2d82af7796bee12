using System;
using System.Threading;
using Microsoft.Extensions.Time.Testing;

namespace UdpChat.Core.Tests.Support;

/// <summary>A clock that goes when told, and counts how often timers tick.</summary>
internal sealed class TickCountingTimeProvider : FakeTimeProvider
{
    private int _ticks;

    public int Ticks => Volatile.Read(ref _ticks);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        return base.CreateTimer(
            given =>
            {
                Interlocked.Increment(ref _ticks);
                callback(given);
            },
            state,
            dueTime,
            period);
    }
}
