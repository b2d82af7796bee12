using System;
using System.Collections.Concurrent;
using System.Linq;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using UdpChat.Core.Tests.Support;

namespace UdpChat.Core.Tests.Extended;

/// <summary>Messages as bytes between clients of the extended profile, over real sockets.</summary>
public class MessageBytesTests
{
    [Fact]
    public async Task Bytes_arrive_as_they_are_in_order_and_their_delivery_is_counted()
    {
        await using ChatRelay relay = LoopbackRelay.Start();
        await using ChatClient annie = await relay.ConnectAsync("Annie"), bob = await relay.ConnectAsync("Bob");
        var received = new Recorder<(string, string)>();
        bob.MessageBytesReceived += (ChatClient _, in ChatMessageBytes message) => received.Add((Text(message.From), Text(message.Text)));
        string[] texts = [.. Enumerable.Range(0, 200).Select(i => i % 50 == 7 ? new string('\\', 60_000) + i : $" {i}\r\n\\ü{new string('x', i % 9 * 100)}")];

        foreach (string text in texts)
            await annie.SendAsync(Bytes("bob"), Bytes(text)).InTime();
        ChatMessage last = await annie.SendAsync("Bob", "last").InTime();

        foreach (string text in texts)
            Assert.Equal(("Annie", text), await received.NextAsync());
        Assert.Equal(ChatMessageState.Delivered, await last.WaitAsync(ChatMessageState.Delivered).InTime());
        Assert.Equal(texts.Length + 1, annie.GetStatistics().MessagesDelivered);
        Assert.Equal((0, 0), (bob.InboxCount, bob.GetStatistics().MessagesDelivered));
    }

    [Fact]
    public async Task What_waited_at_the_relay_says_when_that_had_it()
    {
        var time = new ShiftedTimeProvider();
        await using ChatRelay relay = LoopbackRelay.Start(o => o with { TimeProvider = time });
        string token = await relay.ReserveAsync("Bob");
        await using ChatClient annie = await relay.ConnectAsync("Annie");
        DateTimeOffset before = DateTimeOffset.UtcNow.AddMilliseconds(-1);
        await (await annie.SendAsync("Bob", "hi").InTime()).WaitAsync(ChatMessageState.Accepted).InTime();
        DateTimeOffset after = DateTimeOffset.UtcNow.AddMilliseconds(1);
        time.Shift(TimeSpan.FromSeconds(10));
        await using var bob = new ChatClient(relay.ExtendedOptions("Bob", token) with { TimeProvider = time });
        var received = new Recorder<DateTimeOffset>();
        bob.MessageBytesReceived += (ChatClient _, in ChatMessageBytes message) => received.Add(message.ReceivedAt);

        await bob.ConnectAsync().InTime();

        Assert.InRange(await received.NextAsync(), before, after);
    }

