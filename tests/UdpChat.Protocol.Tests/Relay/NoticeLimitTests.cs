using System;
using System.Text;
using UdpChat.Protocol.Relay;
using static UdpChat.Protocol.Relay.NoticeOutcome;

namespace UdpChat.Protocol.Tests.Relay;

public class NoticeLimitTests
{
    [Fact]
    public void A_source_prefix_gets_twenty_seconds_worth_of_notices_at_once_and_then_its_rate()
    {
        var relay = new RelayFixture(new RelayOptions { NoticesPerSecondPerPrefix = 5 });
        Assert.Equal(100, Notices(relay, 1, 200));
        relay.Now = TimeSpan.FromSeconds(0.199);
        Assert.Equal(0, Notices(relay, 1, 20));
        relay.Now = TimeSpan.FromSeconds(0.2);
        Assert.Equal(1, Notices(relay, 1, 20));
        relay.Now = TimeSpan.FromSeconds(3.2);
        Assert.Equal(15, Notices(relay, 1, 20));
        relay.Now = TimeSpan.FromHours(1);
        Assert.Equal(100, Notices(relay, 1, 200));
    }

    [Fact]
    public void What_is_held_back_is_counted_and_its_datagrams_too()
    {
        var relay = new RelayFixture(new RelayOptions { NoticesPerSecondPerPrefix = 5, NoticesPerSecond = 120 });
        Notices(relay, 1, 200);
        Assert.Equal((100, 100, 0), Counters(relay));
        Notices(relay, 2, 30);
        Assert.Equal((120, 100, 10), Counters(relay));
        Assert.Equal(230, relay.Machine.Counters[DatagramOutcome.Malformed]);
        Assert.Equal(relay.Received, relay.Counted);
    }

    [Fact]
    public void One_source_prefix_takes_nothing_from_another()
    {
        var relay = new RelayFixture(new RelayOptions { NoticesPerSecondPerPrefix = 5 });
        Notices(relay, 1, 200);
        Assert.Equal(100, Notices(relay, 2, 200));
    }

    [Fact]
    public void The_ports_of_an_address_and_the_addresses_of_an_IPv6_site_share_a_limit()
    {
        var relay = new RelayFixture(new RelayOptions { NoticesPerSecondPerPrefix = 5 });
        int sent = 0;
        for (ushort port = 1; port <= 200; port++)
            sent += relay.Receive(PeerAddress.FromIPv4(0x0A00_0001, port), "?"u8) is null ? 0 : 1;
        Assert.Equal(100, sent);
        sent = 0;
        for (ushort host = 1; host <= 300; host++)
            sent += relay.Receive(new PeerAddress(0x2001_0DB8_0000_0000ul + host % 256u, host, 9, 0), "?"u8) is null ? 0 : 1;
        Assert.Equal(100, sent);
    }

    [Fact]
    public void The_relay_sends_one_seconds_worth_of_notices_at_once_and_then_its_rate()
    {
        var relay = new RelayFixture(new RelayOptions { NoticesPerSecond = 20, NoticesPerSecondPerPrefix = 0 });
        Assert.Equal(20, Notices(relay, 1, 10) + Notices(relay, 2, 10) + Notices(relay, 3, 10));
        relay.Now = TimeSpan.FromSeconds(0.25);
        Assert.Equal(5, Notices(relay, 4, 10));
        relay.Now = TimeSpan.FromHours(1);
        Assert.Equal(20, Notices(relay, 5, 40));
    }

    [Fact]
    public void What_the_relay_holds_back_is_not_taken_from_the_source_prefix()
    {
        var relay = new RelayFixture(new RelayOptions { NoticesPerSecond = 10, NoticesPerSecondPerPrefix = 1 });
        Notices(relay, 1, 10);
        Assert.Equal(0, Notices(relay, 2, 100));
        relay.Now = TimeSpan.FromSeconds(1);
        Assert.Equal(10, Notices(relay, 2, 100));
    }

    [Fact]
    public void The_limits_can_be_lifted()
    {
        var relay = new RelayFixture(RelayFixture.WithoutNoticeLimits);
        Assert.Equal(10_000, Notices(relay, 1, 10_000));
    }

    [Fact]
    public void Messages_are_no_notices_and_are_never_held_back()
    {
        var relay = new RelayFixture(new RelayOptions { NoticesPerSecondPerPrefix = 1, NoticesPerSecond = 1 });
        relay.Register(1, "Bob");
        for (int i = 0; i < 1_000; i++)
            relay.Forwards(1, "SENDTO:Bob: hi", 1, "FROM:Bob: hi");
    }

    [Fact]
    public void What_is_held_back_happens_all_the_same()
    {
        var relay = new RelayFixture(new RelayOptions { NoticesPerSecondPerPrefix = 1, NoticesPerSecond = 1 });
        Notices(relay, 1, 10);
        Assert.Null(relay.Receive(1, "REGISTER: Bob"));
        Assert.Equal(DatagramOutcome.Registered, relay.Outcome);
        relay.Forwards(1, "SENDTO:Bob: hi", 1, "FROM:Bob: hi");
    }

    [Fact]
    public void By_default_1_000_clients_at_one_address_are_told_that_they_are_not_registered_and_register_all_at_once()
    {
        var relay = new RelayFixture();
        for (ushort port = 1; port <= 1_000; port++)
            Assert.NotNull(relay.Receive(PeerAddress.FromIPv4(0x0A00_0001, port), Encoding.UTF8.GetBytes($"HEARTBEAT: user{port}")));
        for (ushort port = 1; port <= 1_000; port++)
            relay.Receive(PeerAddress.FromIPv4(0x0A00_0001, port), Encoding.UTF8.GetBytes($"REGISTER: user{port}"));
        Assert.Equal(1_000, relay.Machine.ClientCount);
    }

    /// <summary>Sends what makes a notice.</summary>
    /// <returns>How many notices were sent.</returns>
    private static int Notices(RelayFixture relay, int peer, int datagrams)
    {
        int sent = 0;
        for (int i = 0; i < datagrams; i++)
            sent += relay.Receive(peer, "?"u8) is null ? 0 : 1;
        return sent;
    }

    private static (long Sent, long PrefixLimited, long TotalLimited) Counters(RelayFixture relay) =>
        (relay.Machine.Counters[Sent], relay.Machine.Counters[PrefixLimited], relay.Machine.Counters[TotalLimited]);
}
