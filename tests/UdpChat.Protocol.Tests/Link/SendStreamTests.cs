using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using CsCheck;
using UdpChat.Protocol.Link;
using UdpChat.Testing;

namespace UdpChat.Protocol.Tests.Link;

public class SendStreamTests
{
    [Fact]
    public void It_keeps_what_is_not_acknowledged_whatever_is_written_and_acknowledged_between() => Gen.ULong.Sample(seed =>
    {
        var random = new SeededRandom(seed);
        var stream = new SendStream();
        var all = new List<byte>();
        var acknowledged = new HashSet<long>();
        for (int step = 0; step < 300; step++)
        {
            if (random.Chance(0.6))
            {
                byte[] line = [.. Enumerable.Repeat((byte)('a' + random.Next(26)), random.Next(LinkLimits.MaxPayloadBytes)), (byte)'\n'];
                if (stream.Room < line.Length)
                    continue;
                line.CopyTo(stream.Reserve(LinkLimits.MaxPayloadBytes));
                stream.Commit(line.Length);
                all.AddRange(line);
            }
            else if (stream.End > stream.Acknowledged)
            {
                long offset = Math.Max(0, stream.Acknowledged - 500) + random.Next((int)Math.Min(4_000, stream.End - stream.Acknowledged));
                int length = (int)Math.Min(1 + random.Next(1_000), stream.End - offset);
                stream.Acknowledge(offset, length);
                for (long i = offset; i < offset + length; i++)
                    acknowledged.Add(i);
            }
            long through = stream.Acknowledged;
            Assert.Equal(all.Count, stream.End);
            Assert.True(through == stream.End || !acknowledged.Contains(through));
            Assert.True(through == 0 || acknowledged.Contains(through - 1));
            Assert.Equal(LinkLimits.SendBufferBytes - (int)(stream.End - through), stream.Room);
            if (through == stream.End)
                continue;
            int at = (int)through + random.Next((int)(stream.End - through));
            Assert.Equal(acknowledged.Contains(at), stream.IsAcknowledged(at));
            int count = Math.Min(1_000, all.Count - at);
            Assert.True(stream.Read(at, count).SequenceEqual(all.GetRange(at, count).ToArray()));
        }
    }, iter: 100);

    [Fact]
    public void An_acknowledgement_over_several_others_loses_none()
    {
        SendStream stream = Of(new string('x', 99));
        stream.Acknowledge(10, 10);
        stream.Acknowledge(30, 10);
        stream.Acknowledge(50, 1);
        stream.Acknowledge(0, 30);
        Assert.Equal(40, stream.Acknowledged);
        stream.Acknowledge(35, 30);
        Assert.Equal(65, stream.Acknowledged);
    }

    [Fact]
    public void Lines_are_whole_and_as_many_as_fit()
    {
        string[] lines = [new('a', 500), new('b', 500), new('c', 101), new('d', 1_103), new('e', 1_102), "", "f"];
        SendStream stream = Of(lines);
        Assert.Equal([3, 1, 2, 1], Cut(stream));
    }

    [Fact]
    public void A_released_stream_can_be_written_still()
    {
        SendStream stream = Of("one", "two");
        stream.Release();
        "three\n"u8.CopyTo(stream.Reserve(6));
        stream.Commit(6);
        Assert.Equal("three\n", Encoding.UTF8.GetString(stream.Read(8, 6)));
    }

    private static SendStream Of(params string[] lines)
    {
        var stream = new SendStream();
        foreach (string line in lines)
        {
            byte[] bytes = Encoding.UTF8.GetBytes($"{line}\n");
            bytes.CopyTo(stream.Reserve(bytes.Length));
            stream.Commit(bytes.Length);
        }
        return stream;
    }

    private static List<int> Cut(SendStream stream)
    {
        var counts = new List<int>();
        for (long offset = 0; offset < stream.End;)
        {
            ReadOnlySpan<byte> lines = stream.ReadLines(offset);
            Assert.InRange(lines.Length, 1, LinkLimits.MaxPayloadBytes);
            Assert.Equal((byte)'\n', lines[^1]);
            counts.Add(Encoding.UTF8.GetString(lines).Count(c => c == '\n'));
            offset += lines.Length;
        }
        return counts;
    }
}
