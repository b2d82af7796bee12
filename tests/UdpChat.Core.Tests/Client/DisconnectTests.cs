using System;
using System.Collections.Generic;
using System.Linq;
using System.Runtime.CompilerServices;
using System.Threading;
using System.Threading.Tasks;
using UdpChat.Core.Tests.Support;
using UdpChat.Protocol.Client;

namespace UdpChat.Core.Tests.Client;

public class DisconnectTests
{
    [Fact]
    public async Task A_client_that_leaves_says_so_to_the_relay_and_to_its_user()
    {
        await using FakeSession session = await FakeSession.ConnectAsync();

        await session.Client.DisconnectAsync().InTime();

        Assert.Equal("UNREGISTER: Bob", Assert.Single(session.Socket.Sent.TakeAll()));
        Assert.Equal(new ChatStateChange(ChatConnectionState.Disconnected, "Disconnected."), Assert.Single(session.States.TakeAll()));
        Assert.True(session.Socket.IsDisposed);
        Assert.Null(session.Client.LocalEndPoint);
        Assert.Null(session.Client.RemoteEndPoint);
    }

    [Fact]
    public async Task What_was_received_can_be_taken_after_the_end_and_then_waits_end()
    {
        await using FakeSession session = await FakeSession.ConnectAsync();
        session.Socket.Deliver("FROM:Annie: hi");
        await session.Relay.DrainAsync();

        await session.Client.DisconnectAsync().InTime();

        Assert.Equal("hi", (await session.Client.ReceiveAsync().InTime())!.Text);
        Assert.Null(await session.Client.ReceiveAsync().InTime());
    }

    [Fact]
    public async Task Nothing_is_sent_after_the_end()
    {
        await using FakeSession session = await FakeSession.ConnectAsync();
        await session.Client.DisconnectAsync().InTime();
        session.Socket.Sent.TakeAll();

        session.Time.Advance(TimeSpan.FromHours(1));

        Assert.Empty(session.Socket.Sent.TakeAll());
        Assert.Empty(session.Relay.Opened.TakeAll());
    }

    [Fact]
    public async Task Leaving_twice_in_every_way_and_at_the_same_time_leaves_once()
    {
        await using FakeSession session = await FakeSession.ConnectAsync();

        await Task.WhenAll(Enumerable.Range(0, 8).Select(i => Task.Run(async () =>
        {
            if (i % 2 == 0)
                await session.Client.DisposeAsync();
            else
                session.Client.Dispose();
        }))).InTime();
        session.Client.Dispose();

        Assert.Equal("UNREGISTER: Bob", Assert.Single(session.Socket.Sent.TakeAll()));
        Assert.Equal(ChatConnectionState.Disconnected, Assert.Single(session.States.TakeAll()).State);
    }

    [Fact]
    public async Task A_client_that_never_connected_can_be_disposed_and_then_does_not_connect()
    {
        var session = new FakeSession();

        session.Client.Dispose();

        Assert.Equal(ChatConnectionState.Disconnected, session.Client.State);
        Assert.Equal(0, session.Client.GetStatistics().SendErrors);
        await Assert.ThrowsAsync<InvalidOperationException>(() => session.Client.ConnectAsync());
        Assert.Equal(0, session.Relay.LookUps);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_handler_can_end_its_client(bool blocks)
    {
        await using FakeSession session = await FakeSession.ConnectAsync();
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        session.Client.MessageReceived += async (_, _) =>
        {
            if (blocks)
                session.Client.Dispose();
            else
                await session.Client.DisconnectAsync();
            ended.SetResult();
        };

        session.Socket.Deliver("FROM:Annie: bye");
        await ended.Task.InTime();
        await session.Client.DisconnectAsync().InTime();

        Assert.Equal(ChatConnectionState.Disconnected, Assert.Single(session.States.TakeAll()).State);
    }

    [Fact]
    public async Task Leaving_waits_for_the_handlers_of_what_came_before()
    {
        await using FakeSession session = await FakeSession.ConnectAsync();
        using var release = new ManualResetEventSlim();
        var entered = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var handled = new List<string>();
        session.Client.MessageReceived += (_, message) =>
        {
            entered.TrySetResult();
            release.Wait();
            handled.Add(message.Text);
        };
        session.Socket.Deliver("FROM:Annie: 1");
        session.Socket.Deliver("FROM:Annie: 2");
        await entered.Task.InTime();
        session.Time.PassPatienceWithHandlers();
        await session.Relay.DrainAsync();

        Task leaving = session.Client.DisconnectAsync();
        Assert.False(leaving.IsCompleted);
        release.Set();
        await leaving.InTime();

        Assert.Equal(["1", "2"], handled);
    }

    [Fact]
    public async Task A_handler_that_waits_for_the_thread_that_leaves_does_not_lock_it_up()
    {
        await using FakeSession session = await FakeSession.ConnectAsync();
        using var release = new ManualResetEventSlim();
        var entered = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        session.Client.NoticeReceived += (_, _) =>
        {
            entered.SetResult();
            release.Wait();
        };
        Task<ChatMessage?> receive = session.Client.ReceiveAsync();
        session.Socket.Deliver("INFO: hello");
        await entered.Task.InTime();

        Task leaving = session.Client.DisconnectAsync();
        while (!leaving.IsCompleted)
        {
            session.Time.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        Assert.Null(await receive.InTime());
        release.Set();
    }

    [Fact]
    public async Task After_a_thousand_clients_no_timer_is_left_and_no_client_is_kept_alive()
    {
        const int Cycles = 1_000;
        var time = new CountingTimeProvider();
        var clients = new List<WeakReference>();
        for (int i = 0; i < Cycles; i++)
            clients.Add(await ConnectAndLeaveAsync(time, i % 4));

        // Another thread may still be about to put the last one away.
        await Task.Run(async () =>
        {
            while (time.LiveTimers > 0)
                await Task.Yield();
        }).InTime();
        for (int i = 0; i < 10 && clients.Any(c => c.IsAlive); i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }

        Assert.True(time.CreatedTimers >= Cycles);
        // A stack may still hold the last ones.
        Assert.InRange(clients.Count(c => c.IsAlive), 0, 2);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static async Task<WeakReference> ConnectAndLeaveAsync(TimeProvider time, int how)
    {
        var relay = new FakeRelay { IsSilent = how == 3 };
        using var cancel = new CancellationTokenSource();
        ChatClient client = relay.CreateClient(new ChatClientOptions { Name = "Bob", Server = new("chat.example", 9000), TimeProvider = time });
        Task connect = client.ConnectAsync(cancel.Token);
        if (how == 3)
        {
            await cancel.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => connect.InTime());
            return new WeakReference(client);
        }
        await connect.InTime();
        Task<ChatMessage?> receive = client.ReceiveAsync();
        if (how == 1)
            await client.RoundTripAsync(TimeSpan.FromHours(1)).InTime();
        if (how == 2)
            await client.SendAsync("Annie", "hi");
        await client.DisconnectAsync().InTime();
        Assert.Null(await receive.InTime());
        return new WeakReference(client);
    }
}
