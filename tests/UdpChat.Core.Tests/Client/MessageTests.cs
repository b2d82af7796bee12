using System;
using System.Collections.Generic;
using System.Linq;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;
using UdpChat.Client;
using UdpChat.Core.Tests.Support;
using UdpChat.Protocol.Client;

namespace UdpChat.Core.Tests.Client;

public class MessageTests
{
    [Fact]
    public async Task A_message_is_sent_word_for_word_and_returned_as_sent()
    {
        await using FakeSession session = await FakeSession.ConnectAsync();

        ChatMessage message = await session.Client.SendAsync("Annie", " a:b\n ü ").InTime();

        Assert.Equal("SENDTO:Annie:  a:b\n ü ", await session.Socket.Sent.NextAsync());
        Assert.Equal(("Bob", "Annie", " a:b\n ü ", ChatMessageState.Sent), (message.From, message.To, message.Text, message.State));
        Assert.Equal("Bob", message.Connection);
        Assert.Equal(1, session.Client.GetStatistics().MessagesSent);
    }

    [Fact]
    public async Task A_received_message_says_from_whom_to_whom_what_and_when()
    {
        await using FakeSession session = await FakeSession.ConnectAsync();

        session.Socket.Deliver("FROM:Annie:  hi\n");
        ChatMessage message = (await session.Client.ReceiveAsync().InTime())!;

        Assert.Equal(("Annie", "Bob", " hi\n", ChatMessageState.Received), (message.From, message.To, message.Text, message.State));
        Assert.Equal(session.Time.GetLocalNow().LocalDateTime, message.Time);
        Assert.Equal("Annie:  hi\n", message.ToString());
        Assert.Equal(1, session.Client.GetStatistics().MessagesReceived);
    }

    [Fact]
    public async Task Each_message_of_a_process_has_an_id_of_its_own()
    {
        await using FakeSession a = await FakeSession.ConnectAsync(), b = await FakeSession.ConnectAsync();
        var ids = new List<string>();

        foreach (FakeSession session in new[] { a, b })
        {
            ids.Add((await session.Client.SendAsync("Annie", "1")).Id);
            session.Socket.Deliver("FROM:Annie: 2");
            ids.Add((await session.Client.ReceiveAsync().InTime())!.Id);
        }

        Assert.Equal(4, ids.Distinct().Count());
        Assert.Empty(new ChatMessage("Annie", "Bob", "made by hand", DateTimeOffset.UnixEpoch).Id);
    }

    [Fact]
    public async Task Looking_at_messages_and_taking_one_that_matches_leaves_the_rest()
    {
        await using FakeSession session = await FakeSession.ConnectAsync();
        session.Socket.Deliver("FROM:Annie: 1");
        session.Socket.Deliver("FROM:Carl: 2");

        Assert.Equal("2", (await session.Client.ReceiveAsync(m => m.From == "Carl").InTime())!.Text);

        Assert.Equal("1", Assert.Single(session.Client.PeekAll()).Text);
        Assert.Equal(1, session.Client.InboxCount);
        Assert.Null(session.Client.TryReceive(m => m.From == "Carl"));
        Assert.Equal("1", session.Client.TryReceive()!.Text);
        Assert.Null(session.Client.TryReceive());
    }

