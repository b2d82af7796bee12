using System;
using System.Globalization;
using UdpChat.Protocol.Relay;
using UdpChat.Testing;

namespace UdpChat.Protocol.Tests.Relay;

public class SweepTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(60)]
    [InlineData(61.5)]
    [InlineData(86_400)]
    public void A_silent_client_is_removed_after_the_client_timeout_and_at_most_a_64th_of_it_later(double seconds)
    {
        var timeout = TimeSpan.FromSeconds(seconds);
        var random = new SeededRandom(7);
        for (int i = 0; i < 200; i++)
        {
            // Neither the last sign of life nor the sweeps keep step with the relay's own ticks.
            var relay = new RelayFixture(new RelayOptions { ClientTimeout = timeout });
            relay.Now = random.Between(TimeSpan.Zero, TimeSpan.FromDays(3));
            relay.Register(1, "Bob");
            TimeSpan lastSign = relay.Now;
            relay.Now += random.Between(TimeSpan.Zero, relay.Machine.SweepInterval);
            while (relay.Machine.ClientCount > 0)
            {
                relay.Now += relay.Machine.SweepInterval;
                relay.Machine.Sweep(relay.Clock);
            }
            Assert.InRange(relay.Now - lastSign, timeout, timeout + new TimeSpan(timeout.Ticks / 64) + TimeSpan.FromMilliseconds(1));
            Assert.Equal(1, relay.Machine.Counters.Evicted);
        }
    }

    [Fact]
    public void A_removed_client_is_unknown_and_its_name_is_free()
    {
        var relay = new RelayFixture();
        relay.Register(1, "Bob");
        relay.Now = TimeSpan.FromSeconds(62);
        Assert.False(relay.Machine.Sweep(relay.Clock));
        relay.Answers(1, "HEARTBEAT: Bob", DatagramOutcome.HeartbeatNotRegistered, "INFO: You are not registered, please register again.");
        relay.Register(2, "Bob");
    }

    [Theory]
    [InlineData("HEARTBEAT: Bob")]
    [InlineData("HEARTBEAT: Carl")]
    [InlineData("REGISTER: Bob")]
    [InlineData("REGISTER: Annie")]
    [InlineData("REGISTER: B b")]
    [InlineData("SENDTO:Annie: hi")]
    [InlineData("SENDTO:Nobody: hi")]
    [InlineData("UNREGISTER: Carl")]
    [InlineData("FROM:Annie: hi")]
    [InlineData("INFO: hi")]
    [InlineData("")]
    [InlineData("\0")]
    [InlineData("@")]
    [InlineData("hello")]
    public void Any_datagram_of_a_client_is_a_sign_of_life(string datagram)
    {
        var relay = new RelayFixture();
        relay.Register(1, "Bob");
        relay.Register(2, "Annie");
        for (int seconds = 30; seconds <= 300; seconds += 30)
        {
            relay.Now = TimeSpan.FromSeconds(seconds);
            relay.Receive(1, datagram);
            relay.Receive(2, "HEARTBEAT: Annie");
            relay.Machine.Sweep(relay.Clock);
            Assert.Equal(2, relay.Machine.ClientCount);
        }
    }

    [Fact]
    public void What_others_send_is_no_sign_of_life()
    {
        var relay = new RelayFixture();
        relay.Register(1, "Bob");
        relay.Register(2, "Annie");
        for (int seconds = 10; seconds <= 70; seconds += 10)
        {
            relay.Now = TimeSpan.FromSeconds(seconds);
            relay.Receive(2, "SENDTO:Bob: hi");
            relay.Receive(2, "REGISTER: Bob");
            relay.Receive(3, "HEARTBEAT: Bob");
        }
        relay.Machine.Sweep(relay.Clock);
        relay.Answers(2, "SENDTO:Bob: hi", DatagramOutcome.NoSuchUser, "INFO: There is no user Bob here, your message was not sent.");
    }

    [Fact]
    public void Only_the_silent_are_removed_wherever_they_stand()
    {
        const int Clients = 10 * (RelayMachine.MaxSweep - 1);
        var relay = new RelayFixture(RelayFixture.WithoutNoticeLimits);
        for (int i = 0; i < Clients; i++)
            relay.Register(i, "user" + i.ToString(CultureInfo.InvariantCulture));
        relay.Now = TimeSpan.FromSeconds(40);
        for (int i = 0; i < Clients; i++)
        {
            if (i % 10 != 3)
                relay.Receive(i, "HEARTBEAT: user" + i.ToString(CultureInfo.InvariantCulture));
        }
        relay.Now = TimeSpan.FromSeconds(62);
        // One call could look at no more than MaxSweep clients; it finds all the silent ones and knows that they were all.
        Assert.False(relay.Machine.Sweep(relay.Clock));
        Assert.Equal(Clients / 10, relay.Machine.Counters.Evicted);
        for (int i = 0; i < Clients; i++)
        {
            relay.Receive(i, "HEARTBEAT: user" + i.ToString(CultureInfo.InvariantCulture));
            Assert.Equal(i % 10 == 3 ? DatagramOutcome.HeartbeatNotRegistered : DatagramOutcome.Heartbeat, relay.Outcome);
        }
    }

    [Fact]
    public void One_sweep_removes_a_bounded_number_and_says_whether_there_may_be_more()
    {
        var relay = new RelayFixture();
        for (int i = 0; i < 2 * RelayMachine.MaxSweep + 1; i++)
            relay.Register(i, "user" + i.ToString(CultureInfo.InvariantCulture));
        relay.Now = TimeSpan.FromHours(1);
        Assert.True(relay.Machine.Sweep(relay.Clock));
        Assert.Equal(RelayMachine.MaxSweep + 1, relay.Machine.ClientCount);
        Assert.True(relay.Machine.Sweep(relay.Clock));
        Assert.Equal(1, relay.Machine.ClientCount);
        Assert.False(relay.Machine.Sweep(relay.Clock));
        Assert.Equal(0, relay.Machine.ClientCount);
        Assert.False(relay.Machine.Sweep(relay.Clock));
    }

    [Fact]
    public void A_relay_that_runs_for_years_counts_its_ticks_past_their_end()
    {
        // Ticks are 32 bits: with the shortest timeout they begin anew after about a year.
        var options = new RelayOptions { ClientTimeout = RelayOptions.MinClientTimeout };
        TimeSpan tick = new RelayFixture(options).Machine.SweepInterval;
        var relay = new RelayFixture(options) { Now = new TimeSpan(tick.Ticks * (1L << 32)) - TimeSpan.FromSeconds(0.5) };
        relay.Register(1, "Bob");
        relay.Now += TimeSpan.FromSeconds(0.9);
        relay.Machine.Sweep(relay.Clock);
        Assert.Equal(1, relay.Machine.ClientCount);
        relay.Now += TimeSpan.FromSeconds(0.2);
        relay.Machine.Sweep(relay.Clock);
        Assert.Equal(0, relay.Machine.ClientCount);
    }
}
