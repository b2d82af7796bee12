using System;
using System.Collections.Generic;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using System.Threading.Tasks;
using UdpChat.Client;
using UdpChat.Core.Tests.Support;
using UdpChat.Protocol.Client;

namespace UdpChat.Core.Tests.Client;

public class ReconnectTests
{
    private static readonly IPAddress Relay = IPAddress.Parse("192.0.2.1");

    [Fact]
    public async Task A_client_that_is_forgotten_registers_again_by_itself_and_says_so()
    {
        await using FakeSession session = await FakeSession.ConnectAsync();

        session.Relay.ForgetAll();
        await session.Client.SendAsync("Annie", "hi");

        ChatStateChange reconnecting = await session.States.NextAsync();
        ChatStateChange connected = await session.States.NextAsync();
        Assert.Equal(ChatConnectionState.Reconnecting, reconnecting.State);
        Assert.StartsWith("The relay doesn't know Bob any more", reconnecting.Reason, StringComparison.Ordinal);
        Assert.Equal(ChatConnectionState.Connected, connected.State);
        Assert.Equal(ChatConnectionState.Connected, session.Client.State);
        Assert.Equal(1, session.Client.GetStatistics().NotRegisteredReceived);
    }

    [Fact]
    public async Task A_heartbeat_finds_out_that_the_relay_has_forgotten()
    {
        await using FakeSession session = await FakeSession.ConnectAsync(o => o with { HeartbeatInterval = TimeSpan.FromSeconds(10) });

        session.Relay.ForgetAll();
        await session.AdvanceAsync(TimeSpan.FromSeconds(10));

        Assert.Equal(ChatConnectionState.Reconnecting, (await session.States.NextAsync()).State);
        Assert.Equal(ChatConnectionState.Connected, (await session.States.NextAsync()).State);
        Assert.Equal("HEARTBEAT: Bob", await session.Socket.Sent.NextAsync());
        Assert.Equal("REGISTER: Bob", await session.Socket.Sent.NextAsync());
    }

    [Fact]
    public async Task A_relay_that_falls_silent_is_noticed_within_two_heartbeats_and_tried_until_it_is_back()
    {
        await using FakeSession session = await FakeSession.ConnectAsync();

        session.Relay.IsSilent = true;
        await session.AdvanceAsync(TimeSpan.FromSeconds(60 + 15));
        ChatStateChange reconnecting = await session.States.NextAsync();
        await session.AdvanceAsync(TimeSpan.FromMinutes(10));
        Assert.Equal(ChatConnectionState.Reconnecting, session.Client.State);
        session.Relay.IsSilent = false;
        ChatStateChange connected = await session.AdvanceUntilAsync(session.States.NextAsync());

        Assert.Equal("The relay doesn't answer; what was sent just before may be lost. Trying again until it does.", reconnecting.Reason);
        Assert.Equal(ChatConnectionState.Connected, connected.State);
    }

    [Fact]
    public async Task A_silent_relay_is_noticed_however_often_it_is_asked()
    {
        await using FakeSession session = await FakeSession.ConnectAsync();
        session.Relay.IsSilent = true;

        for (int second = 0; second < 16; second++)
        {
            _ = session.Client.RoundTripAsync(TimeSpan.FromSeconds(0.25));
            await session.AdvanceAsync(TimeSpan.FromSeconds(1));
        }

        Assert.Equal(ChatConnectionState.Reconnecting, (await session.States.NextAsync()).State);
    }

    [Fact]
    public async Task Towards_the_same_relay_from_the_same_address_the_socket_stays_because_the_relay_knows_its_port()
    {
        await using FakeSession session = await FakeSession.ConnectAsync();
        IPEndPoint before = session.Client.LocalEndPoint!;

        session.Relay.IsSilent = true;
        FakeClientTransport second = await session.AdvanceUntilAsync(session.Relay.Opened.NextAsync());
        session.Relay.IsSilent = false;
        await session.AdvanceUntilAsync(session.States.NextAsync(s => s.State == ChatConnectionState.Connected));

        Assert.True(second.IsDisposed);
        Assert.False(session.Socket.IsDisposed);
        Assert.Empty(second.Sent.TakeAll());
        Assert.Equal(before, session.Client.LocalEndPoint);
        Assert.DoesNotContain("UNREGISTER: Bob", session.Socket.Sent.TakeAll());
    }

