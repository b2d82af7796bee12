using System;
using System.Collections.Concurrent;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using System.Threading.Tasks;
using Microsoft.Extensions.Time.Testing;
using UdpChat.Core.Tests.Support;
using UdpChat.Protocol.Client;
using UdpChat.Protocol.Relay;

namespace UdpChat.Core.Tests.Client;

/// <summary>Clients on real sockets.</summary>
public class LoopbackTests
{
    [Fact]
    public async Task Two_clients_chat_both_ways_through_a_relay()
    {
        await using ChatRelay relay = LoopbackRelay.Start();
        await using var annie = new ChatClient(relay.ClientOptions("Annie"));
        await using var bob = new ChatClient(relay.ClientOptions("Bob"));
        await Task.WhenAll(annie.ConnectAsync(), bob.ConnectAsync()).InTime();

        await annie.SendAsync("bob", "hi Bob").InTime();
        ChatMessage toBob = (await bob.ReceiveAsync().InTime())!;
        await bob.SendAsync(toBob.From, "hi Annie").InTime();
        ChatMessage toAnnie = (await annie.ReceiveAsync().InTime())!;

        Assert.Equal(("Annie", "hi Bob"), (toBob.From, toBob.Text));
        Assert.Equal(("Bob", "hi Annie"), (toAnnie.From, toAnnie.Text));
        Assert.Equal(relay.LocalEndPoint, annie.RemoteEndPoint);
        Assert.Equal(IPAddress.Loopback, annie.LocalEndPoint!.Address);
    }

    [Fact]
    public async Task Messages_that_are_sent_while_others_are_under_way_share_datagrams()
    {
        await using ChatRelay relay = LoopbackRelay.Start();
        await relay.ReserveAsync("Bob");
        await using ChatClient annie = await relay.ConnectAsync("Annie");
        int datagrams = 0;
        annie.DatagramSeen += (isOutgoing, datagram) => datagrams += isOutgoing && datagram.AsSpan().IndexOf("SENDTO:"u8) >= 0 ? 1 : 0;

        await (await annie.SendAsync("Bob", "hi")).WaitAsync(ChatMessageState.Accepted).InTime();
        Assert.Equal(1, datagrams);

        // Few enough that nothing but the sender decides when they go, and again, because the first may be answered before the next is sent.
        const int Rounds = 100, Each = 5;
        for (int round = 0; round < Rounds; round++)
        {
            var sent = new ChatMessage[Each];
            for (int i = 0; i < Each; i++)
                sent[i] = await annie.SendAsync("Bob", "hi");
            foreach (ChatMessage message in sent)
                await message.WaitAsync(ChatMessageState.Accepted).InTime();
        }
        Assert.InRange(datagrams, 1 + Rounds, Rounds * Each);
    }

    [Fact]
    public async Task A_notice_of_the_relay_is_an_event_that_was_raised_before_the_round_trip_ends()
    {
        await using ChatRelay relay = LoopbackRelay.Start();
        await using var bob = new ChatClient(relay.ClientOptions("Bob"));
        var notices = new ConcurrentQueue<string>();
        bob.NoticeReceived += (_, notice) => notices.Enqueue(notice.Text);
        await bob.ConnectAsync().InTime();

        await bob.SendAsync("Nobody", "hi").InTime();
        Assert.NotNull(await bob.RoundTripAsync(TimeSpan.FromSeconds(30)).InTime());

        Assert.Equal("Welcome Bob, you are registered. (extended profile available)", notices.First());
        Assert.Equal("There is no user Nobody here, your message was not sent.", notices.Last());
    }

    [Fact]
    public async Task A_name_that_another_client_has_is_refused_and_free_when_it_has_left()
    {
        await using ChatRelay relay = LoopbackRelay.Start();
        await using var first = new ChatClient(relay.ClientOptions("Bob"));
        await using var second = new ChatClient(relay.ClientOptions("BOB"));
        await using var third = new ChatClient(relay.ClientOptions("Bob"));
        await first.ConnectAsync().InTime();

        ChatNameRefusedException exception = await Assert.ThrowsAsync<ChatNameRefusedException>(() => second.ConnectAsync().InTime());
        await first.DisconnectAsync().InTime();
        await third.ConnectAsync().InTime();

        Assert.Equal("The name BOB is taken, please choose another. (extended profile available)", exception.Notice);
        ChatRelayStatistics statistics = relay.GetStatistics();
        Assert.Equal(1, statistics.Datagrams[DatagramOutcome.Unregistered]);
        Assert.Equal(1, statistics.Clients);
    }

