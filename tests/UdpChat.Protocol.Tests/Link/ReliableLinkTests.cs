using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using UdpChat.Protocol.Link;
using UdpChat.Protocol.Wire;

namespace UdpChat.Protocol.Tests.Link;

/// <summary>Two sides whose datagrams the test carries itself, one by one.</summary>
public class ReliableLinkTests
{
    private readonly LinkEnd _left = new();
    private readonly LinkEnd _right = new();

    [Fact]
    public void A_line_is_a_datagram_and_its_tags_follow_those_of_the_datagram()
    {
        _left.Write("SENDTO:Annie: hi");
        Assert.Equal("@s=89abcdef01234567;d=1;o=0 SENDTO:Annie: hi\n", Text(Send()));
        _left.Write("@n=5;more SENDTO:Annie: a");
        _left.Write("SENDTO:Annie: b");
        byte[] datagram = Send();
        Assert.Equal("@s=89abcdef01234567;d=2;o=17;n=5;more SENDTO:Annie: a\nSENDTO:Annie: b\n", Text(datagram));
        Assert.Equal(LinkOutcome.NotKept, Closed().Receive(datagram, default));
        _right.Receive(datagram, default);
        Assert.Empty(_right.Received);
    }

    [Fact]
    public void What_counts_as_lost_goes_out_again_with_the_same_bytes_under_a_new_number()
    {
        List<byte[]> sent = SendLines(4);
        Receive(sent[1], sent[2], sent[3]);
        _left.Receive(_right.Next(At(50))!, At(50));
        byte[] again = _left.Next(At(50))!;
        Assert.Equal(Text(sent[0]).Replace(";d=1;", ";d=5;"), Text(again));
        Assert.Null(_left.Next(At(50)));
        Receive(again);
        Assert.Equal(_left.Written, _right.Received);
    }

    [Fact]
    public void Two_overtakers_are_no_loss_but_nine_eighths_of_a_round_trip_are()
    {
        List<byte[]> sent = SendLines(3);
        Receive(sent[1], sent[2]);
        _left.Receive(_right.Next(At(80))!, At(80));
        Assert.Null(_left.Next(At(80)));
        Assert.Equal(At(90), _left.Link.NextTimeout);
        _left.Link.OnTimeout(At(89.9));
        Assert.Null(_left.Next(At(89.9)));
        _left.Link.OnTimeout(At(90));
        Assert.Contains(";d=4;o=0 ", Text(_left.Next(At(90))!));
    }

    [Fact]
    public void A_datagram_that_was_only_late_raises_the_number_that_may_overtake()
    {
        List<byte[]> sent = SendLines(6);
        Receive(sent[1], sent[2], sent[3], sent[4], sent[5]);
        _left.Receive(_right.Next(At(50))!, At(50));
        Assert.NotNull(_left.Next(At(50))); // 1 again, as 7
        Receive(sent[0]);
        _left.Receive(_right.Next(At(51))!, At(51)); // 6 - 1 + 1: six may overtake
        List<byte[]> more = SendLines(7, At(60)); // 8 to 14
        Receive(more[1], more[2], more[3], more[4], more[5]);
        _left.Receive(_right.Next(At(70))!, At(70));
        Assert.Null(_left.Next(At(70)));
        Receive(more[6]);
        _left.Receive(_right.Next(At(71))!, At(71));
        Assert.Contains(";d=15;", Text(_left.Next(At(71))!));
    }

    [Fact]
    public void One_datagram_is_acknowledged_within_25_ms_and_the_second_at_once()
    {
        List<byte[]> sent = SendLines(4);
        Receive(sent[0]);
        Assert.NotNull(_right.Next(default)); // the first of all: nothing says that there was none before
        Receive(sent[1]);
        Assert.False(_right.Link.HasOutput);
        Assert.Equal(LinkLimits.MaxAckDelay, _right.Link.NextTimeout);
        _right.Link.OnTimeout(At(25));
        Assert.Equal("@s=89abcdef01234567;d=2;a=1-2;w=25 ACK:", Text(_right.Next(At(25))!));
        Assert.Equal(TimeSpan.MaxValue, _right.Link.NextTimeout);
        Receive(sent[2]);
        Assert.False(_right.Link.HasOutput);
        Receive(sent[3]);
        Assert.Equal("@s=89abcdef01234567;d=3;a=1-4 ACK:", Text(_right.Next(default)!));
    }

    [Fact]
    public void What_shows_a_gap_or_fills_it_is_acknowledged_at_once()
    {
        List<byte[]> sent = SendLines(5);
        Receive(sent[0]);
        Assert.NotNull(_right.Next(default));
        foreach ((int index, string ranges) in new[] { (2, "3,1"), (4, "5,3,1"), (1, "5,1-3"), (3, "1-5") })
        {
            Receive(sent[index]);
            Assert.Contains($";a={ranges} ACK:", Text(_right.Next(default)!));
        }
        Assert.Equal(_left.Written, _right.Received);
    }

