using System;
using System.IO;
using System.Reflection;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Extensions.Time.Testing;

namespace UdpChat.ModuleTests.Hosting;

/// <summary>While it lives, it is the module's clock, and moves only when told to.</summary>
internal sealed class ManualClock : FakeTimeProvider, IDisposable
{
    private static readonly TimeSpan Safety = TimeSpan.FromSeconds(60);
    private static readonly PropertyInfo Clock = Assembly.LoadFrom(Path.Combine(ModuleUnderTest.Folder, "lib", "net8.0", "UdpChat.PowerShell.dll"))
        .GetType("UdpChat.State.ModuleClock", throwOnError: true)!.GetProperty("Current")!;

    private readonly SemaphoreSlim _timerSet = new(0);

    public ManualClock() => Clock.SetValue(null, this);

    /// <inheritdoc/>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        new WatchedTimer(base.CreateTimer(callback, state, dueTime, period), _timerSet);

    /// <summary>Waits until some timer has been set since the last time.</summary>
    public async Task TimerSetAsync() => Assert.True(await _timerSet.WaitAsync(Safety));

    public void Dispose()
    {
        Clock.SetValue(null, System);
        _timerSet.Dispose();
    }

    private sealed class WatchedTimer(ITimer inner, SemaphoreSlim set) : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            bool changed = inner.Change(dueTime, period);
            if (dueTime != Timeout.InfiniteTimeSpan)
                set.Release();
            return changed;
        }

        public void Dispose() => inner.Dispose();

        public ValueTask DisposeAsync() => inner.DisposeAsync();
    }
}
