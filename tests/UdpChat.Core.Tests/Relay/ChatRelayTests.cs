using System;
using System.Collections.Generic;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using System.Threading.Tasks;
using UdpChat.Core.Tests.Support;
using UdpChat.Protocol.Relay;

namespace UdpChat.Core.Tests.Relay;

/// <summary>Relays on real sockets.</summary>
public class ChatRelayTests
{
    public static TheoryData<string, string> Addresses => new() { { "127.0.0.1", "127.0.0.1" }, { "::1", "::1" }, { "::", "127.0.0.1" }, { "::", "::1" }, { "0.0.0.0", "127.0.0.1" }, { "::ffff:127.0.0.1", "127.0.0.1" } };

    [Theory]
    [MemberData(nameof(Addresses))]
    public async Task A_relay_serves_the_addresses_on_which_it_listens(string listens, string reached)
    {
        await using ChatRelay relay = ChatRelay.Start(new ChatRelayOptions { Address = IPAddress.Parse(listens), Port = 0 });

        using PlainPeer bob = await PlainPeer.RegisterAsync(new IPEndPoint(IPAddress.Parse(reached), relay.Port), "Bob");

        await bob.SettleAsync("Bob");
    }

    [Fact]
    public async Task By_default_clients_of_IPv4_and_IPv6_chat_on_one_port()
    {
        await using ChatRelay relay = ChatRelay.Start(new ChatRelayOptions { Port = 0 });
        using PlainPeer annie = await PlainPeer.RegisterAsync(new IPEndPoint(IPAddress.Loopback, relay.Port), "Annie");
        using PlainPeer bob = await PlainPeer.RegisterAsync(new IPEndPoint(IPAddress.IPv6Loopback, relay.Port), "Bob");

        annie.Send("SENDTO:Bob: from 4 to 6");
        bob.Send("SENDTO:Annie: from 6 to 4");

        Assert.Equal("FROM:Annie: from 4 to 6", await bob.ReceiveAsync());
        Assert.Equal("FROM:Bob: from 6 to 4", await annie.ReceiveAsync());
        Assert.NotEqual(0, relay.Port);
        Assert.Equal(relay.LocalEndPoint.Port, relay.Port);
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData(null)]
    public async Task A_port_in_use_is_said_with_what_to_do(string? address)
    {
        IPAddress? parsed = address is null ? null : IPAddress.Parse(address);
        await using ChatRelay relay = ChatRelay.Start(new ChatRelayOptions { Address = parsed, Port = 0 });

        ChatRelayStartException exception = Assert.Throws<ChatRelayStartException>(() => ChatRelay.Start(new ChatRelayOptions { Address = parsed, Port = relay.Port }));

        string where = address is null ? $"port {relay.Port}" : $"127.0.0.1:{relay.Port}";
        Assert.Equal($"UDP {where} is in use; stop what listens there, or choose another port (0 for any free one).", exception.Message);
        Assert.IsType<SocketException>(exception.InnerException);
    }

    [Fact]
    public void An_address_of_another_machine_is_said_with_what_to_do()
    {
        ChatRelayStartException exception = Assert.Throws<ChatRelayStartException>(() => ChatRelay.Start(new ChatRelayOptions { Address = IPAddress.Parse("203.0.113.77"), Port = 0 }));

        Assert.Equal("203.0.113.77 is not an address of this machine; choose one of its own, or none to listen everywhere.", exception.Message);
    }

