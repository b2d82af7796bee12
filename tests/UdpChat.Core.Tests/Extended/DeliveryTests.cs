using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using System.Threading.Tasks;
using UdpChat.Core.Tests.Support;

namespace UdpChat.Core.Tests.Extended;

/// <summary>What becomes of messages between clients of the extended profile, and to and from plain ones.</summary>
public class DeliveryTests
{
    [Fact]
    public async Task A_message_is_queued_then_accepted_then_delivered_and_its_sender_is_told()
    {
        await using ChatRelay relay = LoopbackRelay.Start();
        string token = await relay.ReserveAsync("Bob");
        await using ChatClient annie = await relay.ConnectAsync("Annie");
        var changes = new Recorder<(ChatMessage, ChatMessageState)>();
        annie.MessageChanged += (_, message) => changes.Add((message, message.State));

        ChatMessage sent = await annie.SendAsync("Bob", "hi").InTime();
        Assert.Equal(ChatMessageState.Accepted, await sent.WaitAsync(ChatMessageState.Accepted).InTime());
        Assert.Equal((sent, ChatMessageState.Accepted), await changes.NextAsync());
        await using ChatClient bob = await relay.ConnectAsync("Bob", token);
        ChatMessage received = (await bob.ReceiveAsync().InTime())!;

        Assert.Equal(ChatMessageState.Delivered, await sent.WaitAsync(ChatMessageState.Delivered).InTime());
        Assert.Equal((sent, ChatMessageState.Delivered), await changes.NextAsync());
        Assert.Equal(("Annie", "Bob", "hi", sent.Id), (received.From, received.To, received.Text, received.Id));
        Assert.Equal((ChatMessageState.Received, true), (received.State, annie.IsExtended));
        Assert.Equal((null, null, false), (sent.Error, sent.ErrorCode, sent.MayHaveArrived));
    }

    [Fact]
    public async Task A_message_is_queued_while_the_relay_is_away_and_goes_on_when_it_is_back()
    {
        ChatRelay first = LoopbackRelay.Start();
        await using ChatClient bob = await first.ConnectAsync("Bob");
        await first.StopAsync().InTime();

        ChatMessage sent = await bob.SendAsync("Bob", "hi").InTime();
        Assert.Equal((ChatMessageState.Queued, 1), (sent.State, bob.OutboxCount));
        await using ChatRelay second = first.Restart();

        Assert.Equal("hi", (await bob.ReceiveAsync().InTime())!.Text);
        await sent.WaitAsync(ChatMessageState.Delivered).InTime();
        await bob.DisconnectAsync().InTime(); // While there is a relay to tell.
    }