    [Fact]
    public async Task The_wait_for_a_message_can_be_cancelled()
    {
        await using FakeSession session = await FakeSession.ConnectAsync();
        using var cancel = new CancellationTokenSource();
        Task<ChatMessage?> wait = session.Client.ReceiveAsync(null, cancel.Token);

        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => wait.InTime());
    }

    [Fact]
    public async Task A_text_that_fits_no_datagram_is_refused_with_how_much_fits()
    {
        await using FakeSession session = await FakeSession.ConnectAsync();
        string largest = new('x', 65_507 - "SENDTO:Annie: ".Length);

        await session.Client.SendAsync("Annie", largest).InTime();
        ChatMessageTooLargeException exception = await Assert.ThrowsAsync<ChatMessageTooLargeException>(async () => await session.Client.SendAsync("Annie", largest + "ü"));

        Assert.Equal(65_507, (await session.Socket.Sent.NextAsync()).Length);
        Assert.Equal((65_495, 65_493), (exception.Size, exception.Limit));
        Assert.Equal("The message has 65495 bytes of UTF-8, and at most 65493 fit; send it in parts.", exception.Message);
        Assert.Empty(session.Socket.Sent.TakeAll());
    }

    [Fact]
    public async Task A_text_that_the_system_takes_for_too_large_says_nothing_about_the_path()
    {
        await using FakeSession session = await FakeSession.ConnectAsync();

        session.Socket.SendError = SocketError.MessageSize;
        ChatMessageTooLargeException exception = await Assert.ThrowsAsync<ChatMessageTooLargeException>(async () => await session.Client.SendAsync("Annie", "0123456789"));
        session.Socket.SendError = SocketError.Success;
        await session.AdvanceAsync(TimeSpan.FromSeconds(5));

        Assert.Equal((10, (int?)null), (exception.Size, exception.Limit));
        Assert.Empty(session.Socket.Sent.TakeAll());
        Assert.Equal(0, session.Client.GetStatistics().MessagesSent);
    }

    [Fact]
    public async Task Half_a_surrogate_pair_is_refused_before_anything_is_sent()
    {
        await using FakeSession session = await FakeSession.ConnectAsync();

        ChatSendException exception = await Assert.ThrowsAsync<ChatSendException>(async () => await session.Client.SendAsync("Annie", "a\uDE00b"));

        Assert.Equal("The text has half a surrogate pair, which UTF-8 can't express; remove it.", exception.Message);
        Assert.Empty(session.Socket.Sent.TakeAll());
    }

    [Fact]
    public async Task A_recipient_that_nobody_can_be_is_refused_before_anything_is_sent()
    {
        await using FakeSession session = await FakeSession.ConnectAsync();

        ChatNameException exception = await Assert.ThrowsAsync<ChatNameException>(async () => await session.Client.SendAsync("a b", "hi"));

        Assert.Equal("a b", exception.Name);
        Assert.Empty(session.Socket.Sent.TakeAll());
    }

    [Fact]
    public async Task A_client_that_is_not_connected_does_not_send()
    {
        var session = new FakeSession();

        ChatDisconnectedException exception = await Assert.ThrowsAsync<ChatDisconnectedException>(async () => await session.Client.SendAsync("Annie", "hi"));
        await session.Client.ConnectAsync().InTime();
        await session.Client.DisconnectAsync().InTime();

        Assert.Equal("Bob is not connected; connect first.", exception.Message);
        await Assert.ThrowsAsync<ChatDisconnectedException>(async () => await session.Client.SendAsync("Annie", "hi"));
    }

    [Fact]
    public async Task What_is_sent_while_connecting_leaves_when_connected()
    {
        await using var session = new FakeSession(relay: new FakeRelay { IsSilent = true });
        Task connect = session.Client.ConnectAsync();
        FakeClientTransport socket = await session.Relay.Opened.NextAsync();

        Assert.Equal(ChatMessageState.Queued, (await session.Client.SendAsync("Annie", "hi").InTime()).State);
        Assert.DoesNotContain("SENDTO:Annie: hi", socket.Sent.TakeAll());
        session.Relay.IsSilent = false;
        await session.AdvanceUntilAsync(connect);

        Assert.Contains("SENDTO:Annie: hi", socket.Sent.TakeAll());
    }

    [Fact]
    public async Task While_there_is_a_handler_messages_go_to_it_and_not_to_the_inbox()
    {
        await using FakeSession session = await FakeSession.ConnectAsync();
        var handled = new Recorder<string>();
        void Handle(object? sender, ChatMessage message)
        {
            Assert.Same(session.Client, sender);
            handled.Add(message.Text);
        }

        session.Socket.Deliver("FROM:Annie: 1");
        ChatMessage first = (await session.Client.ReceiveAsync().InTime())!;
        session.Client.MessageReceived += Handle;
        session.Socket.Deliver("FROM:Annie: 2");
        string second = await handled.NextAsync();
        session.Client.MessageReceived -= Handle;
        session.Socket.Deliver("FROM:Annie: 3");
        ChatMessage third = (await session.Client.ReceiveAsync().InTime())!;

        Assert.Equal(("1", "2", "3"), (first.Text, second, third.Text));
        Assert.Equal(0, session.Client.InboxCount);
        Assert.Empty(handled.TakeAll());
    }

    [Fact]
    public async Task A_full_inbox_drops_the_newest_counts_it_and_tells()
    {
        await using FakeSession session = await FakeSession.ConnectAsync(o => o with { InboxCapacity = 2 });
        var dropped = new Recorder<ChatMessage>();
        session.Client.MessageDropped += (_, message) => dropped.Add(message);

        for (int i = 1; i <= 3; i++)
            session.Socket.Deliver($"FROM:Annie: {i}");

        Assert.Equal("3", (await dropped.NextAsync()).Text);
        Assert.Equal(["1", "2"], session.Client.PeekAll().Select(m => m.Text));
        ChatClientStatistics statistics = session.Client.GetStatistics();
        Assert.Equal((3, 1), (statistics.MessagesReceived, statistics.MessagesDropped));
    }

    [Fact]
    public async Task A_handler_that_throws_stops_neither_the_others_nor_the_next_message()
    {
        using var log = new ChatEventLog("Thrower");
        await using FakeSession session = await FakeSession.ConnectAsync(o => o with { Name = "Thrower" });
        var handled = new Recorder<string>();
        session.Client.MessageReceived += (_, _) => throw new InvalidTimeZoneException("thrown on purpose");
        session.Client.MessageReceived += (_, message) => handled.Add(message.Text);

        session.Socket.Deliver("FROM:Annie: 1");
        session.Socket.Deliver("FROM:Annie: 2");

        Assert.Equal("1", await handled.NextAsync());
        Assert.Equal("2", await handled.NextAsync());
        Assert.Contains("thrown on purpose", await log.Events.NextAsync(e => e.StartsWith("HandlerFailed: Thrower, ", StringComparison.Ordinal)), StringComparison.Ordinal);
        Assert.Equal(ChatConnectionState.Connected, session.Client.State);
    }

    [Fact]
    public async Task A_handler_that_is_slow_holds_up_neither_heartbeats_nor_a_new_registration()
    {
        await using FakeSession session = await FakeSession.ConnectAsync();
        using var release = new ManualResetEventSlim();
        var entered = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        session.Client.MessageReceived += (_, _) =>
        {
            entered.SetResult();
            release.Wait();
        };
        session.Socket.Deliver("FROM:Annie: hi");
        await entered.Task.InTime();
        session.Time.PassPatienceWithHandlers();

        session.Relay.ForgetAll();
        await session.AdvanceAsync(TimeSpan.FromSeconds(30));

        Assert.Equal(ChatConnectionState.Connected, session.Client.State);
        Assert.Equal(1, session.Client.GetStatistics().NotRegisteredReceived);
        Assert.Empty(session.States.TakeAll());
        release.Set();
        Assert.Equal(ChatConnectionState.Reconnecting, (await session.States.NextAsync()).State);
        Assert.Equal(ChatConnectionState.Connected, (await session.States.NextAsync()).State);
    }

    [Fact]
    public async Task A_handler_can_wait_for_room_in_the_outbox_while_the_client_reconnects()
    {
        await using FakeSession session = await FakeSession.ConnectAsync(o => o with { OutboxCapacity = 1 });
        session.Client.StateChanged += (_, change) =>
        {
            if (change.State != ChatConnectionState.Reconnecting)
                return;
            session.Client.SendAsync("Annie", "1").AsTask().GetAwaiter().GetResult();
            session.Client.SendAsync("Annie", "2").AsTask().GetAwaiter().GetResult();
        };

        session.Relay.IsSilent = true;
        await session.AdvanceUntilAsync(session.States.NextAsync());
        session.Relay.IsSilent = false;
        await session.AdvanceUntilAsync(session.Socket.Sent.NextAsync(s => s == "SENDTO:Annie: 2"));

        Assert.Equal(ChatConnectionState.Connected, (await session.States.NextAsync()).State);
    }

    [Fact]
    public async Task What_waits_for_a_slow_handler_is_bounded_and_the_rest_counted_as_dropped()
    {
        await using FakeSession session = await FakeSession.ConnectAsync();
        using var release = new ManualResetEventSlim();
        var entered = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var handled = new Recorder<string>();
        session.Client.MessageReceived += (_, message) =>
        {
            entered.TrySetResult();
            release.Wait();
            handled.Add(message.Text);
        };
        session.Socket.Deliver("FROM:Annie: first");
        await entered.Task.InTime();
        session.Time.PassPatienceWithHandlers();

        for (int i = 1; i <= ClientEventPump.Capacity; i++)
            session.Socket.Deliver($"FROM:Annie: {i}");
        session.Socket.Deliver("FROM:Annie: too many");
        session.Socket.Deliver("INFO: too many");
        await session.Relay.DrainAsync();
        release.Set();
        await handled.NextAsync(text => text == $"{ClientEventPump.Capacity}");
        session.Socket.Deliver("FROM:Annie: room again");

        Assert.Equal("room again", await handled.NextAsync());
        Assert.Equal(2, session.Client.GetStatistics().MessagesDropped);
    }

    [Fact]
    public async Task What_no_relay_sends_is_counted_and_ignored()
    {
        await using FakeSession session = await FakeSession.ConnectAsync();
        long before = session.Client.GetStatistics().DatagramsIgnored;

        foreach (string datagram in new[] { "", "\0", "hello", "SENDTO:Bob: hi", "REGISTER: Bob", "FROM:", "@a=b FROM:Annie: hi" })
            session.Socket.Deliver(datagram);
        await session.Relay.DrainAsync();

        Assert.Equal(before + 7, session.Client.GetStatistics().DatagramsIgnored);
        Assert.Equal(0, session.Client.InboxCount);
    }
}
