using System;
using System.Linq;
using System.Text;
using UdpChat.Testing;

namespace UdpChat.Protocol.Tests.Simulation;

/// <summary>What the other tests rely on.</summary>
public class SimulatedNetworkTests
{
    [Fact]
    public void The_random_numbers_are_the_same_on_every_runtime()
    {
        var random = new SeededRandom(1);
        foreach (ulong expected in new ulong[] { 0xB3F2_AF6D_0FC7_10C5, 0x853B_5596_4736_4CEA, 0x92F8_9756_082A_4514, 0x642E_1C7B_C266_A3A7 })
            Assert.Equal(expected, random.NextUInt64());
        Assert.Equal(0x99EC_5F36_CB75_F2B4, new SeededRandom(0).NextUInt64());
    }

    [Fact]
    public void The_same_seed_tells_the_same_story_and_another_seed_another()
    {
        Assert.Equal(Story(5), Story(5));
        Assert.NotEqual(Story(5), Story(6));
    }

    [Fact]
    public void A_failing_story_is_told_with_its_seed()
    {
        SimulationException failure = Assert.Throws<SimulationException>(() => SeededRun.ForEach(5, network =>
        {
            network.AddPeer("Mallory").Send(network.AddRelay(), "?\0");
            network.Run(TimeSpan.FromSeconds(1.5));
            Assert.NotEqual(3ul, network.Seed);
        }));
        Assert.StartsWith("Seed 3, at 00:00:01.5", failure.Message);
        Assert.Contains("0.00:00:00.000  Mallory    sends to 10.0.0.2:40000 '?\\x00'", failure.Message);
        Assert.Contains("0.00:00:00.020  relay      gets from 10.0.0.1:40000 '?\\x00'", failure.Message);
    }

    [Fact]
    public void Only_the_latest_of_a_long_story_is_kept()
    {
        var network = new SimulatedNetwork(1, traceCapacity: 3);
        for (int i = 0; i < 5; i++)
            network.Trace.Add("Bob", $"does {i}");
        string story = network.Trace.ToString();
        Assert.StartsWith("... 2 earlier entries", story);
        Assert.DoesNotContain("does 1", story);
        Assert.Contains("does 2", story);
        Assert.EndsWith("does 4", story.TrimEnd());
    }

    [Fact]
    public void A_link_loses_and_doubles_its_share()
    {
        (int[] order, _) = Pass(new LinkConditions { Loss = 0.3, Duplication = 0.2 }, 10_000);
        Assert.InRange(order.Distinct().Count(), 7_000 + 300, 7_000 + 900); // a doubled one has two chances
        Assert.InRange(order.Length, 8_100, 8_700);
        (order, _) = Pass(new LinkConditions { Loss = 1 }, 100);
        Assert.Empty(order);
    }

    [Fact]
    public void A_link_delays_within_its_range_and_so_reorders_unless_it_keeps_order()
    {
        var range = new LinkConditions { MinDelay = TimeSpan.FromMilliseconds(10), MaxDelay = TimeSpan.FromMilliseconds(50) };
        (int[] order, TimeSpan last) = Pass(range, 1_000);
        Assert.Equal(1_000, order.Length);
        Assert.NotEqual(order.Order(), order);
        Assert.InRange(last, TimeSpan.FromMilliseconds(45), TimeSpan.FromMilliseconds(50));
        (order, _) = Pass(range with { KeepsOrder = true }, 1_000);
        Assert.Equal(Enumerable.Range(0, 1_000), order);
        (order, _) = Pass(LinkConditions.Clean, 1_000);
        Assert.Equal(Enumerable.Range(0, 1_000), order);
    }