    [Fact]
    public async Task From_another_address_the_client_leaves_the_old_one_and_registers_anew()
    {
        await using FakeSession session = await FakeSession.ConnectAsync();

        session.Relay.LocalAddress = IPAddress.Parse("198.51.100.8");
        session.Relay.IsSilent = true;
        FakeClientTransport second = await session.AdvanceUntilAsync(session.Relay.Opened.NextAsync());
        session.Relay.IsSilent = false;
        await session.AdvanceUntilAsync(session.States.NextAsync(s => s.State == ChatConnectionState.Connected));

        Assert.Equal("UNREGISTER: Bob", session.Socket.Sent.TakeAll()[^1]);
        Assert.True(session.Socket.IsDisposed);
        Assert.Equal("REGISTER: Bob", await second.Sent.NextAsync());
        Assert.Equal(second.LocalEndPoint, session.Client.LocalEndPoint);
    }

    [Fact]
    public async Task To_another_address_of_the_relay_the_client_moves()
    {
        await using FakeSession session = await FakeSession.ConnectAsync();
        IPAddress moved = IPAddress.Parse("192.0.2.99");

        session.Relay.Addresses = [moved];
        session.Relay.Unreachable[Relay] = SocketError.HostUnreachable;
        await session.AdvanceUntilAsync(session.States.NextAsync(s => s.State == ChatConnectionState.Connected));

        Assert.Equal(moved, session.Client.RemoteEndPoint!.Address);
    }

    [Fact]
    public async Task An_error_of_the_socket_while_messages_pass_is_only_a_hint()
    {
        await using FakeSession session = await FakeSession.ConnectAsync();

        session.Socket.Report(SocketError.ConnectionRefused);
        await session.AdvanceAsync(TimeSpan.FromSeconds(20));

        Assert.StartsWith("SENDTO:Bob: UdpChat echo ", await session.Socket.Sent.NextAsync(), StringComparison.Ordinal);
        Assert.Equal(ChatConnectionState.Connected, session.Client.State);
        Assert.Empty(session.States.TakeAll());
    }

    [Fact]
    public async Task A_relay_that_is_gone_and_refuses_is_noticed_and_found_again()
    {
        await using FakeSession session = await FakeSession.ConnectAsync();

        session.Relay.ForgetAll();
        session.Relay.Unreachable[Relay] = SocketError.ConnectionRefused;
        await session.Client.SendAsync("Annie", "lost");
        ChatStateChange reconnecting = await session.AdvanceUntilAsync(session.States.NextAsync());
        await session.AdvanceAsync(TimeSpan.FromMinutes(5));
        session.Relay.Unreachable.Clear();
        ChatStateChange connected = await session.AdvanceUntilAsync(session.States.NextAsync());

        Assert.Equal(ChatConnectionState.Reconnecting, reconnecting.State);
        Assert.Equal(ChatConnectionState.Connected, connected.State);
    }

    [Theory]
    [InlineData(SocketError.NetworkUnreachable)]
    [InlineData(SocketError.HostUnreachable)]
    [InlineData(SocketError.NetworkDown)]
    [InlineData(SocketError.NoBufferSpaceAvailable)]
    [InlineData(SocketError.AccessDenied)]
    public async Task A_client_without_a_network_fails_to_send_says_so_and_recovers_when_it_is_back(SocketError error)
    {
        await using FakeSession session = await FakeSession.ConnectAsync();

        session.Socket.SendError = error;
        session.Relay.OpenErrors[Relay] = error;
        ChatSendException exception = await Assert.ThrowsAsync<ChatSendException>(async () => await session.Client.SendAsync("Annie", "hi"));
        ChatStateChange reconnecting = await session.AdvanceUntilAsync(session.States.NextAsync());
        await session.AdvanceAsync(TimeSpan.FromMinutes(5));
        session.Socket.SendError = SocketError.Success;
        session.Relay.OpenErrors.Clear();
        ChatStateChange connected = await session.AdvanceUntilAsync(session.States.NextAsync());

        Assert.Equal(error, Assert.IsType<SocketException>(exception.InnerException).SocketErrorCode);
        Assert.EndsWith("send it again when there is one.", exception.Message, StringComparison.Ordinal);
        Assert.Equal(ChatConnectionState.Reconnecting, reconnecting.State);
        Assert.Equal(ChatConnectionState.Connected, connected.State);
        ChatClientStatistics statistics = session.Client.GetStatistics();
        Assert.Equal(0, statistics.MessagesSent);
        Assert.True(statistics.SendErrors > 1);
    }

