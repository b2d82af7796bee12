using System;
using System.Collections.Generic;
using System.Linq;
using UdpChat.Protocol.Client;

namespace UdpChat.Protocol.Tests.Client;

public class HeartbeatTests
{
    [Theory]
    [InlineData(30)]
    [InlineData(1)]
    [InlineData(3600)]
    public void A_heartbeat_follows_after_the_interval_less_3_to_10_percent(int seconds)
    {
        var interval = TimeSpan.FromSeconds(seconds);
        var waits = new List<double>();
        for (ulong seed = 1; seed <= 50; seed++)
        {
            var client = new ClientFixture(ClientFixture.Options() with { HeartbeatInterval = interval }, seed);
            client.Connect();
            for (int i = 0; i < 10; i++)
            {
                TimeSpan wait = client.Tick();
                Assert.InRange(wait, new TimeSpan(interval.Ticks * 9 / 10), interval);
                waits.Add(wait.TotalSeconds / seconds);
                Assert.Equal(ClientFixture.Heartbeat, client.Sent()[0]);
                client.Receive(client.Echo);
            }
        }
        // Spread over all of that, so that the heartbeats of many clients do not come together.
        Assert.InRange(waits.Min(), 0.9, 0.91);
        Assert.InRange(waits.Max(), 0.965, 0.97);
        Assert.InRange(waits.Average(), 0.93, 0.94);
    }

    [Fact]
    public void Every_second_heartbeat_comes_with_an_echo()
    {
        var client = Connected();
        for (int i = 0; i < 10; i++)
        {
            client.Tick();
            Assert.Equal(i % 2 == 0 ? [ClientFixture.Heartbeat] : [ClientFixture.Heartbeat, "echo"], client.Sent());
            if (i % 2 != 0)
            {
                client.Receive(client.Echo);
                Assert.Equal(["echo returned"], client.Events());
            }
        }
        Assert.Equal(ChatConnectionState.Connected, client.Machine.State);
    }

    [Fact]
    public void Each_echo_of_a_heartbeat_has_a_nonce_of_its_own()
    {
        var client = Connected();
        string first = client.Echo;
        client.Tick();
        client.Tick();
        Assert.NotEqual(first, client.Echo);
        client.Receive(first);
        Assert.Empty(client.Events());
    }

