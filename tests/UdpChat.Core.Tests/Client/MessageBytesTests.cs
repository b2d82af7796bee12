using System;
using System.Collections.Generic;
using System.Linq;
using System.Net.Sockets;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using UdpChat.Core.Tests.Support;
using UdpChat.Protocol.Client;

namespace UdpChat.Core.Tests.Client;

/// <summary>Messages as bytes in the plain profile, where each datagram is one.</summary>
public class MessageBytesTests
{
    [Fact]
    public async Task A_message_goes_to_the_handler_of_bytes_and_to_nobody_else()
    {
        await using FakeSession session = await FakeSession.ConnectAsync();
        var received = new Recorder<(ChatClient Client, string From, string Text, DateTimeOffset At)>();
        var others = new Recorder<string>();
        session.Client.MessageReceived += (_, message) => others.Add(message.Text);
        session.Client.MessageBytesReceived += (ChatClient client, in ChatMessageBytes message) => received.Add((client, Text(message.From), Text(message.Text), message.ReceivedAt));
        session.Time.Advance(TimeSpan.FromSeconds(1));

        session.Socket.Deliver("FROM:Zoë:  a:b\n ü ");
        session.Socket.Deliver("FROM:Zoë: ");

        Assert.Equal((session.Client, "Zoë", " a:b\n ü ", session.Time.GetUtcNow()), await received.NextAsync());
        Assert.Equal((session.Client, "Zoë", "", session.Time.GetUtcNow()), await received.NextAsync());
        await session.Relay.DrainAsync();
        Assert.Empty(others.TakeAll());
        Assert.Equal(0, session.Client.InboxCount);
        ChatClientStatistics statistics = session.Client.GetStatistics();
        Assert.Equal((2, 0), (statistics.MessagesReceived, statistics.MessagesDropped));
    }

    [Fact]
    public async Task What_comes_together_goes_to_the_handler_one_by_one_in_order_whatever_its_size()
    {
        await using FakeSession session = await FakeSession.ConnectAsync();
        var received = new Recorder<string>();
        session.Client.MessageBytesReceived += (ChatClient _, in ChatMessageBytes message) => received.Add(Text(message.Text));
        string[] texts = [.. Enumerable.Range(0, 200).Select(i => $"{i}{new string('x', i % 7 == 0 ? 3_000 : 0)}")];

        foreach (string text in texts)
            session.Socket.Deliver($"FROM:Annie: {text}");

        foreach (string text in texts)
            Assert.Equal(text, await received.NextAsync());
    }

    [Fact]
    public async Task A_handler_that_throws_loses_nothing_and_is_reported()
    {
        using var log = new ChatEventLog("BytesThrower");
        await using FakeSession session = await FakeSession.ConnectAsync(o => o with { Name = "BytesThrower" });
        var handled = new Recorder<string>();
        session.Client.MessageBytesReceived += (ChatClient _, in ChatMessageBytes message) =>
        {
            handled.Add(Text(message.Text));
            throw new InvalidTimeZoneException("thrown on purpose");
        };

        session.Socket.Deliver("FROM:Annie: 1");
        session.Socket.Deliver("FROM:Annie: 2");

        Assert.Equal("1", await handled.NextAsync());
        Assert.Equal("2", await handled.NextAsync());
        Assert.Contains("thrown on purpose", await log.Events.NextAsync(e => e.StartsWith("HandlerFailed: BytesThrower, ", StringComparison.Ordinal)), StringComparison.Ordinal);
        Assert.Equal((ChatConnectionState.Connected, 0), (session.Client.State, session.Client.InboxCount));
    }

    [Fact]
    public async Task What_one_handler_throws_keeps_nothing_from_another()
    {
        await using FakeSession session = await FakeSession.ConnectAsync();
        var handled = new Recorder<string>();
        session.Client.MessageBytesReceived += (ChatClient _, in ChatMessageBytes _) => throw new InvalidTimeZoneException("thrown on purpose");
        session.Client.MessageBytesReceived += (ChatClient _, in ChatMessageBytes message) => handled.Add(Text(message.Text));

        session.Socket.Deliver("FROM:Annie: 1");

        Assert.Equal("1", await handled.NextAsync());
    }

