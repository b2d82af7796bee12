using System;
using UdpChat.Testing;

namespace UdpChat.Protocol.Tests.Link;

/// <summary>How long it takes, in simulated seconds. Beside the limits stands what it took when the test was written.</summary>
public class LinkThroughputTests
{
    private const int LineBytes = 80;
    private const ulong Seeds = 10;

    private static readonly TimeSpan OneWay = TimeSpan.FromMilliseconds(25);

    [Theory]
    [InlineData(0, 0.5)] // 0.4
    [InlineData(0.01, 10)] // 0.7 to 5.8
    [InlineData(0.05, 20)] // 7.7 to 12.5
    public void A_mebibyte_over_a_round_trip_of_50_ms_arrives_in_time(double loss, double limit) =>
        Arrives(loss, late: 0, (1 << 20) / LineBytes, bothWays: false, limit);

    [Theory]
    [InlineData(0.2, 0.2, false, 60)] // 28 to 40
    [InlineData(0.2, 0.2, true, 60)] // 32 to 40
    [InlineData(0.2, 0, false, 40)] // 21 to 27
    [InlineData(0, 0.2, false, 8)] // 2.5 to 4.5
    public void Ten_thousand_lines_over_a_bad_link_arrive_in_time(double loss, double late, bool bothWays, double limit) =>
        Arrives(loss, late, 10_000, bothWays, limit);

    private static void Arrives(double loss, double late, int lines, bool bothWays, double limit)
    {
        string text = $"SENDTO:Annie: {new string('x', LineBytes - 20)}";
        for (ulong seed = 1; seed <= Seeds; seed++)
        {
            var pair = new LinkPair(seed, new LinkConditions { Loss = loss, MinDelay = OneWay, MaxDelay = OneWay }) { Late = late };
            for (int i = 0; i < lines; i++)
            {
                pair.Left.Write($"{text}{i:00000}");
                if (bothWays)
                    pair.Right.Write($"{text}{i:00000}");
            }
            Assert.True(pair.RunUntilQuiet(TimeSpan.FromSeconds(limit)), $"Seed {seed}: not after {limit} s.");
            pair.AllHasArrived();
        }
    }
}