    [Fact]
    public async Task A_message_to_nobody_fails_with_a_code_and_did_not_arrive()
    {
        var time = new ShiftedTimeProvider();
        await using ChatRelay relay = LoopbackRelay.Start(o => o with { TimeProvider = time });
        time.Shift(relay.Options.ClientTimeout); // Until then its clients may not be back yet.
        await using ChatClient annie = await relay.ConnectAsync("Annie");

        ChatMessage sent = await annie.SendAsync("Nobody", "hi").InTime();

        Assert.Equal(ChatMessageState.Failed, await sent.WaitAsync(ChatMessageState.Accepted).InTime());
        Assert.Equal(("no-such-user", false), (sent.ErrorCode, sent.MayHaveArrived));
        Assert.Contains("Nobody", sent.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_message_to_a_full_mailbox_fails_and_those_before_it_are_kept()
    {
        await using ChatRelay relay = LoopbackRelay.Start(o => o with { MailboxMessages = 2 });
        string token = await relay.ReserveAsync("Bob");
        await using ChatClient annie = await relay.ConnectAsync("Annie");

        var sent = new List<ChatMessage>();
        for (int i = 1; i <= 3; i++)
            sent.Add(await annie.SendAsync("Bob", $"{i}").InTime());

        Assert.Equal(ChatMessageState.Failed, await sent[2].WaitAsync(ChatMessageState.Accepted).InTime());
        Assert.Equal(("mailbox-full", false), (sent[2].ErrorCode, sent[2].MayHaveArrived));
        await using ChatClient bob = await relay.ConnectAsync("Bob", token);
        Assert.Equal(["1", "2"], await TakeAsync(bob, 2));
    }

    [Fact]
    public async Task A_text_of_64_KiB_with_line_breaks_and_backslashes_arrives_as_it_is_both_ways()
    {
        await using ChatRelay relay = LoopbackRelay.Start();
        await using ChatClient annie = await relay.ConnectAsync("Annie"), bob = await relay.ConnectAsync("Bob");
        string text = string.Concat(Enumerable.Repeat(" \\n\\\r\nü\n\\", 5000));
        text += new string('\\', 65_536 - Encoding.UTF8.GetByteCount(text));

        await annie.SendAsync("Bob", text).InTime();
        await bob.SendAsync("Annie", text).InTime();

        Assert.Equal(text, (await bob.ReceiveAsync().InTime())!.Text);
        Assert.Equal(text, (await annie.ReceiveAsync().InTime())!.Text);
        await Assert.ThrowsAsync<ChatMessageTooLargeException>(() => annie.SendAsync("Bob", text + "x").AsTask().InTime());
    }

    [Fact]
    public async Task A_plain_peer_gets_a_plain_datagram_and_no_more_is_known_of_it_than_that_it_was_accepted()
    {
        await using ChatRelay relay = LoopbackRelay.Start();
        using PlainPeer bob = await PlainPeer.RegisterAsync(relay.LocalEndPoint, "Bob");
        await using ChatClient annie = await relay.ConnectAsync("Annie");

        ChatMessage sent = await annie.SendAsync("Bob", "one\\two\nthree").InTime();

        Assert.Equal("FROM:Annie: one\\two\nthree", await bob.ReceiveAsync());
        Assert.Equal(ChatMessageState.Accepted, await sent.WaitAsync(ChatMessageState.Delivered).InTime());
        Assert.Equal(ChatMessageState.Accepted, sent.State);
    }

    [Fact]
    public async Task A_plain_peer_reaches_an_extended_client_and_keeps_its_text()
    {
        await using ChatRelay relay = LoopbackRelay.Start();
        using PlainPeer bob = await PlainPeer.RegisterAsync(relay.LocalEndPoint, "Bob");
        await using ChatClient annie = await relay.ConnectAsync("Annie");

        bob.Send("SENDTO:Annie: one\\two\nthree");
        bob.Send("SENDTO:Annie: again");

        Assert.Equal(["one\\two\nthree", "again"], await TakeAsync(annie, 2));
        await bob.SettleAsync("Bob");
    }

    [Fact]
    public async Task What_a_plain_peer_sends_to_somebody_away_is_kept_and_comes_later_with_its_time()
    {
        var time = new ShiftedTimeProvider();
        await using ChatRelay relay = LoopbackRelay.Start(o => o with { TimeProvider = time });
        string token = await relay.ReserveAsync("Annie");
        using PlainPeer bob = await PlainPeer.RegisterAsync(relay.LocalEndPoint, "Bob");
        DateTimeOffset before = time.GetUtcNow();

        bob.Send("SENDTO:Annie: hi");
        Assert.Equal("INFO: Annie is away and gets your message when back.", await bob.ReceiveAsync());
        DateTimeOffset after = time.GetUtcNow();
        time.Shift(TimeSpan.FromDays(1));
        await using ChatClient annie = await relay.ConnectAsync("Annie", token);

        ChatMessage received = (await annie.ReceiveAsync().InTime())!;
        Assert.Equal(("Bob", "hi"), (received.From, received.Text));
        Assert.InRange(received.ReceivedAt, before.AddMilliseconds(-1), after);
    }

    [Fact]
    public async Task Mail_for_somebody_away_comes_in_order_with_the_times_at_which_it_was_accepted()
    {
        var time = new ShiftedTimeProvider();
        await using ChatRelay relay = LoopbackRelay.Start(o => o with { TimeProvider = time });
        string token = await relay.ReserveAsync("Bob");
        await using ChatClient annie = await relay.ConnectAsync("Annie");
        var bounds = new List<(DateTimeOffset Before, DateTimeOffset After)>();

        for (int i = 0; i < 5; i++)
        {
            DateTimeOffset before = time.GetUtcNow();
            ChatMessage sent = await annie.SendAsync("Bob", $"{i}").InTime();
            await sent.WaitAsync(ChatMessageState.Accepted).InTime();
            bounds.Add((before, time.GetUtcNow()));
            time.Shift(TimeSpan.FromSeconds(10));
        }
        await using ChatClient bob = await relay.ConnectAsync("Bob", token);

        for (int i = 0; i < 5; i++)
        {
            ChatMessage received = (await bob.ReceiveAsync().InTime())!;
            Assert.Equal($"{i}", received.Text);
            Assert.InRange(received.ReceivedAt, bounds[i].Before.AddMilliseconds(-1), bounds[i].After);
        }
    }

    [Fact]
    public async Task Messages_that_nobody_took_come_again_to_the_next_client_and_those_taken_do_not()
    {
        await using ChatRelay relay = LoopbackRelay.Start();
        string token = LoopbackRelay.NewToken();
        ChatClient first = await relay.ConnectAsync("Bob", token);
        await using ChatClient annie = await relay.ConnectAsync("Annie");
        ChatMessage last = null!;
        for (int i = 1; i <= 4; i++)
            last = await annie.SendAsync("Bob", $"{i}").InTime();
        await last.WaitAsync(ChatMessageState.Delivered).InTime();

        Assert.Equal(["1", "2"], await TakeAsync(first, 2));
        await first.DisconnectAsync().InTime();
        await using ChatClient second = await relay.ConnectAsync("Bob", token);

        Assert.Equal(["3", "4"], await TakeAsync(second, 2));
        await annie.SendAsync("Bob", "5").InTime();
        Assert.Equal(["5"], await TakeAsync(second, 1));
    }

    [Fact]
    public async Task A_slow_reader_slows_those_who_send_to_it_and_nobody_else()
    {
        const int Messages = 40;
        await using ChatRelay relay = LoopbackRelay.Start(o => o with { MailboxMessages = 5 });
        await using ChatClient annie = await relay.ConnectAsync("Annie"), carl = await relay.ConnectAsync("Carl");
        await using ChatClient slow = await relay.ConnectAsync("Slow", change: o => o with { InboxCapacity = 2 });
        var sent = new List<ChatMessage>();
        for (int i = 0; i < Messages; i++)
            sent.Add(await annie.SendAsync("Slow", $"{i}").InTime());

        ChatMessage toCarl = await annie.SendAsync("Carl", "hi").InTime();
        Assert.Equal("hi", (await carl.ReceiveAsync().InTime())!.Text);
        await toCarl.WaitAsync(ChatMessageState.Delivered).InTime();
        await sent[1].WaitAsync(ChatMessageState.Delivered).InTime();
        Assert.Equal(ChatMessageState.Queued, sent[^1].State);
        Assert.InRange(slow.InboxCount, 0, 2);

        Assert.Equal(Enumerable.Range(0, Messages).Select(i => $"{i}"), await TakeAsync(slow, Messages));
        Assert.Equal(ChatMessageState.Delivered, await sent[^1].WaitAsync(ChatMessageState.Delivered).InTime());
        Assert.Equal(0, slow.GetStatistics().MessagesDropped);
    }

    private static async Task<List<string>> TakeAsync(ChatClient client, int count)
    {
        var texts = new List<string>();
        for (int i = 0; i < count; i++)
            texts.Add((await client.ReceiveAsync().InTime())!.Text);
        return texts;
    }
}
