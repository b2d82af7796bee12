using System;
using System.Collections.Concurrent;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using UdpChat.Client;
using UdpChat.Core.Tests.Support;

namespace UdpChat.Core.Tests.Client;

public class InboxTests
{
    private readonly Inbox _inbox = new(capacity: 4);

    [Fact]
    public void Messages_are_taken_in_the_order_in_which_they_came()
    {
        Add("1", "2", "3");

        Assert.Equal(["1", "2", "3"], Enumerable.Range(0, 3).Select(_ => _inbox.TryTake(null)!.Text));
        Assert.Null(_inbox.TryTake(null));
    }

    [Fact]
    public void A_predicate_takes_the_first_match_and_leaves_the_others_where_they_are()
    {
        Add("a1", "b1", "a2", "b2");

        Assert.Equal("b1", _inbox.TryTake(m => m.Text[0] == 'b')!.Text);
        Assert.Null(_inbox.TryTake(m => m.Text[0] == 'c'));
        Assert.Equal(["a1", "a2", "b2"], _inbox.ToArray().Select(m => m.Text));
    }

    [Fact]
    public void A_full_inbox_takes_no_more_until_one_is_taken()
    {
        Add("1", "2", "3", "4");

        Assert.False(_inbox.TryAdd(Message("5")));
        Assert.Equal(4, _inbox.Count);
        _inbox.TryTake(null);
        Assert.True(_inbox.TryAdd(Message("6")));
        Assert.Equal(["2", "3", "4", "6"], _inbox.ToArray().Select(m => m.Text));
    }

    [Fact]
    public async Task Taking_waits_for_a_message_that_matches()
    {
        Task<ChatMessage?> wait = _inbox.TakeAsync(m => m.Text == "yes", CancellationToken.None);

        Add("no");
        Assert.False(wait.IsCompleted);
        Add("yes");

        Assert.Equal("yes", (await wait.InTime())!.Text);
        Assert.Equal("no", Assert.Single(_inbox.ToArray()).Text);
    }

    [Fact]
    public async Task A_wait_that_is_cancelled_takes_nothing()
    {
        using var cancel = new CancellationTokenSource();
        Task<ChatMessage?> wait = _inbox.TakeAsync(null, cancel.Token);

        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => wait.InTime());
        Add("1");

        Assert.Equal(1, _inbox.Count);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _inbox.TakeAsync(null, cancel.Token));
        Assert.Equal(1, _inbox.Count);
    }

    [Fact]
    public async Task Completion_ends_every_wait_and_leaves_what_is_there()
    {
        Add("1");
        Task<ChatMessage?>[] waits = [_inbox.TakeAsync(m => m.Text == "2", CancellationToken.None), _inbox.TakeAsync(m => m.Text == "3", CancellationToken.None)];

        _inbox.Complete();

        Assert.All(await Task.WhenAll(waits).InTime(), Assert.Null);
        Assert.Equal("1", (await _inbox.TakeAsync(null, CancellationToken.None).InTime())!.Text);
        Assert.Null(await _inbox.TakeAsync(null, CancellationToken.None).InTime());
    }

    [Fact]
    public async Task A_predicate_that_throws_fails_its_own_taker_and_takes_nothing()
    {
        Add("1");

        await Assert.ThrowsAsync<InvalidTimeZoneException>(() => _inbox.TakeAsync(_ => throw new InvalidTimeZoneException(), CancellationToken.None));

        Assert.Equal(1, _inbox.Count);
    }

    [Fact]
    public async Task Takers_at_the_same_time_get_each_message_once()
    {
        const int Messages = 2_000, Takers = 8;
        var inbox = new Inbox(Messages);
        var taken = new ConcurrentBag<string>();
        Task[] takers = Enumerable.Range(0, Takers).Select(_ => Task.Run(async () =>
        {
            while (await inbox.TakeAsync(null, CancellationToken.None) is { } message)
                taken.Add(message.Text);
        })).ToArray();

        Parallel.For(0, Messages, i => Assert.True(inbox.TryAdd(Message($"{i}"))));
        inbox.Complete();
        await Task.WhenAll(takers).InTime();

        Assert.Equal(Enumerable.Range(0, Messages), taken.Select(int.Parse).Order());
    }

    private void Add(params string[] texts) => Assert.All(texts, text => Assert.True(_inbox.TryAdd(Message(text))));

    private static ChatMessage Message(string text) => new("Annie", "Bob", text, DateTimeOffset.UnixEpoch);
}
