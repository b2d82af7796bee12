using System;
using CsCheck;
using UdpChat.Protocol.Link;

namespace UdpChat.Protocol.Tests.Link;

/// <summary>The expected values are computed by hand from RFC 9002, 7 and B.</summary>
public class CongestionWindowTests
{
    private const int Datagram = LinkLimits.MaxDatagramBytes;

    [Fact]
    public void At_first_it_holds_ten_datagrams_and_doubles_in_a_round_trip()
    {
        var window = new CongestionWindow();
        Assert.Equal(10, Fill(ref window, 0));
        Acknowledge(ref window, 10, 0);
        Assert.Equal((20 * Datagram, 0), (window.Size, window.InFlight));
        Assert.Equal(20, Fill(ref window, 1));
    }

    [Fact]
    public void A_loss_halves_it_once_for_all_that_was_under_way_and_then_it_grows_by_a_datagram_a_round_trip()
    {
        var window = new CongestionWindow();
        Fill(ref window, 0);
        window.Lost(Datagram, Seconds(0), Seconds(1));
        Assert.Equal(5 * Datagram, window.Size);
        window.Lost(Datagram, Seconds(1), Seconds(2));
        Acknowledge(ref window, 8, 0);
        Assert.Equal((5 * Datagram, 0), (window.Size, window.InFlight));
        Assert.Equal(5, Fill(ref window, 3));
        Acknowledge(ref window, 5, 3);
        Assert.InRange(window.Size, 5.8 * Datagram, 6 * Datagram);
        window.Sent(Datagram, Seconds(4));
        window.Lost(Datagram, Seconds(4), Seconds(5));
        Assert.InRange(window.Size, 2.9 * Datagram, 3 * Datagram);
    }

    [Fact]
    public void The_least_window_grows_too_and_each_acknowledgement_counts()
    {
        var window = new CongestionWindow();
        window.Sent(Datagram, Seconds(0));
        window.Lost(Datagram, Seconds(0), Seconds(0));
        window.Collapse();
        Assert.Equal(2, Fill(ref window, 1));
        Acknowledge(ref window, 2, 1);
        Assert.Equal(4 * Datagram, window.Size);
    }

    [Fact]
    public void A_window_that_was_not_full_does_not_grow()
    {
        var window = new CongestionWindow();
        for (int i = 0; i < 8; i++)
            window.Sent(Datagram, Seconds(0));
        Acknowledge(ref window, 8, 0);
        Assert.Equal(10 * Datagram, window.Size);
    }

    [Fact]
    public void What_is_discarded_changes_only_what_is_under_way()
    {
        var window = new CongestionWindow();
        window.Sent(500, Seconds(0));
        window.Discarded(500);
        Assert.Equal((10 * Datagram, 0), (window.Size, window.InFlight));
    }

    [Fact]
    public void Whatever_happens_it_holds_two_datagrams_and_does_not_grow_without_end() => Gen.Int[0, 9].Array[0, 400].Sample(steps =>
    {
        var window = new CongestionWindow();
        for (int i = 0; i < steps.Length; i++)
        {
            if (steps[i] < 6 && window.HasRoom)
                Fill(ref window, i);
            else if (steps[i] < 8 && window.InFlight >= Datagram)
                Acknowledge(ref window, window.InFlight / Datagram, i - 1);
            else if (window.InFlight >= Datagram)
                window.Lost(Datagram, Seconds(i - 1), Seconds(i));
            else if (steps[i] == 9)
                window.Collapse();
            Assert.InRange(window.Size, LinkLimits.MinWindow, LinkLimits.StreamWindow + Datagram);
        }
    }, iter: 1_000);

    private static int Fill(ref CongestionWindow window, int at)
    {
        int sent = 0;
        for (; window.HasRoom; sent++)
            window.Sent(Datagram, Seconds(at));
        return sent;
    }

    private static void Acknowledge(ref CongestionWindow window, int count, int sentAt)
    {
        for (; count > 0; count--)
            window.Acknowledged(Datagram, Seconds(sentAt));
    }

    private static TimeSpan Seconds(int seconds) => TimeSpan.FromSeconds(seconds);
}
