using System;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Extensions.Time.Testing;
using UdpChat.Core.Tests.Support;

namespace UdpChat.Core.Tests.Extended;

/// <summary>Handlers that keep the thread that has received, over real sockets. Time stands still but for what a test lets pass, so that no timer of the protocol helps.</summary>
public class SlowHandlerTests
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public async Task What_a_handler_of_bytes_sends_goes_out_though_it_stays()
    {
        await using ChatRelay relay = StartFrozen();
        await using ChatClient annie = await relay.ConnectAsync("Annie"), bob = await ConnectFrozenAsync(relay);
        using var answered = new AutoResetEvent(false);
        var entered = new Recorder<bool>();
        var heard = new Recorder<bool>();
        bob.MessageBytesReceived += (ChatClient client, in ChatMessageBytes _) =>
        {
            // The first before another thread receives, the others after that.
            for (int i = 0; i < 3; i++)
            {
                client.SendAsync("Annie"u8.ToArray(), Encoding.UTF8.GetBytes($"{i}")).AsTask().GetAwaiter().GetResult();
                entered.Add(true);
                heard.Add(answered.WaitOne(Support.TaskExtensions.Patience / 2));
            }
        };

        await annie.SendAsync("Bob", "hi").InTime();
        await entered.NextAsync();
        _time.PassPatienceWithHandlers();

        for (int i = 0; i < 3; i++)
        {
            Assert.Equal($"{i}", (await annie.ReceiveAsync().InTime())!.Text);
            answered.Set();
            Assert.True(await heard.NextAsync());
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_relay_hears_what_a_handler_has_had_while_the_next_message_keeps_it(bool asBytes)
    {
        await using ChatRelay relay = StartFrozen();
        await using ChatClient annie = await relay.ConnectAsync("Annie"), bob = await ConnectFrozenAsync(relay);
        using var told = new ManualResetEventSlim();
        var entered = new Recorder<string>();
        var handled = new Recorder<(string, bool)>();
        bob.DatagramSeen += (isOutgoing, datagram) =>
        {
            if (isOutgoing && Encoding.UTF8.GetString(datagram).Contains("TAKEN: 1\n", StringComparison.Ordinal))
                told.Set();
        };
        void Handle(string text)
        {
            entered.Add(text);
            handled.Add((text, text == "1" || told.Wait(Support.TaskExtensions.Patience / 2)));
        }
        if (asBytes)
            bob.MessageBytesReceived += (ChatClient _, in ChatMessageBytes message) => Handle(Encoding.UTF8.GetString(message.Text));
        else
            bob.MessageReceived += (_, message) => Handle(message.Text);
        // What a handler of bytes sends goes out together.
        annie.MessageBytesReceived += (ChatClient client, in ChatMessageBytes _) =>
        {
            for (int i = 1; i <= 2; i++)
                Assert.True(client.SendAsync("Bob"u8.ToArray(), Encoding.UTF8.GetBytes($"{i}")).AsTask().IsCompletedSuccessfully);
        };

        await bob.SendAsync("Annie", "both").InTime();
        await entered.NextAsync(text => text == "2");
        _time.PassPatienceWithHandlers();

        Assert.Equal(("1", true), await handled.NextAsync());
        Assert.Equal(("2", true), await handled.NextAsync());
    }

    [Fact]
    public async Task What_a_handler_has_had_is_told_at_once()
    {
        await using ChatRelay relay = StartFrozen();
        await using ChatClient annie = await relay.ConnectAsync("Annie"), bob = await ConnectFrozenAsync(relay);
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

    /// <summary>A relay that repeats nothing.</summary>
    private static ChatRelay StartFrozen() => LoopbackRelay.Start(o => o with { TimeProvider = new FakeTimeProvider() });

    private async Task<ChatClient> ConnectFrozenAsync(ChatRelay relay)
    {
        var client = new ChatClient(relay.ExtendedOptions("Bob") with { TimeProvider = _time });
        await client.ConnectAsync().InTime();
        return client;
    }
}
