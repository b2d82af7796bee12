using System;
using System.Threading.Tasks;
using UdpChat.Core.Tests.Support;
using UdpChat.Protocol.Client;
using UdpChat.Testing;
using UdpChat.Testing.Sockets;

namespace UdpChat.Core.Tests.Proxy;

/// <summary>The extended profile over a network that loses, doubles, reorders and moves.</summary>
public class ExtendedProfileTests
{
    private static readonly LinkConditions Bad = new()
    {
        Loss = 0.2,
        Duplication = 0.05,
        Reordering = 0.2,
        MinDelay = TimeSpan.FromMilliseconds(5),
        MaxDelay = TimeSpan.FromMilliseconds(20),
    };

    [Fact]
    public async Task Over_a_bad_network_with_changing_ports_every_message_arrives_once_and_in_order()
    {
        const int Messages = 500;
        await using ChatRelay relay = LoopbackRelay.Start();
        await using var proxy = new BadProxy(new BadProxyOptions { Relay = relay.LocalEndPoint, ToRelay = Bad, ToClients = Bad });
        await using ChatClient annie = await ConnectAsync("Annie", proxy), bob = await ConnectAsync("Bob", proxy);
        ChatMessage last = null!;

        Task sending = Task.Run(async () =>
        {
            for (int i = 0; i < Messages; i++)
                last = await annie.SendAsync("Bob", $"{i}");
        });
        for (int i = 0; i < Messages; i++)
        {
            Assert.Equal($"{i}", (await bob.ReceiveAsync().InTime())!.Text);
            if (i % 100 == 50)
                proxy.ChangePorts();
        }
        await sending.InTime();

        Assert.Equal(ChatMessageState.Delivered, await last.WaitAsync(ChatMessageState.Delivered).InTime());
        Assert.Equal(0, await annie.DisconnectAsync(TimeSpan.FromSeconds(30)).InTime());
        await bob.DisconnectAsync(TimeSpan.FromSeconds(30)).InTime();
        Assert.Equal(0, bob.InboxCount);
        Assert.NotEqual(0, relay.GetStatistics().Moved);
    }

    private static async Task<ChatClient> ConnectAsync(string name, BadProxy proxy)
    {
        var client = new ChatClient(new ChatClientOptions
        {
            Name = name,
            Server = proxy.LocalEndPoint.ToServer(),
            Token = LoopbackRelay.NewToken(),
            Profile = ChatProfile.Extended,
            ConnectTimeout = TimeSpan.FromSeconds(30),
            OutboxCapacity = 25, // So that much is still to be sent when the ports change.
        });
        await client.ConnectAsync().InTime();
        return client;
    }
}
