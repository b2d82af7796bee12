using System.Threading.Tasks;
using UdpChat.Core.Tests.Support;
using UdpChat.Protocol.Client;
using UdpChat.Testing;
using UdpChat.Testing.Sockets;

namespace UdpChat.Core.Tests.Proxy;

/// <summary>The relay and clients on either side of a bad proxy.</summary>
public class PlainProfileTests
{
    [Fact]
    public async Task The_relay_sees_each_client_at_a_port_of_its_own()
    {
        await using ChatRelay relay = LoopbackRelay.Start();
        await using var proxy = new BadProxy(new BadProxyOptions { Relay = relay.LocalEndPoint });
        await using ChatClient annie = Client("Annie", proxy), bob = Client("Bob", proxy);
        await Task.WhenAll(annie.ConnectAsync(), bob.ConnectAsync()).InTime();

        await annie.SendAsync("Bob", "hi Bob").InTime();
        Assert.Equal("hi Bob", (await bob.ReceiveAsync().InTime())!.Text);
        await bob.SendAsync("Annie", "hi Annie").InTime();
        Assert.Equal("hi Annie", (await annie.ReceiveAsync().InTime())!.Text);

        Assert.Equal(2, relay.Clients); // One address has one name.
        BadProxyCounts counts = proxy.GetCounts();
        Assert.Equal((2, 2, 0), (counts.Clients, counts.OpenPorts, counts.ToRelay.Lost + counts.ToClients.Lost));
        Assert.Equal(counts.ToRelay.Received, counts.ToRelay.Forwarded);
    }

    [Fact]
    public async Task The_plain_profile_passes_on_what_the_network_doubles()
    {
        await using ChatRelay relay = LoopbackRelay.Start();
        await using var proxy = new BadProxy(new BadProxyOptions { Relay = relay.LocalEndPoint });
        await using ChatClient bob = Client("Bob", proxy);
        await bob.ConnectAsync().InTime();

        proxy.ToRelay = new LinkConditions { Duplication = 1 };
        await bob.SendAsync("Bob", "hi").InTime();

        Assert.Equal("hi", (await bob.ReceiveAsync().InTime())!.Text);
        Assert.Equal("hi", (await bob.ReceiveAsync().InTime())!.Text);
    }

    [Fact]
    public async Task A_relay_that_is_killed_and_restarted_on_its_port_is_found_again()
    {
        ChatRelay first = LoopbackRelay.Start();
        await using var proxy = new BadProxy(new BadProxyOptions { Relay = first.LocalEndPoint });
        await using ChatClient bob = Client("Bob", proxy);
        var states = new Recorder<ChatConnectionState>();
        bob.StateChanged += (_, change) => states.Add(change.State);
        await bob.ConnectAsync().InTime();

        await first.StopAsync().InTime();
        long before = proxy.GetCounts().ToRelay.Forwarded;
        for (int i = 1; i <= 3; i++)
        {
            await bob.SendAsync("Bob", "lost, as an ICMP message says").InTime();
            await proxy.WaitAsync(c => c.ToRelay.Forwarded == before + i).InTime();
        }
        await using ChatRelay second = ChatRelay.Start(first.Options with { Port = first.Port });
        await bob.SendAsync("Bob", "lost, because nobody is registered").InTime();
        await states.NextAsync(s => s == ChatConnectionState.Reconnecting);
        await states.NextAsync(s => s == ChatConnectionState.Connected);
        await bob.SendAsync("Bob", "hi again").InTime();

        Assert.Equal("hi again", (await bob.ReceiveAsync().InTime())!.Text);
        Assert.Equal(0, proxy.GetCounts().ToRelay.Unsent);
    }

    private static ChatClient Client(string name, BadProxy proxy) => new(new ChatClientOptions { Name = name, Server = proxy.LocalEndPoint.ToServer(), Profile = ChatProfile.Plain });
}
