using System;
using System.Linq;
using UdpChat.Testing;
using UdpChat.Testing.Extended;

namespace UdpChat.Protocol.Tests.Simulation;

/// <summary>A way to the relay that takes longer than a client's round of tries.</summary>
public class LongRoundTripTests
{
    [Theory]
    [InlineData(1_300)]
    [InlineData(2_000)]
    [InlineData(3_500)]
    public void A_client_whose_round_trip_is_longer_than_a_round_connects_chats_and_comes_back(int oneWay) => SeededRun.ForEach(20, network =>
    {
        TimeSpan delay = TimeSpan.FromMilliseconds(oneWay);
        SimulatedRelay relay = network.AddRelay();
        var oracle = new DeliveryOracle(network, relay);
        var conditions = new LinkConditions { MinDelay = delay, MaxDelay = delay };
        var bob = new SimulatedMember(network, "Bob", relay, oracle, network.Random.Fork(), conditions, isSmall: false, isOurs: true) { Mood = UserMood.Eager };
        bob.Start();
        Assert.True(network.RunUntil(() => bob.IsSettled, delay + delay + TimeSpan.FromSeconds(0.1)));
        bob.Send("Bob", "to myself");
        Assert.True(network.RunUntil(() => oracle.Letters.Single().Report == Report.Delivered, TimeSpan.FromMinutes(1)));
        relay.Restart();
        network.Run(TimeSpan.FromMinutes(2));
        bob.Send("Bob", "again");
        Assert.True(network.RunUntil(() => oracle.Letters.All(letter => letter.Report == Report.Delivered), TimeSpan.FromMinutes(1)));
    });
}
