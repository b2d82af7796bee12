using System;
using System.Globalization;
using UdpChat.Protocol.Relay;
using UdpChat.Testing;

namespace UdpChat.Protocol.Tests.Relay;

[CollectionDefinition(nameof(RelayMemoryTests), DisableParallelization = true)]
[Collection(nameof(RelayMemoryTests))]
public class RelayMemoryTests
{
    private const int Clients = 50_000;

    [Fact]
    public void Clients_cost_memory_only_while_they_are_there()
    {
        var output = new DatagramBatch(1, RelayMachine.MaxAnswerBytes);
        var relay = new RelayMachine(new RelayOptions(), new SeededRandom(1));
        long before = GC.GetTotalMemory(forceFullCollection: true);
        for (int i = 0; i < Clients; i++)
        {
            output.Clear();
            relay.Receive(RelayFixture.Peer(i), System.Text.Encoding.UTF8.GetBytes("REGISTER: user" + i.ToString(CultureInfo.InvariantCulture)), default, output);
        }
        long full = GC.GetTotalMemory(forceFullCollection: true) - before;
        Assert.Equal(Clients, relay.ClientCount);
        Assert.InRange(full / Clients, 1, 200);
        while (relay.Sweep(new RelayTime(TimeSpan.FromHours(1), 0)))
        {
        }
        long empty = GC.GetTotalMemory(forceFullCollection: true) - before;
        Assert.Equal(0, relay.ClientCount);
        Assert.InRange(empty, long.MinValue, full / 20);
        GC.KeepAlive(relay);
    }

#if NET8_0
    [Theory]
    [InlineData("Bob", "Annie", "Annie")]
    [InlineData("Bob", "Annie", "ANNIE")]
    [InlineData("Zoë", "Jürgen", "Jürgen")]
    [InlineData("Bob\n", "中文😀\n", "中文😀")]
    public void Nothing_is_allocated_for_a_relayed_message(string sender, string recipient, string written)
    {
        var output = new DatagramBatch(1, RelayMachine.MaxAnswerBytes);
        var relay = new RelayMachine(new RelayOptions(), new SeededRandom(1));
        Receive($"REGISTER: {sender}", 1);
        Receive($"REGISTER: {recipient}", 2);
        byte[] message = System.Text.Encoding.UTF8.GetBytes($"SENDTO:{written}: hello, how are you?");
        byte[] heartbeat = System.Text.Encoding.UTF8.GetBytes($"HEARTBEAT: {sender.Trim()}");
        // The runtime itself may allocate now and then, while it optimizes; a relay that allocates does so in every round.
        long[] allocated = new long[10];
        for (int round = 0; round < allocated.Length; round++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            Relay(2_000);
            allocated[round] = GC.GetAllocatedBytesForCurrentThread() - before;
        }
        Assert.Contains(0, allocated);
        Assert.Equal(20_000, relay.Counters[DatagramOutcome.Forwarded]);
        Assert.Equal(20_000, relay.Counters[DatagramOutcome.Heartbeat]);

        void Relay(int messages)
        {
            for (int i = 0; i < messages; i++)
            {
                output.Clear();
                var now = new RelayTime(TimeSpan.FromMilliseconds(100 * i), 0);
                relay.Receive(RelayFixture.Peer(1), message, now, output);
                relay.Receive(RelayFixture.Peer(1), heartbeat, now, output);
            }
        }

        void Receive(string datagram, int peer)
        {
            output.Clear();
            relay.Receive(RelayFixture.Peer(peer), System.Text.Encoding.UTF8.GetBytes(datagram), default, output);
        }
    }
#endif
}
