using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading.Tasks;
using UdpChat.Core.Tests.Support;
using UdpChat.Protocol.Relay.Storage;
using UdpChat.Storage;

namespace UdpChat.Core.Tests.Storage;

public sealed class StoreWorkerTests : IDisposable
{
    private readonly FakeChatStore _store = new();
    private readonly Recorder<string> _woken = new();
    private readonly StoreWorker _worker;

    public StoreWorkerTests() => _worker = new StoreWorker(_store, () => _woken.Add("wake"));

    public void Dispose()
    {
        _store.Allow(1000);
        _worker.Stop();
    }

    [Fact]
    public async Task What_comes_in_while_a_group_is_written_is_the_next_group_in_order()
    {
        _worker.Post(Command(1));
        Assert.Equal("1", await _store.Groups.NextAsync());

        _worker.Post(Command(2));
        _worker.Post([Command(3), Command(4)]);
        _worker.Post(Command(5));
        _store.Allow(1);

        Assert.Equal("2 3 4 5", await _store.Groups.NextAsync());
    }

    [Fact]
    public async Task Commands_are_handed_back_in_order_after_their_group_and_not_before()
    {
        _worker.Post(Command(1));
        await _store.Groups.NextAsync();
        _worker.Post([Command(2), Command(3)]);
        Assert.False(_worker.TryTakeCompleted([]));

        _store.Allow(1);
        await _woken.NextAsync();
        Assert.Equal([(1, false)], Completed());
        _store.Allow(1);
        await _woken.NextAsync();
        Assert.Equal([(2, false), (3, false)], Completed());
        Assert.False(_worker.TryTakeCompleted([]));
    }

    [Fact]
    public async Task A_group_has_a_largest_size()
    {
        _worker.Post(Command(0));
        await _store.Groups.NextAsync();
        for (int i = 1; i <= StoreWorker.MaxGroup + 1; i++)
            _worker.Post(Command(i));
        _store.Allow(3);

        Assert.Equal(StoreWorker.MaxGroup, (await _store.Groups.NextAsync()).Split(' ').Length);
        Assert.Equal($"{StoreWorker.MaxGroup + 1}", await _store.Groups.NextAsync());
    }

    [Fact]
    public async Task What_was_posted_together_is_in_one_group_whatever_its_size()
    {
        _worker.Post(Command(0));
        await _store.Groups.NextAsync();
        _worker.Post(Command(1));
        _worker.Post([.. Enumerable.Range(2, StoreWorker.MaxGroup + 1).Select(i => Command(i))]);
        _store.Allow(3);

        Assert.Equal("1", await _store.Groups.NextAsync());
        Assert.Equal(StoreWorker.MaxGroup + 1, (await _store.Groups.NextAsync()).Split(' ').Length);
    }

    [Fact]
    public async Task When_a_group_fails_each_of_its_commands_has_failed_and_the_next_group_is_tried()
    {
        _store.Failure = new ChatStoreException("no room, on purpose");
        using var log = new ChatEventLog("no room, on purpose");
        _worker.Post([Command(1), Command(2)]);
        _store.Allow(1);
        await _woken.NextAsync();
        Assert.Equal([(1, true), (2, true)], Completed());
        Assert.Equal(1, _worker.FailedGroups);
        Assert.Same(_store.Failure, _worker.LastError);
        Assert.StartsWith("StoreFailed: 2, ", await log.Events.NextAsync(), StringComparison.Ordinal);

        _store.Failure = null;
        _worker.Post(Command(3));
        _store.Allow(1);
        await _woken.NextAsync();
        Assert.Equal([(3, false)], Completed());
        Assert.Equal(1, _worker.FailedGroups);
    }

    [Fact]
    public async Task Stopping_does_what_was_posted_and_closes_the_store()
    {
        _worker.Post(Command(1));
        await _store.Groups.NextAsync();
        _worker.Post([Command(2), Command(3)]);
        _store.Allow(2);

        _worker.Stop();

        Assert.True(_store.IsDisposed);
        Assert.Equal([(1, false), (2, false), (3, false)], Completed());
        Assert.Single(_store.Threads);
        Assert.DoesNotContain(Environment.CurrentManagedThreadId, _store.Threads);
    }

    [Fact]
    public void What_is_posted_after_the_stop_fails_and_stopping_again_does_nothing()
    {
        _worker.Stop();
        _worker.Post(Command(1));
        _worker.Post([Command(2), Command(3)]);
        _worker.Stop();

        Assert.Equal([(1, true), (2, true), (3, true)], Completed());
    }

    [Fact]
    public async Task A_wake_that_throws_does_not_end_the_thread()
    {
        var store = new FakeChatStore();
        store.Allow(2);
        using var worker = new StoreWorker(store, () => throw new InvalidOperationException("thrown on purpose"));

        worker.Post(Command(1));
        Assert.Equal("1", await store.Groups.NextAsync());
        worker.Post(Command(2));
        Assert.Equal("2", await store.Groups.NextAsync());
    }

    private static StoreCommand Command(long sequence) => new() { Kind = StoreCommandKind.RemoveMail, Sequence = sequence };

    private IEnumerable<(long Sequence, bool HasFailed)> Completed()
    {
        var completed = new List<StoreCommand>();
        Assert.True(_worker.TryTakeCompleted(completed));
        return completed.Select(c => (c.Sequence, c.HasFailed));
    }
}