    [Fact]
    public async Task Where_nothing_listens_a_client_is_told_so_long_before_the_timeout()
    {
        IPEndPoint closed = LoopbackRelay.Closed();
        var time = new FakeTimeProvider();
        using var log = new ChatEventLog(closed.ToString());
        await using var client = new ChatClient(new ChatClientOptions { Name = "Bob", Server = closed.ToServer(), ConnectTimeout = TimeSpan.FromHours(1), TimeProvider = time });

        Task connect = client.ConnectAsync();
        while (!connect.IsCompleted)
        {
            await Task.WhenAny(connect, log.Events.NextAsync()); // Each try brings an ICMP message.
            time.Advance(TimeSpan.FromSeconds(1));
        }

        ChatServerUnreachableException exception = await Assert.ThrowsAsync<ChatServerUnreachableException>(() => connect);
        Assert.Equal($"{closed} can't be reached: nothing listens there; check the address and port, and whether the relay runs.", exception.Message);
        Assert.InRange(time.GetUtcNow() - time.Start, TimeSpan.Zero, TimeSpan.FromMinutes(1));
    }

    [Fact]
    public async Task A_socket_that_never_answers_times_out()
    {
        using var silent = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        silent.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        var time = new FakeTimeProvider();
        await using var client = new ChatClient(new ChatClientOptions { Name = "Bob", Server = ((IPEndPoint)silent.LocalEndPoint!).ToServer(), TimeProvider = time });

        Task connect = client.ConnectAsync();
        time.Advance(TimeSpan.FromSeconds(5));

        await Assert.ThrowsAsync<ChatConnectTimeoutException>(() => connect.InTime());
    }

    [Fact]
    public async Task Messages_sent_from_many_threads_arrive_once_each()
    {
        const int Threads = 4, Each = 40;
        await using ChatRelay relay = LoopbackRelay.Start();
        await using var annie = new ChatClient(relay.ClientOptions("Annie"));
        await using var bob = new ChatClient(relay.ClientOptions("Bob"));
        await Task.WhenAll(annie.ConnectAsync(), bob.ConnectAsync()).InTime();

        await Task.WhenAll(Enumerable.Range(0, Threads).Select(thread => Task.Run(async () =>
        {
            for (int i = 0; i < Each; i++)
                await bob.SendAsync("Annie", $"{thread * Each + i}");
        }))).InTime();
        var received = new ConcurrentBag<int>();
        for (int i = 0; i < Threads * Each; i++)
            received.Add(int.Parse((await annie.ReceiveAsync().InTime())!.Text, System.Globalization.CultureInfo.InvariantCulture));
        await annie.RoundTripAsync(TimeSpan.FromSeconds(30)).InTime();

        Assert.Equal(Enumerable.Range(0, Threads * Each), received.Order());
        Assert.Equal(0, annie.InboxCount);
        Assert.Equal(Threads * Each, bob.GetStatistics().MessagesSent);
    }

    [Fact]
    public async Task The_largest_text_arrives_whole()
    {
        await using ChatRelay relay = LoopbackRelay.Start();
        await using var a = new ChatClient(relay.ClientOptions("A"));
        await using var b = new ChatClient(relay.ClientOptions("B"));
        await Task.WhenAll(a.ConnectAsync(), b.ConnectAsync()).InTime();
        string text = new('x', 65_507 - "SENDTO:B: ".Length);

        await a.SendAsync("B", text).InTime();

        Assert.Equal(text, (await b.ReceiveAsync().InTime())!.Text);
    }

    [Fact]
    public async Task A_client_registers_again_with_a_relay_that_was_restarted()
    {
        ChatRelay first = LoopbackRelay.Start();
        await using var bob = new ChatClient(first.ClientOptions("Bob"));
        var states = new Recorder<ChatConnectionState>();
        bob.StateChanged += (_, change) => states.Add(change.State);
        await bob.ConnectAsync().InTime();

        await first.StopAsync().InTime();
        await using ChatRelay second = ChatRelay.Start(first.Options with { Port = first.Port });
        await bob.SendAsync("Bob", "lost").InTime();

        Assert.Equal(ChatConnectionState.Connected, await states.NextAsync());
        Assert.Equal(ChatConnectionState.Reconnecting, await states.NextAsync());
        Assert.Equal(ChatConnectionState.Connected, await states.NextAsync());
    }
}
