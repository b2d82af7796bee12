using System;
using System.Threading;
using System.Threading.Channels;
using System.Threading.Tasks;
using Microsoft.Extensions.Time.Testing;

namespace UdpChat.ModuleTests.Hosting;

/// <summary>While it lives, it is the module's clock, and moves only when told to.</summary>
internal sealed class ManualClock : FakeTimeProvider, IDisposable
{
    private static readonly TimeSpan Safety = TimeSpan.FromSeconds(60);
    private readonly Channel<TimeSpan> _timersSet = Channel.CreateUnbounded<TimeSpan>();

    public ManualClock() => ModuleUnderTest.Clock = this;

    /// <inheritdoc/>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        ITimer timer = new WatchedTimer(base.CreateTimer(callback, state, dueTime, period), _timersSet.Writer);
        _timersSet.Writer.TryWrite(dueTime);
        return timer;
    }

    /// <summary>Waits until some timer has been set to this time since the last call.</summary>
    public async Task TimerSetAsync(TimeSpan due)
    {
        using var safety = new CancellationTokenSource(Safety);
        while (await _timersSet.Reader.ReadAsync(safety.Token) != due)
        {
        }
    }

    /// <summary>Forgets which timers have been set so far.</summary>
    public void ForgetTimers()
    {
        while (_timersSet.Reader.TryRead(out _))
        {
        }
    }

    public void Dispose() => ModuleUnderTest.Clock = System;

    private sealed class WatchedTimer(ITimer inner, ChannelWriter<TimeSpan> set) : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            bool changed = inner.Change(dueTime, period);
            set.TryWrite(dueTime);
            return changed;
        }

        public void Dispose() => inner.Dispose();

        public ValueTask DisposeAsync() => inner.DisposeAsync();
    }
}