    [Fact]
    public async Task A_socket_that_never_sends_again_is_replaced()
    {
        await using FakeSession session = await FakeSession.ConnectAsync();

        session.Socket.SendError = SocketError.NotConnected;
        await session.AdvanceUntilAsync(session.States.NextAsync(s => s.State == ChatConnectionState.Connected));

        Assert.True(session.Socket.IsDisposed);
        Assert.NotEqual(session.Socket.LocalEndPoint, session.Client.LocalEndPoint);
    }

    [Fact]
    public async Task A_socket_that_only_reports_errors_is_read_no_faster_than_the_clock_ticks_and_then_replaced()
    {
        using var log = new ChatEventLog("Reader");
        await using FakeSession session = await FakeSession.ConnectAsync(o => o with { Name = "Reader" });

        session.Relay.IsSilent = true;
        for (int i = 0; i < ClientConnection.MaxErrorsInARow + 5; i++)
            session.Socket.Report(SocketError.Fault);
        for (int i = 0; i < ClientConnection.MaxErrorsInARow; i++)
            await log.Events.NextAsync(e => e.StartsWith("ClientSocketError", StringComparison.Ordinal));
        await session.Client.SendAsync("Annie", "takes the lock after the last error");
        Assert.DoesNotContain(log.Events.TakeAll(), e => e.StartsWith("ClientSocketError", StringComparison.Ordinal));

        session.Relay.IsSilent = false;
        session.Time.Advance(TimeSpan.FromSeconds(1));
        await log.Events.NextAsync(e => e.StartsWith("ClientSocketError", StringComparison.Ordinal));
        while (!session.Socket.IsDisposed)
        {
            session.Time.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }
        FakeClientTransport second = await session.Relay.Opened.NextAsync(t => !t.IsDisposed);

        Assert.Equal(second.LocalEndPoint, session.Client.LocalEndPoint);
    }

    [Fact]
    public async Task A_relay_whose_name_can_not_be_looked_up_now_is_tried_where_it_was()
    {
        await using FakeSession session = await FakeSession.ConnectAsync();

        session.Relay.LookUpFailure = new SocketException((int)SocketError.TryAgain);
        session.Relay.IsSilent = true;
        await session.AdvanceUntilAsync(session.States.NextAsync());
        session.Relay.IsSilent = false;
        ChatStateChange connected = await session.AdvanceUntilAsync(session.States.NextAsync());

        Assert.Equal(ChatConnectionState.Connected, connected.State);
        Assert.True(session.Relay.LookUps > 1);
    }

    [Fact]
    public async Task A_name_is_looked_up_once_at_a_time()
    {
        await using FakeSession session = await FakeSession.ConnectAsync();
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        session.Relay.LookUpGate = gate.Task;

        session.Relay.Unreachable[Relay] = SocketError.NetworkUnreachable;
        await session.AdvanceUntilAsync(session.States.NextAsync());
        int before = session.Relay.LookUps;
        session.Socket.Report(SocketError.NetworkUnreachable); // Ends a round that has not begun, after which the path is wanted again.
        await session.AdvanceAsync(TimeSpan.FromMinutes(2));

        Assert.Equal(2, before);
        Assert.Equal(before, session.Relay.LookUps);
        session.Relay.Unreachable.Clear();
        gate.SetResult();
        await session.AdvanceUntilAsync(session.States.NextAsync(s => s.State == ChatConnectionState.Connected));
    }

    [Fact]
    public async Task A_bug_that_a_timer_meets_ends_neither_the_process_nor_the_connection()
    {
        using var log = new ChatEventLog("thrown on purpose");
        await using FakeSession session = await FakeSession.ConnectAsync();

        session.Socket.SendFault = new InvalidTimeZoneException("thrown on purpose");
        await session.AdvanceAsync(TimeSpan.FromSeconds(31));
        await log.Events.NextAsync(e => e.StartsWith("Fault", StringComparison.Ordinal));
        session.Socket.SendFault = null;
        session.Relay.ForgetAll();
        await session.AdvanceUntilAsync(session.States.NextAsync(s => s.State == ChatConnectionState.Reconnecting));

        Assert.Equal(ChatConnectionState.Connected, (await session.States.NextAsync()).State);
    }

