using System;
using System.Threading;

namespace UdpChat.ModuleTests.Hosting;

/// <summary>While it lives, it is the module's clock: the one before, that can be put forward. What was started with it goes on by it.</summary>
internal sealed class LaterClock : TimeProvider, IDisposable
{
    private readonly TimeProvider _before = ModuleUnderTest.Clock;

    public LaterClock() => ModuleUnderTest.Clock = this;

    /// <summary>By how much it is put forward.</summary>
    public TimeSpan Later { get; set; }

    public override long TimestampFrequency => _before.TimestampFrequency;

    public override DateTimeOffset GetUtcNow() => _before.GetUtcNow() + Later;

    public override long GetTimestamp() => _before.GetTimestamp() + (long)(Later.TotalSeconds * TimestampFrequency);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) => _before.CreateTimer(callback, state, dueTime, period);

    public void Dispose() => ModuleUnderTest.Clock = _before;
}
