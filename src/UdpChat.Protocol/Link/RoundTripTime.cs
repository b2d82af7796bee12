using System;

namespace UdpChat.Protocol.Link;

/// <summary>The estimate of the round trip time (RFC 9002, 5).</summary>
internal struct RoundTripTime
{
    private const int Parts = 8, MaxPatience = 8;

    private long _smoothed, _variation, _latest, _min;
    private int _patience; // in parts of a round trip, beyond the first

    /// <summary>Whether one was measured.</summary>
    public readonly bool IsMeasured => _smoothed != 0;

    /// <summary>The smoothed round trip time.</summary>
    public readonly TimeSpan Smoothed => IsMeasured ? new TimeSpan(_smoothed) : LinkLimits.InitialRoundTrip;

    /// <summary>After how long something that was not acknowledged, though what was sent later was, counts as lost (RFC 9002, 6.1.2).</summary>
    public readonly TimeSpan LossDelay
    {
        get
        {
            long longest = IsMeasured ? Math.Max(_smoothed, _latest) : LinkLimits.InitialRoundTrip.Ticks;
            return new TimeSpan(Math.Max(longest + longest / Parts * (1 + _patience), LinkLimits.Granularity.Ticks));
        }
    }

    /// <summary>After how long a silence a probe goes out (RFC 9002, 6.2.1).</summary>
    public readonly TimeSpan ProbeTimeout
    {
        get
        {
            long smoothed = Smoothed.Ticks;
            long variation = IsMeasured ? _variation : smoothed / 2;
            return new TimeSpan(smoothed + Math.Max(4 * variation, LinkLimits.Granularity.Ticks) + LinkLimits.MaxAckDelay.Ticks);
        }
    }

    /// <summary>What counted as lost was only late: waits longer from now on, up to two round trips, as RFC 9002, 6.1.2 permits.</summary>
    public void NoteLate() => _patience = Math.Min(_patience + 1, MaxPatience - 1);

    /// <summary>Takes in a measurement.</summary>
    /// <param name="sample">From sending to the acknowledgement.</param>
    /// <param name="ackDelay">How long the other side says that the acknowledgement waited.</param>
    public void Add(TimeSpan sample, TimeSpan ackDelay)
    {
        _latest = Math.Max(1, sample.Ticks);
        if (!IsMeasured)
        {
            (_min, _smoothed, _variation) = (_latest, _latest, _latest / 2);
            return;
        }
        _min = Math.Min(_min, _latest);
        long delay = Math.Min(ackDelay.Ticks, LinkLimits.MaxAckDelay.Ticks);
        long adjusted = _latest >= _min + delay ? _latest - delay : _latest;
        _variation = (3 * _variation + Math.Abs(_smoothed - adjusted)) / 4;
        _smoothed = Math.Max(1, (7 * _smoothed + adjusted) / 8);
    }
}
