using System;
using UdpChat.Testing;
using UdpChat.Testing.Extended;

namespace UdpChat.Protocol.Tests.Simulation;

/// <summary>The extended profile's promises, while everything goes wrong by chance.</summary>
public class DeliveryTests
{
#if NET10_0_OR_GREATER
    private const int Seeds = 100; // The code is the same.
#else
    private const int Seeds = 300;
#endif

    /// <summary>After how long a healed network all is settled.</summary>
    private static readonly TimeSpan Recovery = TimeSpan.FromMinutes(3);

    [Fact]
    public void Whatever_happens_each_message_is_taken_once_and_in_order_or_its_sender_knows_that_it_was_not() => SeededRun.ForEach(Seeds, network =>
    {
        var story = new ChatStory(network);
        story.Suffer(TimeSpan.FromMinutes(1 + network.Random.Next(3)));
        story.Heal();
        story.Settle(Recovery);
        story.IsWell();
    });
}