    [Fact]
    public void An_address_on_which_nobody_can_listen_is_said_with_the_systems_words()
    {
        // A link-local address needs a zone.
        ChatRelayStartException exception = Assert.Throws<ChatRelayStartException>(() => ChatRelay.Start(new ChatRelayOptions { Address = IPAddress.Parse("fe80::1234"), Port = 0 }));

        Assert.StartsWith("Can't listen on UDP [fe80::1234]:0: ", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_relay_that_has_stopped_frees_its_port_and_keeps_its_figures()
    {
        ChatRelay relay = LoopbackRelay.Start();
        using PlainPeer bob = await PlainPeer.RegisterAsync(relay.LocalEndPoint, "Bob");
        Assert.True(relay.IsRunning);

        relay.Dispose();

        Assert.False(relay.IsRunning);
        Assert.True(relay.Completion.IsCompletedSuccessfully);
        Assert.Equal(1, relay.GetStatistics().Datagrams[DatagramOutcome.Registered]);
        Assert.Equal(relay.Uptime, relay.GetStatistics().Uptime);
        using ChatRelay next = ChatRelay.Start(relay.Options with { Port = relay.Port });
        Assert.Equal(relay.LocalEndPoint, next.LocalEndPoint);
    }

    [Fact]
    public async Task The_figures_add_up_with_what_was_sent()
    {
        await using ChatRelay relay = LoopbackRelay.Start();
        using PlainPeer bob = await PlainPeer.RegisterAsync(relay.LocalEndPoint, "Bob");
        using PlainPeer stranger = new(relay.LocalEndPoint);
        string[] sent = ["REGISTER: Bob", "HEARTBEAT: Bob", "HEARTBEAT: Carl", "SENDTO:Bob: hi", "SENDTO:Nobody: hi", "SENDTO:a b: hi", "REGISTER: a b", "hello", "", "\0", "@a REGISTER: x", "FROM:x: y", "INFO: x", "UNREGISTER: Carl", "REGISTER: Bobby"];

        foreach (string datagram in sent)
            bob.Send(datagram);
        await bob.SettleAsync("Bobby");
        stranger.Send("SENDTO:Bobby: hi");
        Assert.Equal("INFO: You are not registered, please register again.", await stranger.ReceiveAsync());
        stranger.Send("REGISTER: Bobby");
        Assert.Equal("INFO: The name Bobby is taken, please choose another. (extended profile available)", await stranger.ReceiveAsync());
        stranger.Send("UNREGISTER: Bobby");
        bob.Send("UNREGISTER: Bobby");
        stranger.Send("REGISTER: Bobby");
        Assert.Equal("INFO: Welcome Bobby, you are registered. (extended profile available)", await stranger.ReceiveAsync());

        ChatRelayStatistics statistics = relay.GetStatistics();
        var expected = new Dictionary<DatagramOutcome, long>
        {
            [DatagramOutcome.Registered] = 2,
            [DatagramOutcome.RegisteredAgain] = 1,
            [DatagramOutcome.Renamed] = 1,
            [DatagramOutcome.NameTaken] = 1,
            [DatagramOutcome.BadName] = 1,
            [DatagramOutcome.Heartbeat] = 1,
            [DatagramOutcome.HeartbeatNotRegistered] = 1,
            [DatagramOutcome.Forwarded] = 2,
            [DatagramOutcome.SenderNotRegistered] = 1,
            [DatagramOutcome.NoSuchUser] = 1,
            [DatagramOutcome.BadRecipient] = 1,
            [DatagramOutcome.Unregistered] = 1,
            [DatagramOutcome.UnregisterIgnored] = 2,
            [DatagramOutcome.RelayMessage] = 2,
            [DatagramOutcome.Empty] = 1,
            [DatagramOutcome.NotText] = 1,
            [DatagramOutcome.ExtendedMalformed] = 1,
            [DatagramOutcome.Malformed] = 1,
        };
        Assert.Equal(expected, statistics.Datagrams.Where(d => d.Value != 0).ToDictionary());
        Assert.Equal(expected.Values.Sum(), statistics.Received);
        Assert.Equal((0, 0, 0, 0), (statistics.SendErrors, statistics.ReceiveErrors, statistics.Faults, statistics.Evicted));
        Assert.Equal(11, statistics.Notices[NoticeOutcome.Sent]);
        Assert.Equal((2, 2), (statistics.Forwarded, relay.Forwarded));
        Assert.Equal((1, 1), (statistics.Clients, relay.Clients));
    }

    [Fact]
    public async Task No_datagram_ends_a_relay()
    {
        await using ChatRelay relay = LoopbackRelay.Start();
        using PlainPeer bob = await PlainPeer.RegisterAsync(relay.LocalEndPoint, "Bob");
        var random = new Random(7);
        const int Rounds = 20, EachRound = 20; // Few enough at once for any socket buffer.

        for (int round = 0; round < Rounds; round++)
        {
            for (int i = 0; i < EachRound; i++)
            {
                byte[] datagram = new byte[i == 0 ? 65_507 : i == 1 ? 0 : random.Next(200)];
                random.NextBytes(datagram);
                if (i % 3 == 0 && datagram.Length >= 7)
                    "SENDTO:"u8.CopyTo(datagram);
                bob.Send(datagram);
            }
            await bob.SettleAsync("Bob");
        }

        ChatRelayStatistics statistics = relay.GetStatistics();
        Assert.Equal(1 + Rounds * (EachRound + 1), statistics.Received);
        Assert.Equal(0, statistics.Faults);
    }

    [Fact]
    public async Task The_largest_message_of_IPv6_is_forwarded()
    {
        await using ChatRelay relay = ChatRelay.Start(new ChatRelayOptions { Address = IPAddress.IPv6Loopback, Port = 0 });
        using PlainPeer b = await PlainPeer.RegisterAsync(relay.LocalEndPoint, "B");
        string text = new('x', 65_499);

        b.Send($"SENDTO:B: {text}");

        Assert.Equal($"FROM:B: {text}", await b.ReceiveAsync());
        Assert.Equal(0, relay.GetStatistics().Faults);
    }

    [Fact]
    public async Task A_relay_that_waits_stops_when_it_is_told_from_any_thread_any_number_of_times()
    {
        ChatRelay relay = LoopbackRelay.Start();

        await Task.WhenAll(Enumerable.Range(0, 8).Select(i => Task.Run(async () =>
        {
            if (i % 2 == 0)
                await relay.DisposeAsync();
            else
                relay.Dispose();
        }))).InTime();
        await relay.StopAsync().InTime();

        Assert.False(relay.IsRunning);
    }
}