    [Fact]
    public void A_datagram_that_comes_twice_is_dropped_and_acknowledged_again()
    {
        byte[] datagram = SendLines(1)[0];
        Receive(datagram);
        Assert.Contains(";a=1 ACK:", Text(_right.Next(default)!));
        Assert.Equal(LinkOutcome.Duplicate, _right.Receive(datagram, At(10)));
        Assert.Contains(";a=1 ACK:", Text(_right.Next(At(10))!));
        Assert.Single(_right.Received);
    }

    [Fact]
    public void An_acknowledgement_is_not_acknowledged_not_even_the_second_time()
    {
        Receive(SendLines(1)[0]);
        byte[] acknowledgement = _right.Next(default)!;
        Assert.Equal(LinkOutcome.Received, _left.Receive(acknowledgement, default));
        Assert.Equal(LinkOutcome.Duplicate, _left.Receive(acknowledgement, default));
        Assert.True(_left.IsQuiet);
    }

    [Fact]
    public void A_heartbeat_is_acknowledged_at_once_and_again()
    {
        byte[] heartbeat = _left.Control("HEARTBEAT: Bob", default);
        Assert.Equal("@s=89abcdef01234567;d=1 HEARTBEAT: Bob", Text(heartbeat));
        for (int i = 0; i < 2; i++)
        {
            _right.Receive(heartbeat, default);
            Assert.Contains(";a=1 ACK:", Text(_right.Next(default)!));
        }
        Assert.Equal("@s=89abcdef01234567;d=2;forget UNREGISTER: Bob", Text(_left.Control("@forget UNREGISTER: Bob", default)));
        Assert.True(_left.IsQuiet);
    }

    [Theory]
    [InlineData("4")] // never sent
    [InlineData("4,1-3")]
    [InlineData("1-4")]
    [InlineData("999999999999999999")]
    [InlineData("0-3")]
    [InlineData("0")]
    [InlineData("1,3")] // not the largest first
    [InlineData("2-3,2")]
    [InlineData("1-3,1-3")]
    public void An_acknowledgement_of_what_was_never_sent_or_in_disorder_changes_nothing(string ranges)
    {
        SendLines(3);
        TimeSpan due = _left.Link.NextTimeout;
        byte[] datagram = Encoding.UTF8.GetBytes($"@s=89abcdef01234567;d=1;o=0;a={ranges} FROM:Annie: hi\n");
        Assert.Equal(LinkOutcome.Malformed, _left.Receive(datagram, At(10)));
        Assert.Equal((0, due, true, -1), (_left.Link.AcknowledgedOffset, _left.Link.NextTimeout, _left.Link.IsWaiting, _left.Link.LargestReceived));
        Assert.Empty(_left.Received);
        Assert.False(_left.Link.HasOutput);
    }

    [Theory]
    [InlineData("o=0")]
    [InlineData("o=0 ")]
    [InlineData("o=0 FROM:Annie: hi")]
    [InlineData("o=0 FROM:Annie: hi\nFROM:Annie: ")]
    public void Lines_that_are_not_whole_are_malformed(string rest)
    {
        LinkOutcome? outcome = _left.Receive(Encoding.UTF8.GetBytes($"@s=89abcdef01234567;d=1;{rest}"), default);
        Assert.True(outcome is null or LinkOutcome.Malformed);
        Assert.Empty(_left.Received);
        Assert.True(_left.IsQuiet);
    }

    [Fact]
    public void What_cannot_be_kept_is_not_acknowledged_and_may_come_again()
    {
        byte[] early = Encoding.UTF8.GetBytes($"@s=89abcdef01234567;d=2;o={LinkLimits.StreamWindow} X\n");
        Assert.Equal(LinkOutcome.NotKept, _right.Receive(early, default));
        Assert.True(_right.IsQuiet);
        Assert.Equal(-1, _right.Link.LargestReceived);
        Assert.Equal(LinkOutcome.NotKept, _right.Receive(early, default));
    }

    [Fact]
    public void After_a_silence_two_probes_go_out_with_the_oldest_bytes_and_new_ones_whatever_the_window_says()
    {
        for (int i = 0; i < 12; i++)
            _left.Write($"{i:00} {new string('x', 1_090)}");
        for (int i = 0; i < 10; i++)
            Send();
        Assert.False(_left.Link.HasOutput);
        Assert.Equal(At(333 + 4 * 166.5 + 25), _left.Link.NextTimeout);
        _left.Link.OnTimeout(At(1_024));
        Assert.Contains(";d=11;o=0 00 ", Text(_left.Next(At(1_024))!));
        Assert.Contains(";d=12;o=10940 10 ", Text(_left.Next(At(1_024))!));
        Assert.Null(_left.Next(At(1_024)));
        Assert.Equal(At(1_024 * 3), _left.Link.NextTimeout); // twice as long
    }

