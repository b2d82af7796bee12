using System;
using System.Buffers;
using System.Collections.Generic;
using CsCheck;
using UdpChat.Protocol.Link;
using UdpChat.Testing;

namespace UdpChat.Protocol.Tests.Link;

public class ReceiveStreamTests
{
    [Fact]
    public void Whatever_the_cuts_the_order_and_the_repetitions_each_byte_comes_out_once_and_in_order() => Gen.ULong.Sample(seed =>
    {
        var random = new SeededRandom(seed);
        byte[] all = random.NextBytes(1 + random.Next(20_000));
        var budget = new MemoryBudget(random.Chance(0.5) ? 1 << 20 : random.Next(5_000));
        var stream = new ReceiveStream(budget);
        var taken = new List<byte>();
        var pieces = new List<(int From, int Length)>();
        for (int cuts = 0; cuts < 2; cuts++) // two ways of cutting, mixed
        {
            for (int at = 0, length; at < all.Length; at += length)
                pieces.Add((at, length = Math.Min(1 + random.Next(1_000), all.Length - at)));
        }
        for (int tries = 0; pieces.Count > 0; tries++)
        {
            Assert.InRange(tries, 0, 20_000);
            int at = random.Next(Math.Min(pieces.Count, 30));
            (int from, int length) = pieces[at];
            bool isKept = stream.TryAdd(from, all.AsSpan(from, length), out ReadOnlySpan<byte> ready);
            taken.AddRange(ready);
            while (stream.TryTakeReady(out byte[] buffer, out int start, out int count))
            {
                taken.AddRange(buffer.AsSpan(start, count));
                ArrayPool<byte>.Shared.Return(buffer);
            }
            Assert.Equal(taken.Count, stream.Next);
            Assert.InRange(budget.Used, stream.HasGap ? 1 : 0, stream.HasGap ? budget.Total : 0);
            if (isKept && random.Chance(0.8)) // else it comes again
                pieces.RemoveAt(at);
        }
        Assert.Equal(all, taken);
        Assert.Equal(0, budget.Used);
    }, iter: 200);

    [Fact]
    public void What_is_too_far_ahead_is_not_kept()
    {
        var budget = new MemoryBudget(1 << 20);
        var stream = new ReceiveStream(budget);
        Assert.False(stream.TryAdd(LinkLimits.StreamWindow, "\n"u8, out _));
        Assert.True(stream.TryAdd(LinkLimits.StreamWindow - 1, "\n"u8, out _));
        Assert.False(stream.TryAdd(999_999_999_999_999_999, "\n"u8, out _));
        Assert.True(stream.HasGap);
    }

    [Fact]
    public void Without_budget_only_what_is_next_is_taken()
    {
        var stream = new ReceiveStream(new MemoryBudget(LinkLimits.EarlySegmentOverhead + 1));
        Assert.False(stream.TryAdd(2, "a\n"u8, out _));
        Assert.False(stream.HasGap);
        Assert.True(stream.TryAdd(0, "b\n"u8, out ReadOnlySpan<byte> ready));
        Assert.Equal(2, ready.Length);
    }

    [Fact]
    public void The_least_lines_in_the_worst_order_take_no_more_memory_than_is_counted_and_no_time()
    {
        var budget = new MemoryBudget(64 << 20);
        var stream = new ReceiveStream(budget);
        int kept = 0;
        for (int offset = LinkLimits.StreamWindow - 1; offset > 0; offset--)
            kept += stream.TryAdd(offset, "\n"u8, out _) ? 1 : 0;
        Assert.Equal(LinkLimits.MaxEarlySegments, kept);
        Assert.Equal(kept * (1 + LinkLimits.EarlySegmentOverhead), budget.Used);
        stream.Release();
        Assert.Equal(0, budget.Used);
        Assert.False(stream.HasGap);
    }

    [Fact]
    public void Released_amid_what_is_ready_it_gives_back_the_rest_once()
    {
        var budget = new MemoryBudget(1 << 20);
        var stream = new ReceiveStream(budget);
        for (int offset = 1; offset < 10; offset++)
            Assert.True(stream.TryAdd(offset, "\n"u8, out _));
        Assert.True(stream.TryAdd(0, "\n"u8, out _));
        Assert.True(stream.TryTakeReady(out _, out _, out _));
        stream.Release();
        Assert.Equal(0, budget.Used);
        Assert.False(stream.TryTakeReady(out _, out _, out _));
    }
}
