using System;
using System.Threading.Tasks;
using UdpChat.Core.Tests.Support;
#if NET8_0
using UdpChat.Protocol.Client;
#endif

namespace UdpChat.Core.Tests.Extended;

/// <summary>A relay that ends and is started again on its port.</summary>
public class RestartTests
{
#if NET8_0 // The netstandard2.0 adapter has SQLite's library for Windows alone.
    [Fact]
    public async Task A_relay_with_a_store_delivers_after_its_restart_what_it_accepted_before()
    {
        using TemporaryFolder folder = new TemporaryFolder().Create();
        ChatRelay first = LoopbackRelay.Start(o => o with { Store = folder["relay.db"] });
        string token = await first.ReserveAsync("Bob");
        await using ChatClient annie = await first.ConnectAsync("Annie");
        ChatMessage sent = await annie.SendAsync("Bob", "hi").InTime();
        Assert.Equal(ChatMessageState.Accepted, await sent.WaitAsync(ChatMessageState.Accepted).InTime());

        await first.StopAsync().InTime();
        await using ChatRelay second = first.Restart();
        await using ChatClient bob = await second.ConnectAsync("Bob", token);

        Assert.Equal("hi", (await bob.ReceiveAsync().InTime())!.Text);
        await annie.RoundTripAsync(TimeSpan.FromSeconds(30)).InTime(); // Finds that its session is gone.
        Assert.Equal(ChatMessageState.Delivered, await sent.WaitAsync(ChatMessageState.Delivered).InTime());
        await annie.DisconnectAsync().InTime(); // While there is a relay to tell.
    }
#endif

    [Fact]
    public async Task A_relay_without_a_store_has_lost_what_it_accepted_and_its_sender_is_told()
    {
        ChatRelay first = LoopbackRelay.Start();
        await first.ReserveAsync("Bob");
        await using ChatClient annie = await first.ConnectAsync("Annie");
        ChatMessage sent = await annie.SendAsync("Bob", "hi").InTime();
        await sent.WaitAsync(ChatMessageState.Accepted).InTime();

        await first.StopAsync().InTime();
        await using ChatRelay second = first.Restart();
        await annie.RoundTripAsync(TimeSpan.FromSeconds(30)).InTime();

        Assert.Equal(ChatMessageState.Failed, await sent.WaitAsync(ChatMessageState.Delivered).InTime());
        Assert.Equal(("relay-restarted", true), (sent.ErrorCode, sent.MayHaveArrived));
        Assert.Equal("The relay was restarted and keeps nothing; whether Bob had the message is not known. Ask, or send it again.", sent.Error);
        await annie.DisconnectAsync().InTime();
    }

#if NET8_0 // The netstandard2.0 adapter has SQLite's library for Windows alone.
    [Fact]
    public async Task A_restart_is_seen_as_a_reconnect_and_what_was_sent_meanwhile_arrives_in_order()
    {
        using TemporaryFolder folder = new TemporaryFolder().Create();
        ChatRelay first = LoopbackRelay.Start(o => o with { Store = folder["relay.db"] });
        await using ChatClient annie = await first.ConnectAsync("Annie"), bob = await first.ConnectAsync("Bob");
        var states = new Recorder<ChatConnectionState>();
        annie.StateChanged += (_, change) => states.Add(change.State);

        await first.StopAsync().InTime();
        for (int i = 0; i < 100; i++)
            await annie.SendAsync("Bob", $"{i}").InTime();
        await using ChatRelay second = first.Restart();
        _ = bob.RoundTripAsync(TimeSpan.FromSeconds(30));

        for (int i = 0; i < 100; i++)
            Assert.Equal($"{i}", (await bob.ReceiveAsync().InTime())!.Text);
        Assert.Equal(ChatConnectionState.Reconnecting, await states.NextAsync());
        Assert.Equal(ChatConnectionState.Connected, await states.NextAsync());
        Assert.Equal(0, await annie.DisconnectAsync().InTime());
        await bob.DisconnectAsync().InTime();
        Assert.Equal(0, bob.InboxCount);
    }
#endif
}
