using System;
using System.Threading.Tasks;
using UdpChat.Core.Tests.Support;

namespace UdpChat.Core.Tests.Client;

/// <summary>What a client does while its user does nothing.</summary>
public class IdleTests
{
    private static readonly TimeSpan Step = TimeSpan.FromSeconds(0.25);

    [Fact]
    public async Task A_client_with_nothing_to_do_wakes_only_for_its_heartbeat()
    {
        var time = new TickCountingTimeProvider();
        var acknowledged = new Recorder<bool>();
        await using ChatRelay relay = LoopbackRelay.Start();
        await using ChatClient bob = await relay.ConnectAsync("Bob", change: options => options with { TimeProvider = time });
        int heartbeats = 0;
        bob.DatagramSeen += (isOutgoing, datagram) =>
        {
            if (isOutgoing)
                heartbeats += datagram.AsSpan().IndexOf("HEARTBEAT"u8) >= 0 ? 1 : 0;
            else
                acknowledged.Add(true);
        };
        // What it was told when it registered is done with.
        await bob.RoundTripAsync(TimeSpan.FromSeconds(10)).InTime();
        await acknowledged.NextAsync();
        (int ticks, heartbeats) = (time.Ticks, 0);

        while (heartbeats < 3)
        {
            int before = heartbeats;
            time.Advance(Step);
            if (heartbeats > before)
                await acknowledged.NextAsync();
        }

        Assert.Equal(3, time.Ticks - ticks);
    }
}
