using System;
using System.Collections.Generic;
using System.Text;
using CsCheck;
using UdpChat.Protocol.Link;
using UdpChat.Testing;

namespace UdpChat.Protocol.Tests.Link;

/// <summary>Whoever knows the session id can send anything; a link must live through it within its bounds.</summary>
public class AlteredDatagramTests
{
    private const long MaxKept = LinkLimits.StreamWindow + (long)LinkLimits.MaxEarlySegments * LinkLimits.EarlySegmentOverhead;

    [Fact]
    public void A_link_lives_through_altered_datagrams() => Gen.ULong.Sample(seed =>
    {
        var random = new SeededRandom(seed);
        var left = new LinkEnd();
        var right = new LinkEnd();
        TimeSpan now = default;
        for (int step = 0; step < 200; step++)
        {
            now += TimeSpan.FromMilliseconds(random.Next(100));
            left.Write($"@n={step} SENDTO:Annie: {new string('x', random.Next(900))}");
            right.Write("ACCEPTED: 1");
            Exchange(left, right, now, random);
            Exchange(right, left, now, random);
            Assert.InRange(right.Budget.Used, 0, MaxKept);
        }
        right.Link.Close();
        Assert.Equal(0, right.Budget.Used);
    }, iter: 100);

    [Fact]
    public void Offsets_and_acknowledgements_by_chance_stay_within_the_bounds() => Gen.ULong.Sample(seed =>
    {
        var random = new SeededRandom(seed);
        var end = new LinkEnd();
        TimeSpan now = default;
        for (int step = 0; step < 500; step++)
        {
            now += TimeSpan.FromMilliseconds(random.Next(30));
            if (step % 4 == 0)
                end.Write("FROM:Bob: hi");
            end.Receive(Encoding.UTF8.GetBytes(Forged(random)), now);
            if (end.Link.NextTimeout <= now)
                end.Link.OnTimeout(now);
            Drain(end, now);
            Assert.InRange(end.Budget.Used, 0, MaxKept);
            Assert.InRange(end.Link.AcknowledgedOffset, 0, end.Link.WrittenOffset);
        }
    }, iter: 200);

    [Fact]
    public void A_thousand_ranges_cost_no_more_than_what_was_sent()
    {
        var end = new LinkEnd();
        for (int i = 0; i < 100; i++)
            end.Write("FROM:Bob: hi");
        Drain(end, default);
        var same = new StringBuilder("@s=89abcdef01234567;d=1;a=1-1");
        for (int i = 0; i < 1_000; i++)
            same.Append(",1-1");
        Assert.Equal(LinkOutcome.Malformed, end.Receive(Encoding.UTF8.GetBytes($"{same} ACK:"), default));
    }

    private static void Exchange(LinkEnd from, LinkEnd to, TimeSpan now, SeededRandom random)
    {
        if (from.Link.NextTimeout <= now)
            from.Link.OnTimeout(now);
        foreach (byte[] datagram in Drain(from, now))
            to.Receive(random.Chance(0.5) ? Alter(datagram, random) : datagram, now);
    }

    private static List<byte[]> Drain(LinkEnd end, TimeSpan now)
    {
        var sent = new List<byte[]>();
        while (end.Next(now) is { } datagram)
            sent.Add(datagram);
        Assert.InRange(sent.Count, 0, 500);
        return sent;
    }

    private static byte[] Alter(byte[] datagram, SeededRandom random)
    {
        byte[] altered = (byte[])datagram.Clone();
        if (random.Chance(0.3))
            return altered.AsSpan(0, 19 + random.Next(altered.Length - 18)).ToArray();
        int area = random.Chance(0.7) ? Math.Min(60, altered.Length - 19) : altered.Length - 19; // mostly the header
        for (int flips = 1 + random.Next(3); flips > 0; flips--)
            altered[19 + random.Next(area)] ^= (byte)(1 << random.Next(8));
        return altered;
    }

    private static string Forged(SeededRandom random)
    {
        long Number(int most) => random.Chance(0.1) ? (long)(random.NextUInt64() % 1_000_000_000_000_000_000) : random.Next(most);
        string text = $"@s=89abcdef01234567;d={Number(2_000)}";
        if (random.Chance(0.8))
            text += $";o={Number(LinkLimits.StreamWindow)}";
        if (random.Chance(0.5))
            text += $";a={Number(100)}-{Number(300)},{Number(100)}";
        text += random.Chance(0.3) ? ";n=1" : "";
        for (int lines = random.Next(4); lines >= 0; lines--)
            text += $" X{new string('x', random.Next(300))}\n";
        return text;
    }
}
