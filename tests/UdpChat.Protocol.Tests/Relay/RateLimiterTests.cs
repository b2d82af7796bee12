using System;
using System.Linq;
using CsCheck;
using UdpChat.Protocol.Relay;

namespace UdpChat.Protocol.Tests.Relay;

public class RateLimiterTests
{
    private static readonly KeyedHash Hash = new(1, 2);

    [Fact]
    public void It_lets_pass_its_burst_at_once_and_then_its_rate_also_after_a_rest()
    {
        var limiter = new RateLimiter(Hash, 1, perSecond: 10, burst: 3);
        Assert.Equal(3, Passed(limiter, 0, TimeSpan.Zero));
        Assert.Equal(0, Passed(limiter, 0, TimeSpan.FromSeconds(0.0999)));
        Assert.Equal(1, Passed(limiter, 0, TimeSpan.FromSeconds(0.1)));
        Assert.Equal(2, Passed(limiter, 0, TimeSpan.FromSeconds(0.3)));
        Assert.Equal(3, Passed(limiter, 0, TimeSpan.FromHours(1)));
    }

    [Fact]
    public void Asking_takes_nothing()
    {
        var limiter = new RateLimiter(Hash, 1, perSecond: 1, burst: 1);
        for (int i = 0; i < 10; i++)
            Assert.True(limiter.Allows(0, TimeSpan.Zero));
        limiter.Take(0, TimeSpan.Zero);
        Assert.False(limiter.Allows(0, TimeSpan.Zero));
    }

    [Fact]
    public void Zero_is_no_limit()
    {
        var limiter = new RateLimiter(Hash, 1 << 16, perSecond: 0, burst: 0);
        for (int i = 0; i < 1_000; i++)
        {
            Assert.True(limiter.Allows(7, TimeSpan.Zero));
            limiter.Take(7, TimeSpan.Zero);
        }
    }

    [Fact]
    public void In_any_span_of_time_no_more_pass_than_the_burst_and_what_the_rate_adds() =>
        Gen.Select(Gen.Int[1, 1_000], Gen.Int[1, 50], Gen.Int[0, 200].Array[1, 200]).Sample((perSecond, burst, pauses) =>
        {
            var limiter = new RateLimiter(Hash, 1, perSecond, burst);
            TimeSpan now = TimeSpan.Zero;
            int passed = 0;
            foreach (int pause in pauses)
            {
                now += TimeSpan.FromMilliseconds(pause);
                if (!limiter.Allows(0, now))
                    continue;
                limiter.Take(0, now);
                passed++;
                Assert.True(passed <= burst + now.TotalSeconds * perSecond * 1.001 + 1e-6);
            }
            Assert.True(passed >= Math.Min(pauses.Length, burst));
        });

    [Fact]
    public void Keys_have_buckets_of_their_own_as_far_as_there_are_buckets()
    {
        var limiter = new RateLimiter(Hash, 1 << 12, perSecond: 1, burst: 1);
        int passed = Enumerable.Range(0, 1 << 12).Sum(key => Passed(limiter, (ulong)key, TimeSpan.Zero));
        // As many keys as buckets: by chance 1 - 1/e of the buckets are hit.
        Assert.InRange(passed, 2_400, 2_800);
    }

    private static int Passed(RateLimiter limiter, ulong key, TimeSpan now)
    {
        int passed = 0;
        for (; limiter.Allows(key, now); passed++)
            limiter.Take(key, now);
        return passed;
    }
}
