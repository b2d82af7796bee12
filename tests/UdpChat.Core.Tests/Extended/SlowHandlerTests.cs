using System;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Extensions.Time.Testing;
using UdpChat.Core.Tests.Support;

namespace UdpChat.Core.Tests.Extended;

/// <summary>Handlers that keep the thread that has received, over real sockets. Their client's time stands still, so that no timer of the protocol helps.</summary>
public class SlowHandlerTests
{
    private static async Task<ChatClient> ConnectFrozenAsync(ChatRelay relay)
    {
        var client = new ChatClient(relay.ExtendedOptions("Bob") with { TimeProvider = new FakeTimeProvider() });
        await client.ConnectAsync().InTime();
        return client;
    }

    [Fact]
    public async Task What_a_handler_of_bytes_has_sent_goes_out_though_it_stays()
    {
        await using ChatRelay relay = LoopbackRelay.Start();
        await using ChatClient annie = await relay.ConnectAsync("Annie");
        await using ChatClient bob = await ConnectFrozenAsync(relay);
        using var answered = new ManualResetEventSlim();
        var stayed = new Recorder<bool>();
        bob.MessageBytesReceived += (ChatClient client, in ChatMessageBytes _) =>
        {
            Assert.True(client.SendAsync(Encoding.UTF8.GetBytes("Annie"), Encoding.UTF8.GetBytes("answer")).AsTask().IsCompletedSuccessfully);
            stayed.Add(answered.Wait(Support.TaskExtensions.Patience));
        };

        await annie.SendAsync("Bob", "hi").InTime();

        Assert.Equal("answer", (await annie.ReceiveAsync().InTime())!.Text);
        answered.Set();
        Assert.True(await stayed.NextAsync());
    }

    [Fact]
    public async Task The_relay_hears_what_a_handler_has_had_while_the_next_message_keeps_it()
    {
        await using ChatRelay relay = LoopbackRelay.Start();
        await using ChatClient annie = await relay.ConnectAsync("Annie");
        await using ChatClient bob = await ConnectFrozenAsync(relay);
        using var told = new ManualResetEventSlim();
        var handled = new Recorder<(string, bool)>();
        bob.DatagramSeen += (isOutgoing, datagram) =>
        {
            if (isOutgoing && Encoding.UTF8.GetString(datagram).Contains("TAKEN: 1\n", StringComparison.Ordinal))
                told.Set();
        };
        bob.MessageReceived += (_, message) => handled.Add((message.Text, message.Text == "1" || told.Wait(Support.TaskExtensions.Patience)));
        // What a handler of bytes sends goes out together.
        annie.MessageBytesReceived += (ChatClient client, in ChatMessageBytes _) =>
        {
            for (int i = 1; i <= 2; i++)
                Assert.True(client.SendAsync(Encoding.UTF8.GetBytes("Bob"), Encoding.UTF8.GetBytes($"{i}")).AsTask().IsCompletedSuccessfully);
        };

        await bob.SendAsync("Annie", "both").InTime();

        Assert.Equal(("1", true), await handled.NextAsync());
        Assert.Equal(("2", true), await handled.NextAsync());
    }

    [Fact]
    public async Task What_a_handler_has_had_is_told_at_once()
    {
        await using ChatRelay relay = LoopbackRelay.Start(o => o with { TimeProvider = new FakeTimeProvider() }); // It repeats nothing.
        await using ChatClient annie = await relay.ConnectAsync("Annie");
        await using ChatClient bob = await ConnectFrozenAsync(relay);
        var sent = new Recorder<string>();
        bob.DatagramSeen += (isOutgoing, datagram) =>
        {
            if (isOutgoing)
                sent.Add(Encoding.UTF8.GetString(datagram));
        };
        bob.MessageReceived += (_, _) => { };

        await annie.SendAsync("Bob", "hi").InTime();

        await sent.NextAsync(datagram => datagram.Contains("TAKEN: 1\n", StringComparison.Ordinal));
    }
}
