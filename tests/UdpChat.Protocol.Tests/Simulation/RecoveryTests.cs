using System;
using System.Globalization;
using System.Linq;
using UdpChat.Protocol.Client;
using UdpChat.Protocol.Relay;
using UdpChat.Testing;

namespace UdpChat.Protocol.Tests.Simulation;

/// <summary>One thing goes wrong on an otherwise clean network.</summary>
public class RecoveryTests
{
    private static readonly TimeSpan RoundTrip = TimeSpan.FromMilliseconds(40);
    private static readonly TimeSpan HeartbeatInterval = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Eviction = TimeSpan.FromSeconds(60 + 60.0 / 64);
    private static readonly TimeSpan MaxPause = TimeSpan.FromSeconds(30);

    [Fact]
    public void After_a_restart_1_000_clients_behind_one_IPv4_address_are_all_registered_again_within_a_heartbeat() => SeededRun.Of(1, network =>
    {
        SimulatedRelay relay = network.AddRelay();
        SimulatedClient[] clients = [.. Enumerable.Range(0, 1_000).Select(i => network.AddClient("user" + i.ToString(CultureInfo.InvariantCulture), relay, new ClientSettings
        {
            Address = PeerAddress.FromIPv4(0xC000_0201, (ushort)(10_000 + i)),
        }))];
        Array.ForEach(clients, client => client.Open());
        network.Run(TimeSpan.FromMinutes(10));
        Assert.All(clients, client => Assert.Equal((1, 0), (client.Connects, client.Reconnects.Count)));
        relay.Restart();
        Assert.True(network.RunUntil(() => relay.Machine.ClientCount == 1_000, HeartbeatInterval + RoundTrip + RoundTrip));
        network.Run(RoundTrip);
        Assert.All(clients, client => Assert.Equal((ChatConnectionState.Connected, 2), (client.State, client.Connects)));
        Assert.All(clients, client => Assert.Equal([ReconnectReason.Forgotten], client.Reconnects));
        Assert.Equal(0, relay.Machine.Counters[NoticeOutcome.PrefixLimited]);
    });

    [Fact]
    public void While_the_relay_is_away_messages_wait_and_afterwards_go_out_once_and_in_order() => SeededRun.ForEach(50, network =>
    {
        (SimulatedRelay relay, SimulatedClient bob, SimulatedClient annie) = Chat(network);
        var ledger = new DeliveryLedger(network.Random.Fork());
        ledger.Watch(annie);
        relay.Stop();
        TimeSpan away = network.Random.Between(TimeSpan.FromMinutes(2), TimeSpan.FromMinutes(20));
        Assert.True(network.RunUntil(() => bob.State == ChatConnectionState.Reconnecting && annie.State == ChatConnectionState.Reconnecting, TimeSpan.FromMinutes(2)));
        for (int i = 0; i < 20; i++)
            Assert.Equal(SendOutcome.Queued, ledger.Send(bob, annie));
        network.Run(away);
        // Bob comes back later than Annie, so that she is there when his outbox goes out.
        bob.Link.State = LinkState.Cut;
        relay.Start();
        Assert.True(network.RunUntil(() => annie.State == ChatConnectionState.Connected, MaxPause + TimeSpan.FromSeconds(2.5) + RoundTrip));
        bob.Link.State = LinkState.Up;
        Assert.True(network.RunUntil(() => bob.State == ChatConnectionState.Connected, MaxPause + TimeSpan.FromSeconds(2.5) + RoundTrip));
        network.Run(RoundTrip);
        Assert.Equal((20, 20, 0, 0), (ledger.Sent, ledger.Delivered, ledger.Repeated, ledger.Overtaken));
    });