    [Fact]
    public void Lines_that_many_probes_repeated_in_vain_go_out_again_once()
    {
        SendLines(1);
        TimeSpan now = default;
        for (int i = 0; i < 5; i++)
        {
            now = _left.Link.NextTimeout;
            _left.Link.OnTimeout(now);
            while (_left.Next(now) is not null)
            {
            }
        }
        _left.Write("another");
        string another = Text(_left.Next(now)!);
        string number = another[(another.IndexOf(";d=", StringComparison.Ordinal) + 3)..].Split(';', ' ')[0];
        _left.Receive(Encoding.UTF8.GetBytes($"@s=89abcdef01234567;d=1;a={number} ACK:"), now + At(40));
        Assert.Contains(";o=0 ", Text(_left.Next(now + At(40))!));
        Assert.Null(_left.Next(now + At(40)));
    }

    [Fact]
    public void Pauses_between_probes_grow_to_ten_seconds()
    {
        SendLines(1);
        TimeSpan before = default;
        for (int i = 0; i < 10; i++)
        {
            TimeSpan due = _left.Link.NextTimeout;
            Assert.Equal(At(Math.Min(10_000, 1_024 << i)), due - before);
            _left.Link.OnTimeout(due);
            while (_left.Next(due) is not null)
            {
            }
            before = due;
        }
    }

    [Fact]
    public void All_that_came_is_acknowledged_in_the_end_though_it_did_not_fit_one_datagram()
    {
        // Every other datagram arrives, and the answer is so full that few ranges fit.
        const int First = 100_000_001;
        Receive([.. Enumerable.Range(0, 12).Select(i => Datagram(First + 2 * i, offset: 2 * i))]);
        _right.Write(new string('y', LinkLimits.MaxPayloadBytes - 1));
        Assert.DoesNotContain($",{First} ", Text(_right.Next(default)!));
        // It has arrived, and what it acknowledged; not what it had no room for.
        _right.Receive(Encoding.UTF8.GetBytes("@s=89abcdef01234567;d=200000000;a=1 ACK:"), At(50));
        Receive(Datagram(First + 1, offset: 24));
        Assert.Contains($",{First}-{First + 2} ACK:", Text(_right.Next(default)!));
    }

    [Fact]
    public void What_came_late_is_acknowledged_though_a_later_number_was_already()
    {
        List<byte[]> sent = SendLines(3);
        Receive(sent[0], sent[2]);
        _right.Write("FROM:Annie: hi");
        byte[] answer = _right.Next(default)!;
        Assert.Contains(";a=3,1 ", Text(answer));
        Receive(sent[1]);
        _right.Receive(Encoding.UTF8.GetBytes("@s=89abcdef01234567;d=4;a=1 ACK:"), At(50));
        Assert.Contains(";a=2-3;w=50 ACK:", Text(_right.Next(At(50))!));
    }

    [Fact]
    public void Datagrams_before_those_that_are_remembered_count_as_come()
    {
        for (int number = 1_000; number > 0; number -= 2)
            _right.Link.Note(number);
        for (int number = 1_001; number < 3_000; number += 2)
            _right.Link.Note(number); // one gap more at each
        Assert.Equal(LinkOutcome.Duplicate, _right.Receive("@s=89abcdef01234567;d=1003;o=0 X\n"u8.ToArray(), default));
        Assert.Equal(LinkOutcome.Duplicate, _right.Receive("@s=89abcdef01234567;d=5;o=0 X\n"u8.ToArray(), default));
        Assert.Equal(LinkOutcome.Received, _right.Receive("@s=89abcdef01234567;d=2998;o=0 X\n"u8.ToArray(), default));
        for (int number = 2_900; number < 3_000; number++)
            _right.Link.Note(number); // gaps filled: fewer ranges, but what was forgotten stays so
        Assert.Equal(LinkOutcome.Duplicate, _right.Receive("@s=89abcdef01234567;d=6;o=0 X\n"u8.ToArray(), default));
    }