    [Fact]
    public void Nothing_reaches_a_host_that_is_cut_off_or_was_at_another_address()
    {
        var network = new SimulatedNetwork(1);
        SimulatedPeer a = network.AddPeer("a");
        SimulatedPeer b = network.AddPeer("b");
        PeerAddress old = b.Link.Address;
        Reaches(true);
        foreach (LinkState state in new[] { LinkState.Cut, LinkState.Unplugged })
        {
            b.Link.State = state;
            Reaches(false);
            b.Link.State = LinkState.Up;
            a.Link.State = state;
            Reaches(false);
            a.Link.State = LinkState.Up;
        }
        b.Link.ChangePort();
        Assert.Equal((old.IPv4, false), (b.Link.Address.IPv4, old == b.Link.Address));
        Reaches(true);
        b.Link.ChangeAddress();
        Assert.NotEqual(old.IPv4, b.Link.Address.IPv4);
        Reaches(true);
        a.Link.Send(old, [1]);
        network.Run(TimeSpan.FromSeconds(1));
        Assert.Equal(3, b.Received.Count);

        void Reaches(bool expected)
        {
            int before = b.Received.Count;
            a.Link.Send(b.Link.Address, [1]);
            network.Run(TimeSpan.FromSeconds(1));
            Assert.Equal(expected, b.Received.Count > before);
        }
    }

    [Fact]
    public void What_is_due_at_the_same_time_happens_in_the_order_in_which_it_was_asked_for()
    {
        var network = new SimulatedNetwork(3);
        var happened = new StringBuilder();
        int[] seconds = [.. Enumerable.Range(0, 200).Select(_ => network.Random.Next(10))];
        for (int i = 0; i < seconds.Length; i++)
        {
            int number = i;
            network.At(TimeSpan.FromSeconds(seconds[i]), () => happened.Append(number).Append(' '));
        }
        network.Run(TimeSpan.FromSeconds(10));
        Assert.Equal(string.Concat(Enumerable.Range(0, 200).OrderBy(i => seconds[i]).ThenBy(i => i).Select(i => i + " ")), happened.ToString());
        Assert.Equal((0, TimeSpan.FromSeconds(10)), (network.Pending, network.Now));
    }

    [Fact]
    public void The_ledger_knows_what_was_altered_or_came_from_or_to_the_wrong_one()
    {
        foreach (string forged in new[] { "FROM:Mallory: {0}", "FROM:Bob: {0}x", "FROM:Bob: never sent" })
        {
            Assert.Throws<SimulationException>(() => SeededRun.Of(1, network =>
            {
                SimulatedRelay relay = network.AddRelay();
                SimulatedClient bob = network.AddClient("Bob", relay);
                SimulatedClient annie = network.AddClient("Annie", relay);
                var ledger = new DeliveryLedger(network.Random);
                ledger.Watch(annie);
                bob.Open();
                annie.Open();
                network.Run(TimeSpan.FromSeconds(1));
                ledger.Send(bob, annie);
                network.Run(TimeSpan.FromSeconds(1));
                Assert.Equal((1, 0), (ledger.Delivered, ledger.Repeated));
                annie.Receive(relay.Link.Address, Encoding.UTF8.GetBytes("FROM:Bob: " + annie.Inbox[0].Text));
                Assert.Equal((1, 1), (ledger.Delivered, ledger.Repeated));
                annie.Receive(relay.Link.Address, Encoding.UTF8.GetBytes(forged.Replace("{0}", annie.Inbox[0].Text, StringComparison.Ordinal)));
            }));
        }
    }

    private static string Story(ulong seed)
    {
        var network = new SimulatedNetwork(seed);
        new HostileStory(network, 3, 0.5).Suffer(TimeSpan.FromMinutes(2));
        return network.Trace.ToString();
    }

    /// <summary>Sends numbered datagrams at once over a link.</summary>
    /// <returns>Which arrived in which order, and when the last did.</returns>
    private static (int[] Order, TimeSpan Last) Pass(LinkConditions conditions, int count)
    {
        var network = new SimulatedNetwork(1);
        SimulatedPeer from = network.AddPeer("from", LinkConditions.Ideal);
        SimulatedPeer to = network.AddPeer("to", conditions);
        for (int i = 0; i < count; i++)
            from.Link.Send(to.Link.Address, BitConverter.GetBytes(i));
        TimeSpan last = TimeSpan.Zero;
        for (int received = 0; network.RunUntil(() => to.Received.Count > received, TimeSpan.FromSeconds(1)); received = to.Received.Count)
            last = network.Now;
        return ([.. to.Received.Select(bytes => BitConverter.ToInt32(bytes))], last);
    }
}