    [Fact]
    public async Task What_a_handler_sends_goes_out_in_the_datagram_that_says_what_it_has_taken()
    {
        await using ChatRelay relay = LoopbackRelay.Start();
        await using ChatClient annie = await relay.ConnectAsync("Annie"), bob = await relay.ConnectAsync("Bob");
        var sent = new ConcurrentQueue<string>();
        var answers = new Recorder<string>();
        bob.DatagramSeen += (isOutgoing, datagram) =>
        {
            if (isOutgoing)
                sent.Enqueue(Encoding.UTF8.GetString(datagram));
        };
        bob.MessageBytesReceived += (ChatClient client, in ChatMessageBytes message) =>
        {
            for (int i = 0; i < 5; i++)
                Assert.True(client.SendAsync(message.From.ToArray(), Bytes($"{i}")).AsTask().IsCompletedSuccessfully);
        };
        annie.MessageBytesReceived += (ChatClient _, in ChatMessageBytes message) => answers.Add(Text(message.Text));

        await annie.SendAsync(Bytes("Bob"), Bytes("hi")).InTime();
        for (int i = 0; i < 5; i++)
            Assert.Equal($"{i}", await answers.NextAsync());

        string datagram = sent.First(one => one.Contains("SENDTO:Annie: ", StringComparison.Ordinal));
        Assert.EndsWith("TAKEN: 1\n@n=1 SENDTO:Annie: 0\nSENDTO:Annie: 1\nSENDTO:Annie: 2\nSENDTO:Annie: 3\nSENDTO:Annie: 4\n", datagram, StringComparison.Ordinal);
        Assert.DoesNotContain(sent.TakeWhile(one => one != datagram), one => one.Contains("TAKEN", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_a_slow_handler_sends_does_not_wait_for_the_messages_that_are_there_for_it()
    {
        const int Sent = 20;
        var time = new ShiftedTimeProvider();
        await using ChatRelay relay = LoopbackRelay.Start();
        await using ChatClient annie = await relay.ConnectAsync("Annie"), bob = await relay.ConnectAsync("Bob", change: o => o with { TimeProvider = time });
        using var go = new SemaphoreSlim(0);
        var outgoing = new StringBuilder();
        var answeredBefore = new Recorder<bool>();
        string last = "";
        bob.DatagramSeen += (isOutgoing, datagram) =>
        {
            if (isOutgoing)
                outgoing.Append(Encoding.UTF8.GetString(datagram)).Append('\n');
        };
        bob.MessageBytesReceived += (ChatClient client, in ChatMessageBytes message) =>
        {
            answeredBefore.Add(last.Length == 0 || outgoing.ToString().Contains(last, StringComparison.Ordinal));
            go.Wait(TestContext.Current.CancellationToken);
            last = $": answer to {Text(message.Text)}\n";
            client.SendAsync(message.From.ToArray(), Bytes($"answer to {Text(message.Text)}")).AsTask().Wait(TestContext.Current.CancellationToken);
            time.Shift(TimeSpan.FromMilliseconds(2));
        };

        for (int i = 1; i < Sent; i++)
            await annie.SendAsync("Bob", $"{i}").InTime();
        await (await annie.SendAsync("Bob", "last").InTime()).WaitAsync(ChatMessageState.Accepted).InTime();
        go.Release(Sent);

        for (int i = 0; i < Sent; i++)
            Assert.True(await answeredBefore.NextAsync());
    }

    [Fact]
    public async Task What_a_handler_had_is_delivered_even_if_it_threw_and_does_not_come_again()
    {
        await using ChatRelay relay = LoopbackRelay.Start();
        string token = LoopbackRelay.NewToken();
        await using ChatClient annie = await relay.ConnectAsync("Annie");
        await using (ChatClient first = await relay.ConnectAsync("Bob", token))
        {
            first.MessageBytesReceived += (ChatClient _, in ChatMessageBytes _) => throw new InvalidTimeZoneException("thrown on purpose");
            ChatMessage sent = await annie.SendAsync("Bob", "1").InTime();
            Assert.Equal(ChatMessageState.Delivered, await sent.WaitAsync(ChatMessageState.Delivered).InTime());
        }
        await annie.SendAsync("Bob", "2").InTime();

        await using ChatClient second = await relay.ConnectAsync("Bob", token);
        Assert.Equal("2", (await second.ReceiveAsync().InTime())!.Text);
    }

    [Fact]
    public async Task A_handler_that_leaves_has_its_message_which_does_not_come_again()
    {
        await using ChatRelay relay = LoopbackRelay.Start();
        string token = LoopbackRelay.NewToken();
        await using ChatClient annie = await relay.ConnectAsync("Annie");
        ChatClient first = await relay.ConnectAsync("Bob", token);
        var leaving = new TaskCompletionSource<Task<int>>(TaskCreationOptions.RunContinuationsAsynchronously);
        first.MessageBytesReceived += (ChatClient client, in ChatMessageBytes _) => leaving.TrySetResult(client.DisconnectAsync());
        await annie.SendAsync("Bob", "1").InTime();
        await (await leaving.Task.InTime()).InTime();
        await annie.SendAsync("Bob", "2").InTime();

        await using ChatClient second = await relay.ConnectAsync("Bob", token);
        Assert.Equal("2", (await second.ReceiveAsync().InTime())!.Text);
    }

    [Fact]
    public async Task Who_leaves_while_a_handler_is_at_it_has_what_that_had_and_no_more()
    {
        const int Sent = 300, Handled = 3;
        await using ChatRelay relay = LoopbackRelay.Start();
        string token = LoopbackRelay.NewToken();
        await using ChatClient annie = await relay.ConnectAsync("Annie");
        ChatClient first = await relay.ConnectAsync("Bob", token);
        using var go = new SemaphoreSlim(0);
        var handled = new Recorder<string>();
        first.MessageBytesReceived += (ChatClient _, in ChatMessageBytes message) =>
        {
            handled.Add(Text(message.Text));
            go.Wait(TestContext.Current.CancellationToken);
        };
        for (int i = 0; i < Sent; i++)
            await annie.SendAsync(Bytes("Bob"), Bytes($"{i}")).InTime();
        go.Release(Handled - 1);
        for (int i = 0; i < Handled; i++)
            Assert.Equal($"{i}", await handled.NextAsync());

        Task left = first.DisconnectAsync();
        go.Release();
        await left.InTime();

        Assert.Empty(handled.TakeAll());
        await using ChatClient second = await relay.ConnectAsync("Bob", token);
        for (int i = Handled; i < Sent; i++)
            Assert.Equal($"{i}", (await second.ReceiveAsync().InTime())!.Text);
    }

    [Fact]
    public async Task What_a_handler_that_leaves_has_sent_goes_out_though_it_goes_on()
    {
        await using ChatRelay relay = LoopbackRelay.Start();
        await using ChatClient annie = await relay.ConnectAsync("Annie");
        ChatClient bob = await relay.ConnectAsync("Bob");
        using var arrived = new SemaphoreSlim(0);
        var leaving = new TaskCompletionSource<Task<int>>(TaskCreationOptions.RunContinuationsAsynchronously);
        bob.MessageBytesReceived += (ChatClient client, in ChatMessageBytes message) =>
        {
            client.SendAsync(message.From.ToArray(), Bytes("bye")).AsTask().Wait(TestContext.Current.CancellationToken);
            leaving.TrySetResult(client.DisconnectAsync());
            arrived.Wait(TestContext.Current.CancellationToken);
        };

        await annie.SendAsync("Bob", "1").InTime();

        Assert.Equal("bye", (await annie.ReceiveAsync().InTime())!.Text);
        arrived.Release();
        Assert.Equal(0, await (await leaving.Task.InTime()).InTime());
    }

    [Fact]
    public async Task A_copy_of_a_sent_message_changes_with_it()
    {
        await using ChatRelay relay = LoopbackRelay.Start();
        await using ChatClient annie = await relay.ConnectAsync("Annie"), bob = await relay.ConnectAsync("Bob");

        ChatMessage sent = await annie.SendAsync("Bob", "1").InTime(), copy = sent with { Text = "2" }, second = copy with { Text = "3" };

        Assert.Equal(ChatMessageState.Delivered, await second.WaitAsync(ChatMessageState.Delivered).InTime());
        Assert.Equal((ChatMessageState.Delivered, "3", sent.Id), (copy.State, second.Text, second.Id));
    }

    [Fact]
    public async Task Of_bytes_that_the_relay_refuses_the_sender_is_told_with_their_text()
    {
        var time = new ShiftedTimeProvider();
        await using ChatRelay relay = LoopbackRelay.Start(o => o with { TimeProvider = time });
        time.Shift(relay.Options.ClientTimeout); // Until then its clients may not be back yet.
        await using ChatClient annie = await relay.ConnectAsync("Annie");
        var changed = new Recorder<ChatMessage>();
        annie.MessageChanged += (_, message) => changed.Add(message);

        await annie.SendAsync(Bytes("Annie"), Bytes("arrives")).InTime();
        await annie.SendAsync(Bytes("Nobody"), Bytes("a\\b\n")).InTime();

        ChatMessage failed = await changed.NextAsync();
        Assert.Equal(("Nobody", "a\\b\n", ChatMessageState.Failed, "no-such-user", false), (failed.To, failed.Text, failed.State, failed.ErrorCode, failed.MayHaveArrived));
        Assert.Equal(ChatMessageState.Failed, await failed.WaitAsync(ChatMessageState.Delivered).InTime());
    }

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    private static string Text(ReadOnlySpan<byte> bytes) => Encoding.UTF8.GetString(bytes);
}