    [Fact]
    public async Task Without_its_handler_messages_go_to_the_inbox_again()
    {
        await using FakeSession session = await FakeSession.ConnectAsync();
        var handled = new Recorder<string>();
        session.Client.MessageBytesReceived += Handle;
        session.Socket.Deliver("FROM:Annie: 1");
        Assert.Equal("1", await handled.NextAsync());
        await session.Relay.DrainAsync();

        session.Client.MessageBytesReceived -= Handle;
        session.Socket.Deliver("FROM:Annie: 2");
        Assert.Equal("2", (await session.Client.ReceiveAsync().InTime())!.Text);
        session.Client.MessageBytesReceived += Handle;
        session.Socket.Deliver("FROM:Annie: 3");

        Assert.Equal("3", await handled.NextAsync());
        void Handle(ChatClient client, in ChatMessageBytes message) => handled.Add(Text(message.Text));
    }

    [Fact]
    public async Task A_handler_can_answer_and_the_answer_goes_out()
    {
        await using FakeSession session = await FakeSession.ConnectAsync();
        session.Client.MessageBytesReceived += (ChatClient client, in ChatMessageBytes message) => client.SendAsync(message.From.ToArray(), message.Text.ToArray()).AsTask().GetAwaiter().GetResult();

        session.Socket.Deliver("FROM:Annie: 1");
        session.Socket.Deliver("FROM:Zoë: 2");

        Assert.Equal("SENDTO:Annie: 1", await session.Socket.Sent.NextAsync());
        Assert.Equal("SENDTO:Zoë: 2", await session.Socket.Sent.NextAsync());
    }

    [Fact]
    public async Task Datagrams_are_counted_each_way()
    {
        await using FakeSession session = await FakeSession.ConnectAsync();
        ChatClientStatistics before = session.Client.GetStatistics();

        session.Socket.Deliver("FROM:Annie: 1");
        session.Socket.Deliver("FROM:Annie: 2");
        await session.Client.ReceiveAsync().InTime();
        await session.Client.ReceiveAsync().InTime();
        await session.Client.SendAsync("Annie", "3").InTime();
        Assert.Equal("SENDTO:Annie: 3", await session.Socket.Sent.NextAsync());

        ChatClientStatistics after = session.Client.GetStatistics();
        Assert.Equal((1, 2), (after.DatagramsSent - before.DatagramsSent, after.DatagramsReceived - before.DatagramsReceived));
    }

    [Fact]
    public async Task A_handler_that_leaves_at_once_does_not_wait_for_itself()
    {
        await using FakeSession session = await FakeSession.ConnectAsync();
        var left = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        session.Client.MessageBytesReceived += (ChatClient client, in ChatMessageBytes _) =>
        {
            client.Dispose();
            left.SetResult(true);
        };

        session.Socket.Deliver("FROM:Annie: 1");

        Assert.True(await session.AdvanceUntilAsync(left.Task).InTime());
        Assert.Equal(ChatConnectionState.Disconnected, session.Client.State);
    }

    [Fact]
    public async Task Bytes_are_sent_word_for_word()
    {
        await using FakeSession session = await FakeSession.ConnectAsync();

        await session.Client.SendAsync(Bytes("Zoë"), Bytes(" a:b\n ü ")).InTime();
        await session.Client.SendAsync(Bytes("Annie"), Bytes("2")).InTime();
        await session.Client.SendAsync("Zoë", "3").InTime();
        await session.Client.SendAsync(Bytes("Zoë"), default).InTime();

        Assert.Equal(["SENDTO:Zoë:  a:b\n ü ", "SENDTO:Annie: 2", "SENDTO:Zoë: 3", "SENDTO:Zoë: "], session.Socket.Sent.TakeAll());
        Assert.Equal((4, 0), (session.Client.GetStatistics().MessagesSent, session.Client.GetStatistics().MessagesDelivered));
    }

    [Fact]
    public async Task A_name_that_is_not_in_NFC_is_brought_there()
    {
        await using FakeSession session = await FakeSession.ConnectAsync();

        await session.Client.SendAsync(Bytes("Zoe\u0308"), Bytes("hi")).InTime();
        await session.Client.SendAsync(Bytes("Zoe\u0308"), Bytes("hi")).InTime();

        Assert.Equal(["SENDTO:Zo\u00eb: hi", "SENDTO:Zo\u00eb: hi"], session.Socket.Sent.TakeAll());
    }