    [Fact]
    public void A_client_whose_address_changes_is_back_once_the_relay_has_forgotten_the_old_one() => SeededRun.ForEach(50, network =>
    {
        (SimulatedRelay relay, SimulatedClient bob, SimulatedClient annie) = Chat(network);
        network.Run(network.Random.Between(TimeSpan.Zero, TimeSpan.FromMinutes(2)));
        if (network.Random.Chance(0.5))
            bob.Link.ChangePort();
        else
            bob.Link.ChangeAddress();
        Assert.True(network.RunUntil(() => bob.State == ChatConnectionState.Reconnecting, HeartbeatInterval + RoundTrip));
        Assert.True(network.RunUntil(() => bob.State == ChatConnectionState.Connected, Eviction + MaxPause + RoundTrip));
        Assert.Equal((2, 1), (relay.Machine.ClientCount, relay.Machine.Counters.Evicted));
        annie.Send("Bob", "found you");
        network.Run(RoundTrip);
        Assert.Equal("found you", bob.Inbox[^1].Text);
    });

    [Fact]
    public void After_eight_hours_asleep_a_client_is_back_after_two_round_trips() => SeededRun.ForEach(20, network =>
    {
        (SimulatedRelay relay, SimulatedClient bob, _) = Chat(network);
        network.Run(network.Random.Between(TimeSpan.Zero, TimeSpan.FromMinutes(2)));
        bob.Pause();
        network.Run(TimeSpan.FromHours(8));
        Assert.Equal((1, 1), (relay.Machine.ClientCount, relay.Machine.Counters.Evicted));
        bob.Resume();
        Assert.True(network.RunUntil(() => bob.Connects == 2, RoundTrip + RoundTrip));
        Assert.Equal([ReconnectReason.Forgotten], bob.Reconnects);
    });

    [Fact]
    public void After_a_night_without_a_network_a_client_is_back_within_the_longest_pause() => SeededRun.ForEach(20, network =>
    {
        (_, SimulatedClient bob, _) = Chat(network);
        bob.Link.State = network.Random.Chance(0.5) ? LinkState.Cut : LinkState.Unplugged;
        network.Run(TimeSpan.FromHours(8));
        Assert.Equal(ChatConnectionState.Reconnecting, bob.State);
        Assert.Equal([ReconnectReason.NoAnswer], bob.Reconnects);
        bob.Link.State = LinkState.Up;
        Assert.True(network.RunUntil(() => bob.State == ChatConnectionState.Connected, MaxPause + RoundTrip));
    });

    [Fact]
    public void A_relay_that_is_gone_is_noticed_within_two_heartbeats_and_15_seconds() => SeededRun.ForEach(50, network =>
    {
        (SimulatedRelay relay, SimulatedClient bob, _) = Chat(network);
        network.Run(network.Random.Between(TimeSpan.Zero, TimeSpan.FromMinutes(2)));
        relay.Stop();
        Assert.True(network.RunUntil(() => bob.State == ChatConnectionState.Reconnecting, HeartbeatInterval + HeartbeatInterval + TimeSpan.FromSeconds(15)));
    });

    [Fact]
    public void One_lost_datagram_never_costs_a_session() => SeededRun.ForEach(100, network =>
    {
        // Each client loses all in one direction for half a second, again and again.
        (SimulatedRelay relay, SimulatedClient bob, SimulatedClient annie) = Chat(network);
        network.Every(TimeSpan.FromSeconds(5), () =>
        {
            SimulatedClient client = network.Random.Chance(0.5) ? bob : annie;
            LinkDirection direction = network.Random.Chance(0.5) ? client.Link.Outgoing : client.Link.Incoming;
            direction.Conditions = LinkConditions.Clean with { Loss = 1 };
            network.After(TimeSpan.FromSeconds(0.5), () => direction.Conditions = LinkConditions.Clean);
        });
        network.Run(TimeSpan.FromMinutes(30));
        Assert.Empty(bob.Reconnects);
        Assert.Empty(annie.Reconnects);
        Assert.Equal(0, relay.Machine.Counters.Evicted);
    });

    private static (SimulatedRelay Relay, SimulatedClient Bob, SimulatedClient Annie) Chat(SimulatedNetwork network)
    {
        SimulatedRelay relay = network.AddRelay();
        SimulatedClient bob = network.AddClient("Bob", relay);
        SimulatedClient annie = network.AddClient("Annie", relay);
        bob.Open();
        annie.Open();
        network.Run(TimeSpan.FromSeconds(1));
        Assert.Equal((ChatConnectionState.Connected, ChatConnectionState.Connected), (bob.State, annie.State));
        return (relay, bob, annie);
    }
}
