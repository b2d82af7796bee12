using System;

namespace UdpChat;

/// <summary>The time since this was created, which never goes back: what state machines are given.</summary>
internal sealed class MonotonicClock(TimeProvider timeProvider)
{
    private readonly long _start = timeProvider.GetTimestamp();

    /// <summary>The time now.</summary>
    public TimeSpan Now => timeProvider.GetElapsedTime(_start);
}
