using System;
using System.Text;
using UdpChat.Protocol.Link;
using UdpChat.Testing;

namespace UdpChat.Protocol.Tests.Link;

/// <summary>Two links over a network where everything goes wrong by chance. What fails is told with its seed, which repeats it.</summary>
public class HostileLinkTests
{
    private const int Seeds = 300;

    [Fact]
    public void Every_line_arrives_once_and_in_order_and_then_there_is_silence() => ForEachSeed(Seeds, (pair, random) =>
    {
        int lines = 1 + random.Next(random.Chance(0.1) ? 3_000 : 200);
        var span = TimeSpan.FromSeconds(random.Next(20));
        for (int i = 0; i < lines; i++)
        {
            LinkEnd end = random.Chance(0.5) ? pair.Left : pair.Right;
            string line = Line(random, i);
            pair.At(random.Between(TimeSpan.Zero, span), () => end.Write(line));
        }
        for (int pauses = random.Next(4); pauses > 0; pauses--)
        {
            TimeSpan from = random.Between(TimeSpan.Zero, span);
            pair.At(from, () => pair.IsCut = true);
            pair.At(from + TimeSpan.FromSeconds(random.NextDouble() * 10), () => pair.IsCut = false);
        }
        Assert.True(pair.RunUntilQuiet(TimeSpan.FromHours(1)));
        pair.AllHasArrived();
        Assert.InRange(pair.MostKept, 0, LinkLimits.StreamWindow + LinkLimits.MaxEarlySegments * LinkLimits.EarlySegmentOverhead);
    });

    [Fact]
    public void Lines_that_answer_lines_arrive_too() => ForEachSeed(50, (pair, random) =>
    {
        pair.Right.OnLine = line => pair.Right.Write($"{line} back");
        for (int i = 0; i < 200; i++)
            pair.At(TimeSpan.FromMilliseconds(random.Next(5_000)), () => pair.Left.Write($"ping {pair.Left.Written.Count}"));
        Assert.True(pair.RunUntilQuiet(TimeSpan.FromHours(1)));
        pair.AllHasArrived();
        Assert.Equal(200, pair.Left.Received.Count);
    });

    [Fact]
    public void The_path_may_change_at_any_time() => ForEachSeed(50, (pair, random) =>
    {
        for (int i = 0; i < 300; i++)
        {
            pair.At(TimeSpan.FromMilliseconds(random.Next(5_000)), () => pair.Left.Write(Line(random, 0)));
            if (i % 10 == 0)
                pair.At(TimeSpan.FromMilliseconds(random.Next(5_000)), pair.Left.Link.ResetPath);
        }
        Assert.True(pair.RunUntilQuiet(TimeSpan.FromHours(1)));
        pair.AllHasArrived();
    });

    [Fact]
    public void Links_that_rest_between_lines_lose_none_and_rest_in_the_end() => ForEachSeed(100, (pair, random) =>
    {
        pair.LetsRest = true;
        for (int i = 0; i < 100; i++)
        {
            LinkEnd end = random.Chance(0.5) ? pair.Left : pair.Right;
            string line = Line(random, i);
            pair.At(TimeSpan.FromMilliseconds(random.Next(300_000)), () => end.Write(line));
        }
        Assert.True(pair.RunUntilQuiet(TimeSpan.FromHours(1)));
        pair.At(pair.Now + TimeSpan.FromHours(1), () => { });
        Assert.True(pair.RunUntilQuiet(TimeSpan.FromHours(3)));
        pair.AllHasArrived();
        Assert.True(pair.Left.Link.IsResting && pair.Right.Link.IsResting);
        Assert.InRange(pair.Rests, 3, int.MaxValue);
    });

    [Fact]
    public void A_network_that_doubles_everything_does_not_keep_two_links_talking()
    {
        var pair = new LinkPair(1, new LinkConditions { Duplication = 1, MinDelay = TimeSpan.FromMilliseconds(5), MaxDelay = TimeSpan.FromMilliseconds(5) });
        pair.Left.Write("SENDTO:Annie: hi");
        Assert.True(pair.RunUntilQuiet(TimeSpan.FromSeconds(1)));
        Assert.Equal(["SENDTO:Annie: hi"], pair.Right.Received);
        Assert.InRange(pair.Right.SentDatagrams, 1, 2);
        Assert.Equal(1, pair.Left.SentDatagrams);
    }

    [Fact]
    public void A_side_that_closes_amid_the_lines_of_a_datagram_takes_no_more_and_gives_its_memory_back() => ForEachSeed(100, (pair, random) =>
    {
        int last = random.Next(500);
        pair.Right.OnLine = _ =>
        {
            if (pair.Right.Received.Count == last + 1)
                pair.Right.Link.Close();
        };
        for (int i = 0; i < 500; i++)
            pair.Left.Write(Line(random, i));
        pair.RunUntilQuiet(TimeSpan.FromMinutes(10));
        Assert.Equal(last + 1, pair.Right.Received.Count);
        Assert.Equal(0, pair.Right.Budget.Used);
        Assert.False(pair.Right.Link.HasOutput);
        Assert.Equal(TimeSpan.MaxValue, pair.Right.Link.NextTimeout);
    });

    private static string Line(SeededRandom random, int number)
    {
        string start = random.Chance(0.5) ? $"@n={number};more SENDTO:Annie: " : random.Chance(0.9) ? $"SENDTO:Annie: {number}" : "";
        int most = random.Chance(0.1) ? LinkLimits.MaxPayloadBytes - 1 : 100;
        var line = new StringBuilder(start);
        for (int more = random.Next(most + 1 - Math.Min(most, start.Length)); more > 0; more--)
            line.Append((char)(' ' + random.Next(94)));
        return start.Length == 0 ? $"X{line.ToString(0, Math.Min(line.Length, most - 1))}" : line.ToString();
    }

    private static void ForEachSeed(int seeds, Action<LinkPair, SeededRandom> story)
    {
        for (ulong seed = 1; seed <= (ulong)seeds; seed++)
        {
            var random = new SeededRandom(seed);
            var min = TimeSpan.FromMilliseconds(random.Next(100));
            var conditions = new LinkConditions
            {
                Loss = random.Chance(0.2) ? 0 : random.NextDouble() * 0.5,
                Duplication = random.Chance(0.5) ? 0 : random.NextDouble() * 0.5,
                MinDelay = min,
                MaxDelay = min + (random.Chance(0.1) ? TimeSpan.FromSeconds(3) : TimeSpan.FromMilliseconds(random.Next(100))),
            };
            var pair = new LinkPair(random.NextUInt64(), conditions) { Late = random.Chance(0.5) ? 0 : random.NextDouble() * 0.5 };
            try
            {
                story(pair, random);
            }
            catch (Exception e)
            {
                throw new SimulationException($"Seed {seed}, {conditions}, at {pair.Now}: {e.Message}", e);
            }
        }
    }
}
