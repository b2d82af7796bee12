using System;
using System.Linq;
using UdpChat.Protocol.Client;
using UdpChat.Protocol.Relay;
using UdpChat.Testing;

namespace UdpChat.Protocol.Tests.Simulation;

public class CleanNetworkTests
{
    [Fact]
    public void For_seven_days_nobody_is_evicted_or_reconnects_and_nothing_grows() => SeededRun.Of(7, network =>
    {
        SimulatedRelay relay = network.AddRelay();
        SimulatedClient[] clients = Open(network, relay, 5);
        network.Run(TimeSpan.FromHours(1));
        int pending = network.Pending;
        network.Run(TimeSpan.FromDays(7) - TimeSpan.FromHours(1));
        Assert.All(clients, client =>
        {
            Assert.Equal((ChatConnectionState.Connected, 1), (client.State, client.Connects));
            Assert.Empty(client.Reconnects);
            // A heartbeat every 27 to 30 s; every second one with an echo.
            Assert.InRange(client.Echoes, 7 * 86_400 / 60, 7 * 86_400 / 54);
        });
        Assert.Equal((5, 0), (relay.Machine.ClientCount, relay.Machine.Counters.Evicted));
        Assert.Equal(5, relay.Machine.Counters[DatagramOutcome.Registered]);
        Assert.InRange(relay.Machine.Counters[DatagramOutcome.Heartbeat], 5 * 7 * 86_400 / 30, 5 * 7 * 86_400 / 27);
        Assert.InRange(network.Pending, 0, pending + clients.Length);
    });

    [Theory]
    [InlineData(1)]
    [InlineData(31)]
    public void With_a_heartbeat_of_at_most_half_the_client_timeout_nobody_is_evicted(int seconds) => SeededRun.Of(1, network =>
    {
        SimulatedRelay relay = network.AddRelay(new RelaySettings { Options = new RelayOptions { ClientTimeout = TimeSpan.FromSeconds(2 * seconds) } });
        var settings = new ClientSettings { HeartbeatInterval = TimeSpan.FromSeconds(seconds) };
        SimulatedClient[] clients = Open(network, relay, 3, settings);
        network.Run(TimeSpan.FromHours(3));
        Assert.Equal(0, relay.Machine.Counters.Evicted);
        Assert.All(clients, client => Assert.Empty(client.Reconnects));
    });

    [Fact]
    public void Every_message_arrives_exactly_once_in_order_word_for_word_and_from_its_sender() => SeededRun.ForEach(100, network =>
    {
        SimulatedRelay relay = network.AddRelay();
        SimulatedClient[] clients = Open(network, relay, 2 + network.Random.Next(5));
        var ledger = new DeliveryLedger(network.Random.Fork());
        Array.ForEach(clients, ledger.Watch);
        Assert.True(network.RunUntil(() => clients.All(client => client.State == ChatConnectionState.Connected), TimeSpan.FromSeconds(1)));
        for (int i = 0; i < 200; i++)
        {
            Assert.Equal(SendOutcome.Sent, ledger.Send(clients[network.Random.Next(clients.Length)], clients[network.Random.Next(clients.Length)]));
            network.Run(TimeSpan.FromMilliseconds(network.Random.Next(30)));
        }
        network.Run(TimeSpan.FromSeconds(1));
        Assert.Equal((200, 200, 0, 0), (ledger.Sent, ledger.Delivered, ledger.Repeated, ledger.Overtaken));
        Assert.Equal(200, clients.Sum(client => client.Inbox.Count));
    });

    [Fact]
    public void A_client_that_is_closed_is_gone_at_once_and_its_name_is_free() => SeededRun.Of(1, network =>
    {
        SimulatedRelay relay = network.AddRelay();
        SimulatedClient[] clients = Open(network, relay, 2);
        network.Run(TimeSpan.FromSeconds(1));
        clients[0].Close();
        network.Run(TimeSpan.FromSeconds(1));
        Assert.Equal(1, relay.Machine.ClientCount);
        SimulatedClient next = network.AddClient("USER0", relay);
        next.Open();
        network.Run(TimeSpan.FromSeconds(1));
        Assert.Equal(ChatConnectionState.Connected, next.State);
    });

    [Fact]
    public void A_second_client_of_the_same_name_is_refused_and_the_first_notices_nothing() => SeededRun.Of(1, network =>
    {
        SimulatedRelay relay = network.AddRelay();
        SimulatedClient first = Open(network, relay, 1)[0];
        network.Run(TimeSpan.FromSeconds(1));
        SimulatedClient second = network.AddClient("User0", relay);
        second.Open();
        network.Run(TimeSpan.FromSeconds(1));
        Assert.Equal([ConnectFailure.NameRefused], second.Failures);
        Assert.Equal("The name User0 is taken, please choose another. (extended profile available)", second.Notices[^1]);
        network.Run(TimeSpan.FromMinutes(5));
        Assert.Equal((ChatConnectionState.Connected, 0), (first.State, first.Notices.Count - 1));
    });

    [Fact]
    public void A_person_at_netcat_and_a_client_chat() => SeededRun.Of(1, network =>
    {
        SimulatedRelay relay = network.AddRelay();
        SimulatedClient client = Open(network, relay, 1)[0];
        SimulatedPeer person = network.AddPeer("netcat");
        network.Run(TimeSpan.FromSeconds(1));
        person.Send(relay, "SENDTO:user0: hi\n");
        person.Send(relay, "REGISTER: Annie\n");
        person.Send(relay, "SENDTO:user0: hi\n");
        network.Run(TimeSpan.FromSeconds(1));
        Assert.Equal(["INFO: You are not registered, please register again.\n", "INFO: Welcome Annie, you are registered. (extended profile available)\n"], person.ReceivedTexts);
        Assert.Equal(("Annie", "hi"), (client.Inbox[^1].From, client.Inbox[^1].Text));
        client.Send("annie", "hello");
        network.Run(TimeSpan.FromSeconds(1));
        Assert.Equal("FROM:user0: hello\n", person.ReceivedTexts.Last());
        // Nobody at netcat sends heartbeats.
        network.Run(TimeSpan.FromSeconds(62));
        client.Send("annie", "still there?");
        network.Run(TimeSpan.FromSeconds(1));
        Assert.Equal("There is no user annie here, your message was not sent.", client.Notices[^1]);
    });

    private static SimulatedClient[] Open(SimulatedNetwork network, SimulatedRelay relay, int count, ClientSettings? settings = null)
    {
        SimulatedClient[] clients = [.. Enumerable.Range(0, count).Select(i => network.AddClient($"user{i}", relay, settings))];
        Array.ForEach(clients, client => client.Open());
        return clients;
    }
}
