using System;
using System.Threading;
using System.Threading.Tasks;

namespace UdpChat.Core.Tests.Support;

/// <summary>A clock that stands still and counts its timers.</summary>
internal sealed class CountingTimeProvider : TimeProvider
{
    private int _created, _live;

    public int CreatedTimers => Volatile.Read(ref _created);

    public int LiveTimers => Volatile.Read(ref _live);

    public override long GetTimestamp() => 0;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        Interlocked.Increment(ref _created);
        Interlocked.Increment(ref _live);
        return new StoppedTimer(this);
    }

    private sealed class StoppedTimer(CountingTimeProvider owner) : ITimer
    {
        private int _disposed;

        public bool Change(TimeSpan dueTime, TimeSpan period) => _disposed == 0;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _disposed, 1) == 0)
                Interlocked.Decrement(ref owner._live);
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return default;
        }
    }
}