    [Fact]
    public void An_echo_that_stays_away_is_repeated_after_1_2_and_4_seconds_with_a_heartbeat()
    {
        var client = WaitingForEcho();
        string echo = client.Echo;
        foreach (int seconds in new[] { 1, 2, 4 })
        {
            Assert.Equal(TimeSpan.FromSeconds(seconds), client.Tick());
            Assert.Equal([ClientFixture.Heartbeat, "echo"], client.Sent());
            Assert.Equal(echo, client.Echo);
            Assert.Empty(client.Events());
        }
        Assert.Equal(TimeSpan.FromSeconds(8), client.Tick());
        Assert.Empty(client.Sent());
        Assert.Equal(["reconnecting: NoAnswer", "path wanted"], client.Events());
        Assert.Equal(ChatConnectionState.Reconnecting, client.Machine.State);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void One_echo_that_comes_back_is_enough(int repeats)
    {
        var client = WaitingForEcho();
        for (int i = 0; i < repeats; i++)
            client.Tick();
        client.Sent();
        client.Receive(client.Echo);
        Assert.Equal(["echo returned"], client.Events());
        client.Tick();
        Assert.Equal([ClientFixture.Heartbeat], client.Sent());
        Assert.Equal(ChatConnectionState.Connected, client.Machine.State);
    }

    [Fact]
    public void A_heartbeat_while_an_echo_is_waited_for_sends_no_second_and_does_not_begin_anew()
    {
        // Heartbeats come faster here than an echo is given up.
        var client = new ClientFixture(ClientFixture.Options() with { HeartbeatInterval = TimeSpan.FromSeconds(1) });
        client.Connect();
        client.RunTo(TimeSpan.FromSeconds(2));
        int echoes = 0;
        while (client.Machine.State == ChatConnectionState.Connected)
        {
            client.Tick();
            echoes += client.Sent().Count(datagram => datagram == "echo");
        }
        Assert.InRange(client.Now, TimeSpan.FromSeconds(16.8), TimeSpan.FromSeconds(17));
        Assert.InRange(echoes, 3, 4);
    }

    [Fact]
    public void A_probe_is_an_echo_at_once()
    {
        var client = Connected();
        client.Probe();
        Assert.Equal(["echo"], client.Sent());
        client.Receive(client.Echo);
        Assert.Equal(["echo returned"], client.Events());
    }

    [Fact]
    public void A_probe_that_stays_away_is_repeated_as_any_echo()
    {
        var client = Connected();
        client.Probe();
        client.Sent();
        Assert.Equal(TimeSpan.FromSeconds(1), client.Tick());
        Assert.Equal([ClientFixture.Heartbeat, "echo"], client.Sent());
    }

    [Fact]
    public void However_often_it_is_probed_a_relay_that_never_answers_is_given_up_after_15_seconds()
    {
        var client = Connected();
        for (int i = 0; client.Machine.State == ChatConnectionState.Connected; i++)
        {
            client.Probe();
            client.RunTo(TimeSpan.FromSeconds(0.3 * i));
        }
        Assert.InRange(client.Now, TimeSpan.FromSeconds(15), TimeSpan.FromSeconds(15.3));
        Assert.Equal(["reconnecting: NoAnswer", "path wanted"], client.Events());
    }

    [Fact]
    public void An_echo_that_a_later_probe_has_overtaken_lengthens_the_wait_and_only_the_last_ends_it()
    {
        var client = Connected();
        client.Probe();
        string first = client.Echo;
        client.RunTo(TimeSpan.FromSeconds(0.5));
        client.Probe();
        client.RunTo(TimeSpan.FromSeconds(0.9));
        client.Receive(first);
        Assert.Empty(client.Events());
        client.Sent();
        Assert.Equal(TimeSpan.FromSeconds(1), client.Tick());
        Assert.Equal([ClientFixture.Heartbeat, "echo"], client.Sent());
        client.Receive(client.Echo);
        Assert.Equal(["echo returned"], client.Events());
    }

    [Fact]
    public void A_doubled_echo_of_an_earlier_probe_does_not_lengthen_the_wait()
    {
        var client = Connected();
        client.Probe();
        string earlier = client.Echo;
        client.Receive(earlier);
        client.Probe();
        client.RunTo(TimeSpan.FromSeconds(0.9));
        client.Receive(earlier);
        Assert.Equal(["echo returned"], client.Events());
        Assert.Equal(TimeSpan.FromSeconds(0.1), client.Tick());
    }

    [Fact]
    public void A_socket_error_while_connected_is_only_a_hint_and_asks_whether_messages_pass()
    {
        var client = Connected();
        client.PathFailed();
        Assert.Equal(["echo"], client.Sent());
        client.PathFailed();
        client.PathFailed();
        Assert.Empty(client.Sent());
        Assert.Equal(ChatConnectionState.Connected, client.Machine.State);
        client.Receive(client.Echo);
        client.PathFailed();
        Assert.Equal(["echo"], client.Sent());
    }

    [Fact]
    public void A_tick_too_early_does_nothing()
    {
        var client = Connected();
        client.TickAt(TimeSpan.FromSeconds(26.9));
        Assert.Empty(client.Sent());
    }

    private static ClientFixture Connected()
    {
        var client = new ClientFixture();
        client.Connect();
        return client;
    }

    private static ClientFixture WaitingForEcho()
    {
        ClientFixture client = Connected();
        client.Tick();
        client.Tick();
        Assert.Equal([ClientFixture.Heartbeat, ClientFixture.Heartbeat, "echo"], client.Sent());
        return client;
    }
}
