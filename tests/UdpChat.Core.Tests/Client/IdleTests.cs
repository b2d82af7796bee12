using System;
using System.Text;
using System.Text.RegularExpressions;
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
        var received = new Recorder<string>();
        await using ChatRelay relay = LoopbackRelay.Start();
        await using ChatClient bob = await relay.ConnectAsync("Bob", change: options => options with { TimeProvider = time });
        int heartbeats = 0;
        string number = "";
        bob.DatagramSeen += (isOutgoing, datagram) =>
        {
            string text = Encoding.UTF8.GetString(datagram);
            if (!isOutgoing)
            {
                received.Add(text);
            }
            else if (text.Contains("HEARTBEAT", StringComparison.Ordinal))
            {
                heartbeats++;
                number = Regex.Match(text, @";d=(\d+)").Groups[1].Value;
            }
        };
        await HeartbeatAsync(1); // By then what it was told when it registered is done with.
        int ticks = time.Ticks;

        await HeartbeatAsync(4);

        Assert.Equal(3, time.Ticks - ticks);

        async Task HeartbeatAsync(int count)
        {
            while (heartbeats < count)
            {
                int before = heartbeats;
                time.Advance(Step);
                if (heartbeats > before)
                    await AcknowledgedAsync();
            }
        }

        async Task AcknowledgedAsync()
        {
            await received.NextAsync(text => Regex.IsMatch(text, $@";a=(\d+-)?{number}\b"));
            _ = bob.State; // It is under the lock under which a datagram is seen and then handled.
        }
    }
}