    [Fact]
    public async Task Characters_that_are_escaped_in_sessions_take_no_room_in_a_plain_datagram()
    {
        await using FakeSession session = await FakeSession.ConnectAsync();
        string text = new('\\', 60_000);

        Exception? thrown = await Record.ExceptionAsync(async () => await session.Client.SendAsync(Bytes("Annie"), Bytes(text)));

        Assert.Equal(0, await session.Client.DisconnectAsync(TimeSpan.Zero).InTime());
        Assert.Null(thrown);
        Assert.Equal([$"SENDTO:Annie: {text}", "UNREGISTER: Bob"], session.Socket.Sent.TakeAll());
    }

    [Fact]
    public async Task Bytes_that_are_no_text_are_refused_before_anything_is_sent()
    {
        await using FakeSession session = await FakeSession.ConnectAsync();

        ChatSendException text = await Assert.ThrowsAsync<ChatSendException>(async () => await session.Client.SendAsync(Bytes("Annie"), new byte[] { 0x61, 0xFF }));
        ChatSendException name = await Assert.ThrowsAsync<ChatSendException>(async () => await session.Client.SendAsync(new byte[] { 0xC3 }, Bytes("hi")));
        ChatNameException nobody = await Assert.ThrowsAsync<ChatNameException>(async () => await session.Client.SendAsync(Bytes("a b"), Bytes("hi")));
        await Assert.ThrowsAsync<ChatNameException>(async () => await session.Client.SendAsync(default, Bytes("hi")));

        Assert.Equal("The text is not well-formed UTF-8; encode it as that.", text.Message);
        Assert.Equal("The recipient's name is not well-formed UTF-8; encode it as that.", name.Message);
        Assert.Equal("a b", nobody.Name);
        Assert.Empty(session.Socket.Sent.TakeAll());
    }

    [Fact]
    public async Task What_fits_no_datagram_or_is_not_taken_by_the_network_is_told_at_once()
    {
        await using FakeSession session = await FakeSession.ConnectAsync();
        byte[] largest = Bytes(new string('x', 65_507 - "SENDTO:Annie: ".Length));

        await session.Client.SendAsync(Bytes("Annie"), largest).InTime();
        ChatMessageTooLargeException exception = await Assert.ThrowsAsync<ChatMessageTooLargeException>(async () => await session.Client.SendAsync(Bytes("Annie"), (byte[])[.. largest, 0x78]));
        session.Socket.SendError = SocketError.NetworkUnreachable;
        ChatSendException refused = await Assert.ThrowsAsync<ChatSendException>(async () => await session.Client.SendAsync(Bytes("Annie"), Bytes("hi")));

        Assert.Equal((largest.Length + 1, largest.Length), (exception.Size, exception.Limit));
        Assert.Contains("send it again", refused.Message, StringComparison.Ordinal);
        Assert.Equal(1, session.Client.GetStatistics().MessagesSent);
    }