    [Theory]
    [InlineData(9, false)]
    [InlineData(11, true)]
    public void A_gap_is_forgotten_after_ten_seconds_of_silence(double seconds, bool isForgotten)
    {
        _right.Receive(Datagram(1, 0), default);
        _right.Receive(Datagram(3, 2), default);
        _right.Next(default);
        _right.Receive(Datagram(5, 4), At(seconds * 1_000));
        Assert.Equal(isForgotten ? LinkOutcome.Duplicate : LinkOutcome.Received, _right.Receive(Datagram(2, 6), At(seconds * 1_000)));
        Assert.Equal(LinkOutcome.Received, _right.Receive(Datagram(4, 6), At(seconds * 1_000)));
    }

    [Fact]
    public void A_link_rests_once_all_is_acknowledged_and_goes_on_where_it_was()
    {
        byte[] datagram = Send("one");
        Assert.False(_left.Link.Rest(default));
        Assert.False(_left.Link.IsResting);
        Receive(datagram);
        _left.Receive(_right.Next(At(50))!, At(50));
        Assert.False(_left.Link.Rest(At(50)));
        Assert.True(_left.Link.IsResting);
        _right.Link.Rest(At(50));
        Assert.True(_right.Link.IsResting);
        Assert.Equal((4, 4, 0, LinkLimits.SendBufferBytes), (_left.Link.WrittenOffset, _left.Link.AcknowledgedOffset, _left.Link.UnsentBytes, _left.Link.Room));
        Assert.Equal(At(50), _left.Link.RoundTrip);
        datagram = Send("two");
        Assert.StartsWith("@s=89abcdef01234567;d=2;o=4", Text(datagram));
        Receive(datagram);
        Assert.Equal(["one", "two"], _right.Received);
    }

    [Fact]
    public void What_a_link_gave_back_serves_another_from_where_that_was()
    {
        var pool = new LinkPool(new MemoryBudget(0));
        LinkEnd left = new(pool), right = new(pool);
        left.Write("one");
        right.Receive(left.Next(default)!, default);
        left.Receive(right.Next(default)!, default);
        right.Link.Rest(default);
        left.Link.Rest(default);
        right.Write("two");
        byte[] datagram = right.Next(default)!; // with what was the left one's
        Assert.Contains(";o=0 two", Text(datagram));
        left.Receive(datagram, default);
        Assert.Equal(["two"], left.Received);
    }

    [Fact]
    public void A_link_does_not_rest_while_what_counted_as_lost_may_only_be_late()
    {
        List<byte[]> sent = SendLines(4);
        Receive(sent[1], sent[2], sent[3]);
        _left.Receive(_right.Next(At(50))!, At(50));
        Receive(_left.Next(At(50))!);
        _left.Receive(_right.Next(At(100))!, At(100));
        Assert.True(_left.Link.Rest(At(100)));
        Assert.False(_left.Link.IsResting);
        Assert.False(_left.Link.Rest(At(10_000)));
        Assert.True(_left.Link.IsResting);
    }

    [Fact]
    public void A_link_with_lines_that_came_too_early_keeps_them()
    {
        Receive(Datagram(1, 2));
        Assert.False(_right.Link.Rest(At(60_000)));
        Assert.False(_right.Link.IsResting);
        Receive(Datagram(2, 0));
        Assert.Equal(["X", "X"], _right.Received);
    }

    [Fact]
    public void A_closed_link_takes_nothing_and_says_nothing()
    {
        List<byte[]> sent = SendLines(3);
        _right.Link.Close();
        Assert.Equal(LinkOutcome.NotKept, _right.Receive(sent[0], default));
        Assert.Equal(LinkOutcome.NotKept, _right.Receive(sent[2], default));
        Assert.Empty(_right.Received);
        Assert.Equal(0, _right.Budget.Used);
        Assert.Null(_right.Next(default));
    }

    private static LinkEnd Closed()
    {
        var end = new LinkEnd();
        end.Link.Close();
        return end;
    }

    private static byte[] Datagram(long number, long offset) => Encoding.UTF8.GetBytes($"@s=89abcdef01234567;d={number};o={offset} X\n");

    private List<byte[]> SendLines(int count, TimeSpan now = default)
    {
        var sent = new List<byte[]>();
        for (int i = 0; i < count; i++)
        {
            _left.Write($"SENDTO:Annie: {i}");
            sent.Add(_left.Next(now)!);
        }
        return sent;
    }

    private byte[] Send() => _left.Next(default)!;

    private byte[] Send(string line)
    {
        _left.Write(line);
        return Send();
    }

    private void Receive(params byte[][] datagrams)
    {
        foreach (byte[] datagram in datagrams)
            Assert.Equal(LinkOutcome.Received, _right.Receive(datagram, default));
    }

    private static string Text(byte[] datagram) => Utf8.GetString(datagram);

    private static TimeSpan At(double milliseconds) => TimeSpan.FromTicks((long)(milliseconds * TimeSpan.TicksPerMillisecond));
}
