using System;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using UdpChat.Client;
using UdpChat.Core.Tests.Support;

namespace UdpChat.Core.Tests.Client;

public class ClientEventPumpTests
{
    private readonly Recorder<object> _raised = new();

    [Fact]
    public async Task Events_of_many_threads_are_raised_one_at_a_time_in_the_order_in_which_they_were_added()
    {
        const int Events = 1_000;
        int running = 0, overlaps = 0, next = 0;
        var order = new object();
        var pump = new ClientEventPump(raised =>
        {
            overlaps += Interlocked.Increment(ref running) - 1;
            _raised.Add(raised);
            Interlocked.Decrement(ref running);
        });

        Parallel.For(0, Events, _ =>
        {
            lock (order)
                pump.Add(next++);
        });
        await pump.Drained.InTime();

        Assert.Equal(0, overlaps);
        Assert.Equal(Enumerable.Range(0, Events).Cast<object>(), _raised.TakeAll());
    }

    [Fact]
    public async Task Events_are_raised_on_the_thread_pool_and_never_by_who_adds_them()
    {
        bool isPoolThread = false;
        int thread = 0;
        var pump = new ClientEventPump(_ => (isPoolThread, thread) = (Thread.CurrentThread.IsThreadPoolThread, Environment.CurrentManagedThreadId));
        var adder = new Thread(() => pump.Add("event"));

        adder.Start();
        adder.Join();
        await pump.Drained.InTime();

        Assert.True(isPoolThread);
        Assert.NotEqual(adder.ManagedThreadId, thread);
    }

    [Fact]
    public async Task Events_that_a_thread_holds_are_raised_by_that_when_it_says_so_and_others_that_come_meanwhile()
    {
        var threads = new Recorder<(object, int)>();
        ClientEventPump pump = null!;
        pump = new ClientEventPump(raised =>
        {
            threads.Add((raised, Environment.CurrentManagedThreadId));
            if (raised is 1)
                pump.Add(3);
        });

        pump.Hold();
        pump.Add(1);
        var other = new Thread(() => pump.Add(2));
        other.Start();
        other.Join(); // The thread that holds must not be left by an await.
        int thread = Environment.CurrentManagedThreadId;
        pump.Hold();
        Assert.Empty(threads.TakeAll());
        Task drained = pump.Drained;
        Assert.False(drained.IsCompleted);
        bool hasEvents = pump.Release();
        pump.RaiseHeld();

        Assert.True(hasEvents);
        Assert.Equal([(1, thread), (2, thread), (3, thread)], threads.TakeAll());
        await drained.InTime();
    }

    [Fact]
    public async Task Who_held_nothing_has_nothing_to_raise_and_later_events_go_to_the_pool()
    {
        var threads = new Recorder<int>();
        var pump = new ClientEventPump(_ => threads.Add(Environment.CurrentManagedThreadId));
        bool hasEvents = true;
        var holder = new Thread(() =>
        {
            pump.Hold();
            hasEvents = pump.Release();
            pump.RaiseHeld();
            pump.Add("event");
        });

        holder.Start();
        holder.Join();

        Assert.False(hasEvents);
        Assert.NotEqual(holder.ManagedThreadId, await threads.NextAsync());
    }

    [Fact]
    public async Task While_events_are_raised_elsewhere_nobody_holds_any()
    {
        using var release = new ManualResetEventSlim();
        var entered = new Recorder<object>();
        var threads = new Recorder<int>();
        var pump = new ClientEventPump(raised =>
        {
            entered.Add(raised);
            release.Wait();
            threads.Add(Environment.CurrentManagedThreadId);
        });
        pump.Add(1);
        await entered.NextAsync();

        bool hasEvents = true;
        var holder = new Thread(() =>
        {
            pump.Hold();
            pump.Add(2);
            hasEvents = pump.Release();
            pump.RaiseHeld();
        });
        holder.Start();
        holder.Join();
        release.Set();

        Assert.False(hasEvents);
        Assert.Equal(await threads.NextAsync(), await threads.NextAsync());
    }

    [Fact]
    public async Task What_a_slow_handler_leaves_waiting_is_bounded()
    {
        using var release = new ManualResetEventSlim();
        var entered = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var pump = new ClientEventPump(raised =>
        {
            entered.TrySetResult();
            release.Wait();
            _raised.Add(raised);
        });
        pump.Add("slow");
        await entered.Task.InTime();

        Assert.All(Enumerable.Range(0, ClientEventPump.Capacity), i => Assert.True(pump.TryAdd(i)));
        Assert.False(pump.TryAdd("one too many"));
        pump.Add("must");
        release.Set();
        await pump.Drained.InTime();

        Assert.Equal(["slow", .. Enumerable.Range(0, ClientEventPump.Capacity).Cast<object>(), "must"], _raised.TakeAll());
        Assert.True(pump.TryAdd("room again"));
    }

    [Fact]
    public async Task A_handler_that_throws_does_not_stop_the_next_event()
    {
        var pump = new ClientEventPump(raised =>
        {
            _raised.Add(raised);
            throw new InvalidOperationException("thrown on purpose");
        });

        pump.Add(1);
        pump.Add(2);

        Assert.Equal(1, await _raised.NextAsync());
        Assert.Equal(2, await _raised.NextAsync());
    }

    [Fact]
    public async Task Only_the_handler_itself_does_not_wait_for_the_handler()
    {
        Task? inside = null, elsewhere = null;
        ClientEventPump pump = null!;
        pump = new ClientEventPump(_ =>
        {
            inside = pump.Drained;
            var other = new Thread(() => elsewhere = pump.Drained);
            other.Start();
            other.Join();
            Assert.False(elsewhere!.IsCompleted);
        });

        pump.Add("event");
        await pump.Drained.InTime();

        Assert.True(inside!.IsCompleted);
        await elsewhere!.InTime();
        Assert.True(pump.Drained.IsCompletedSuccessfully);
    }
}
