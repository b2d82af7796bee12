using System;
using System.Diagnostics;

namespace UdpChat.Benchmarks;

/// <summary>What each of many users does every 30 s, as the protocol wants its heartbeats, spread evenly over them.</summary>
internal sealed class Pace(int users)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(30);

    private long _startedAt, _taken;
    private int _next;

    /// <summary>Begins to count the time, or again after a pause, with the user whose turn it is.</summary>
    public void Start()
    {
        _startedAt = Stopwatch.GetTimestamp();
        _taken = 0;
    }

    /// <summary>Takes the next user whose time has come.</summary>
    public bool TryTake(long now, out int user)
    {
        user = _next;
        if (_taken >= Stopwatch.GetElapsedTime(_startedAt, now) / Interval * users)
            return false;
        _taken++;
        _next = (_next + 1) % users;
        return true;
    }
}
