using System;
using UdpChat.Protocol.Client;
using UdpChat.Testing;

namespace UdpChat.Protocol.Tests.Simulation;

/// <summary>Everything goes wrong at once, by chance; then the network heals.</summary>
public class HostileNetworkTests
{
    private const int Seeds = 300;
    private const double MaxLoss = 0.5;

    /// <summary>
    /// After how long a healed network every client is connected again. A client that does not know yet that it was
    /// forgotten learns it by its next heartbeat (30 s). Its name may be held by its own old address until that is removed
    /// (60 s and a 64th after its last datagram); meanwhile the pauses between its tries may have grown to 30 s, and the
    /// last of them begins just before the name is free. So it is 61 + 30 s, a round of tries (2.5 s), and what is still
    /// under way when the network heals (1 s).
    /// </summary>
    private static readonly TimeSpan Recovery = TimeSpan.FromSeconds(61 + 30 + 2.5 + 1);

    [Fact]
    public void Whatever_happens_no_message_is_altered_and_all_are_connected_again_once_the_network_heals() => SeededRun.ForEach(Seeds, network =>
    {
        var story = new HostileStory(network, 2 + network.Random.Next(6), MaxLoss);
        story.Suffer(TimeSpan.FromMinutes(5));
        story.Heal();
        network.Run(Recovery);
        story.IsWell();
    });

    [Fact]
    public void Nothing_grows_in_hours_of_it() => SeededRun.ForEach(2, network =>
    {
        var story = new HostileStory(network, 5, MaxLoss);
        for (int hour = 0; hour < 8; hour++)
        {
            story.Suffer(TimeSpan.FromHours(1));
            Assert.InRange(story.Relay.Machine.ClientCount, 0, 2 * story.Clients.Length);
            Assert.InRange(network.Pending, 0, 100 * story.Clients.Length);
            Assert.All(story.Clients, client => Assert.InRange(client.Machine.OutboxCount, 0, HostileStory.OutboxCapacity));
        }
        story.Heal();
        network.Run(Recovery);
        story.IsWell();
    });

    [Fact]
    public void With_half_of_all_datagrams_lost_clients_get_connected_and_messages_through() => SeededRun.ForEach(50, network =>
    {
        var conditions = new LinkConditions { Loss = 1 - Math.Sqrt(0.5), MinDelay = TimeSpan.FromMilliseconds(5), MaxDelay = TimeSpan.FromMilliseconds(50) };
        var settings = new ClientSettings { Conditions = conditions, RetryAfterFailure = TimeSpan.FromSeconds(1) };
        SimulatedRelay relay = network.AddRelay();
        SimulatedClient bob = network.AddClient("Bob", relay, settings);
        SimulatedClient annie = network.AddClient("Annie", relay, settings);
        bob.Open();
        annie.Open();
        Assert.True(network.RunUntil(() => bob.State == ChatConnectionState.Connected && annie.State == ChatConnectionState.Connected, TimeSpan.FromMinutes(5)));
        for (int i = 0; i < 100; i++)
            bob.Send("Annie", $"{i}");
        network.Run(TimeSpan.FromSeconds(1));
        // Each passes two links, and half are lost on the two together.
        Assert.InRange(annie.Inbox.Count, 25, 75);
    });
}