    [Fact]
    public async Task Messages_wait_in_the_outbox_while_the_client_reconnects_and_leave_in_order()
    {
        await using FakeSession session = await ConnectAndLoseRelayAsync(outboxCapacity: 10);

        var states = new List<ChatMessageState>();
        for (int i = 0; i < 10; i++)
            states.Add((await session.Client.SendAsync("Annie", $"{i}").InTime()).State);
        Assert.Equal(10, session.Client.OutboxCount);
        session.Socket.Sent.TakeAll();
        session.Relay.IsSilent = false;
        await session.AdvanceUntilAsync(session.States.NextAsync());

        Assert.All(states, state => Assert.Equal(ChatMessageState.Queued, state));
        Assert.Equal(Enumerable.Range(0, 10).Select(i => $"SENDTO:Annie: {i}"), session.Socket.Sent.TakeAll().Where(s => s.StartsWith("SENDTO:Annie", StringComparison.Ordinal)));
        Assert.Equal(0, session.Client.OutboxCount);
        Assert.Equal(10, session.Client.GetStatistics().MessagesSent);
    }

    [Fact]
    public async Task Sending_waits_for_room_in_a_full_outbox_and_goes_on_when_the_relay_is_back()
    {
        await using FakeSession session = await ConnectAndLoseRelayAsync(outboxCapacity: 1);

        await session.Client.SendAsync("Annie", "1").InTime();
        Task<ChatMessage> second = session.Client.SendAsync("Annie", "2").AsTask();
        Assert.False(second.IsCompleted);
        session.Relay.IsSilent = false;
        await session.AdvanceUntilAsync(session.States.NextAsync());

        Assert.Equal(ChatMessageState.Sent, (await second.InTime()).State);
        Assert.Equal(["SENDTO:Annie: 1", "SENDTO:Annie: 2"], session.Socket.Sent.TakeAll().Where(s => s.StartsWith("SENDTO:Annie", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_wait_for_room_that_is_cancelled_sends_nothing()
    {
        using var cancel = new System.Threading.CancellationTokenSource();
        await using FakeSession session = await ConnectAndLoseRelayAsync(outboxCapacity: 1);

        await session.Client.SendAsync("Annie", "1").InTime();
        Task<ChatMessage> second = session.Client.SendAsync("Annie", "2", cancel.Token).AsTask();
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second.InTime());
        session.Relay.IsSilent = false;
        await session.AdvanceUntilAsync(session.States.NextAsync());

        Assert.DoesNotContain("SENDTO:Annie: 2", session.Socket.Sent.TakeAll());
        Assert.Equal(1, session.Client.GetStatistics().MessagesSent);
    }

    [Fact]
    public async Task Disconnecting_ends_a_wait_for_room_and_what_the_outbox_holds_fails_and_is_counted()
    {
        await using FakeSession session = await ConnectAndLoseRelayAsync(outboxCapacity: 1);
        ChatMessage first = await session.Client.SendAsync("Annie", "1").InTime();
        Task<ChatMessage> second = session.Client.SendAsync("Annie", "2").AsTask();

        int lost = await session.AdvanceUntilAsync(session.Client.DisconnectAsync());

        await Assert.ThrowsAsync<ChatDisconnectedException>(() => second.InTime());
        Assert.Equal((1, 0), (lost, session.Client.OutboxCount));
        Assert.Equal((ChatMessageState.Failed, "closed", false), (first.State, first.ErrorCode, first.MayHaveArrived));
    }

    [Fact]
    public async Task Disconnecting_waits_for_a_relay_that_comes_back_until_the_outbox_is_empty()
    {
        await using FakeSession session = await ConnectAndLoseRelayAsync(outboxCapacity: 1);
        await session.Client.SendAsync("Annie", "1").InTime();
        session.Socket.Sent.TakeAll();
        Task<int> left = session.Client.DisconnectAsync(TimeSpan.FromHours(1));

        session.Relay.IsSilent = false;

        Assert.Equal(0, await session.AdvanceUntilAsync(left));
        await session.Socket.Sent.NextAsync(d => d == "SENDTO:Annie: 1");
    }

    private static async Task<FakeSession> ConnectAndLoseRelayAsync(int outboxCapacity)
    {
        FakeSession session = await FakeSession.ConnectAsync(o => o with { OutboxCapacity = outboxCapacity });
        session.Relay.IsSilent = true;
        await session.AdvanceUntilAsync(session.States.NextAsync());
        Assert.Equal(ChatConnectionState.Reconnecting, session.Client.State);
        return session;
    }
}
