using System;
using UdpChat.Protocol.Link;

namespace UdpChat.Protocol.Tests.Link;

/// <summary>The expected values are computed by hand from the formulas of RFC 9002, 5.3, 6.1.2 and 6.2.1.</summary>
public class RoundTripTimeTests
{
    [Fact]
    public void Before_a_measurement_a_third_of_a_second_is_assumed()
    {
        var time = new RoundTripTime();
        Assert.False(time.IsMeasured);
        Assert.Equal(Ms(333), time.Smoothed);
        Assert.Equal(Ms(333 * 9 / 8.0), time.LossDelay);
        Assert.Equal(Ms(333 + 4 * 166.5 + 25), time.ProbeTimeout);
    }

    [Fact]
    public void The_first_measurement_is_taken_as_it_is()
    {
        var time = new RoundTripTime();
        time.Add(Ms(80), Ms(20));
        Check(time, smoothed: 80, variation: 40, longest: 80);
    }

    [Fact]
    public void Later_ones_are_smoothed_less_the_delay_that_the_other_side_tells()
    {
        var time = new RoundTripTime();
        time.Add(Ms(80), Ms(0));
        time.Add(Ms(120), Ms(16)); // 104
        Check(time, smoothed: 83, variation: (3 * 40 + 24) / 4.0, longest: 120);
        time.Add(Ms(91), Ms(500)); // no more than 25 ms are believed, and 66 would be below the least: 91
        Check(time, smoothed: (7 * 83 + 91) / 8.0, variation: (3 * 36 + 8) / 4.0, longest: 91);
    }

    [Fact]
    public void On_the_fastest_path_timers_have_a_millisecond()
    {
        var time = new RoundTripTime();
        time.Add(TimeSpan.Zero, Ms(0));
        Assert.True(time.IsMeasured);
        Assert.Equal(Ms(1), time.LossDelay);
        Assert.InRange(time.ProbeTimeout, Ms(26), Ms(26.001));
    }

    [Fact]
    public void Each_datagram_that_was_only_late_makes_it_wait_an_eighth_longer_up_to_two_round_trips()
    {
        var time = new RoundTripTime();
        time.Add(Ms(80), Ms(0));
        for (int late = 0; late < 20; late++)
        {
            Assert.Equal(Ms(80 + 10 * Math.Min(8, 1 + late)), time.LossDelay);
            time.NoteLate();
        }
    }

    private static void Check(in RoundTripTime time, double smoothed, double variation, double longest)
    {
        Assert.Equal(Ms(smoothed), time.Smoothed);
        Assert.Equal(Ms(Math.Max(smoothed, longest) * 9 / 8), time.LossDelay);
        Assert.Equal(Ms(smoothed + 4 * variation + 25), time.ProbeTimeout);
    }

    private static TimeSpan Ms(double milliseconds) => TimeSpan.FromTicks((long)Math.Round(milliseconds * TimeSpan.TicksPerMillisecond));
}