    [Fact]
    public async Task A_client_that_has_ended_takes_no_bytes()
    {
        await using FakeSession session = await FakeSession.ConnectAsync();
        await session.Client.DisconnectAsync().InTime();

        ChatDisconnectedException exception = await Assert.ThrowsAsync<ChatDisconnectedException>(async () => await session.Client.SendAsync(Bytes("Annie"), Bytes("hi")));

        Assert.Contains("Bob", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Bytes_wait_for_room_in_the_outbox_and_a_wait_that_is_cancelled_sends_nothing()
    {
        await using FakeSession session = await FakeSession.ConnectAsync(o => o with { OutboxCapacity = 1 });
        session.Relay.IsSilent = true;
        await session.AdvanceUntilAsync(session.States.NextAsync());
        using var cancel = new CancellationTokenSource();

        await session.Client.SendAsync(Bytes("Annie"), Bytes("1")).InTime();
        Task second = session.Client.SendAsync(Bytes("Annie"), Bytes("2")).AsTask(), third = session.Client.SendAsync(Bytes("Annie"), Bytes("3"), cancel.Token).AsTask();
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => third.InTime());
        Assert.Equal((false, 1), (second.IsCompleted, session.Client.OutboxCount));
        session.Socket.Sent.TakeAll();
        session.Relay.IsSilent = false;
        await session.AdvanceUntilAsync(second);

        Assert.Equal(["SENDTO:Annie: 1", "SENDTO:Annie: 2"], session.Socket.Sent.TakeAll().Where(sent => sent.StartsWith("SENDTO:Annie", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Of_bytes_that_have_failed_the_sender_is_told_with_their_text()
    {
        await using FakeSession session = await FakeSession.ConnectAsync();
        var changed = new Recorder<ChatMessage>();
        var failed = new Recorder<ChatMessage>();
        session.Client.MessageChanged += (_, message) => changed.Add(message);
        session.Client.MessageFailed += failed.Add;
        session.Relay.IsSilent = true;
        await session.AdvanceUntilAsync(session.States.NextAsync());
        await session.Client.SendAsync(Bytes("Zoë"), Bytes("a\\b\nü")).InTime();
        await session.Client.SendAsync(Bytes("Annie"), Bytes(new string('x', 600))).InTime();

        Assert.Equal(2, await session.Client.DisconnectAsync(TimeSpan.Zero).InTime());

        ChatMessage first = await changed.NextAsync(), second = await changed.NextAsync();
        Assert.Equal(("Bob", "Zoë", "a\\b\nü", ChatMessageState.Failed, "closed"), (first.From, first.To, first.Text, first.State, first.ErrorCode));
        Assert.Equal(("Annie", new string('x', 600)), (second.To, second.Text));
        Assert.Contains("Zoë", first.Error, StringComparison.Ordinal);
        Assert.Equal([first, second], failed.TakeAll());
        Assert.NotEqual(first.Id, second.Id);
    }

    [Fact]
    public async Task Handlers_of_messages_can_come_and_go_between_messages()
    {
        await using FakeSession session = await FakeSession.ConnectAsync();
        var handled = new Recorder<string>();
        session.Client.MessageReceived += First;
        await DeliverAsync("1");
        session.Client.MessageReceived += Second;
        await DeliverAsync("2");
        session.Client.MessageReceived -= First;
        await DeliverAsync("3");
        session.Client.MessageReceived += Second;
        await DeliverAsync("4");
        session.Client.MessageReceived -= Second;
        session.Client.MessageReceived -= Second;
        session.Socket.Deliver("FROM:Annie: 5");

        Assert.Equal("5", (await session.Client.ReceiveAsync().InTime())!.Text);
        Assert.Equal(["first 1", "first 2", "second 2", "second 3", "second 4", "second 4"], handled.TakeAll());

        void First(object? sender, ChatMessage message) => handled.Add($"first {message.Text}");
        void Second(object? sender, ChatMessage message) => handled.Add($"second {message.Text}");
        async Task DeliverAsync(string text)
        {
            var done = new Recorder<string>();
            session.Client.NoticeReceived += Done; // Behind the message in the same queue.
            session.Socket.Deliver($"FROM:Annie: {text}");
            session.Socket.Deliver("INFO: done");
            await done.NextAsync();
            session.Client.NoticeReceived -= Done;
            void Done(object? sender, ChatNotice notice) => done.Add(notice.Text);
        }
    }

    [Fact]
    public async Task Messages_are_equal_if_they_are_the_same_of_the_same_client_or_say_the_same()
    {
        DateTimeOffset time = DateTimeOffset.UnixEpoch;
        var made = new ChatMessage("Annie", "Bob", "hi", time);
        Assert.Equal(made, new ChatMessage("Annie", "Bob", "hi", time));
        Assert.Equal(made.GetHashCode(), new ChatMessage("Annie", "Bob", "hi", time).GetHashCode());
        foreach (ChatMessage other in new[] { made with { From = "annie" }, made with { To = "bob" }, made with { Text = "ho" }, new ChatMessage("Annie", "Bob", "hi", time.AddTicks(1)) })
            Assert.NotEqual(made, other);
        Assert.False(made.Equals(null));

        await using FakeSession session = await FakeSession.ConnectAsync();
        ChatMessage sent = await session.Client.SendAsync("Annie", "hi").InTime(), again = await session.Client.SendAsync("Annie", "hi").InTime();
        Assert.NotEqual(sent, again);
        Assert.Equal(sent, sent with { });
        Assert.Equal((ChatMessageState.Sent, ChatMessageState.Sent, ChatMessageState.Received), (sent.State, (sent with { Text = "ho" }).State, (made with { Text = "ho" }).State));
        Assert.Single(new HashSet<ChatMessage> { sent, sent with { } });
    }

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    private static string Text(ReadOnlySpan<byte> bytes) => Encoding.UTF8.GetString(bytes);
}
