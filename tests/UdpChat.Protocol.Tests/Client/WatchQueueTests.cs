using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text;
using UdpChat.Protocol.Client;
using UdpChat.Protocol.Link;

namespace UdpChat.Protocol.Tests.Client;

public class WatchQueueTests
{
    private readonly Dictionary<long, OutgoingMessage> _watched = [];
    private readonly WatchQueue _queue;
    private int _finds;

    public WatchQueueTests() => _queue = new WatchQueue(Find);

    [Fact]
    public void What_one_line_asks_is_one_recipients_in_the_order_of_the_numbers_whatever_the_letter_case()
    {
        AddAll((5, "annie"), (1, "Annie"), (3, "Carl"), (2, "Annie"));

        Assert.Equal(["annie: 1-2,5", "Carl: 3"], TakeAll());
        Assert.True(_queue.IsEmpty);
    }

    [Fact]
    public void What_is_not_watched_is_not_asked_about_and_what_has_been_told_meanwhile_neither()
    {
        _queue.Add(9);
        Assert.True(_queue.IsEmpty);
        AddAll((1, "Annie"), (2, "Carl"), (3, "Annie"));
        _watched.Remove(1);
        _watched.Remove(2);

        Assert.Equal(["Annie: 3"], TakeAll());
    }

    [Fact]
    public void What_did_not_fit_a_line_comes_next_before_other_recipients()
    {
        AddAll((1, "Annie"), (2, "Carl"), (3, "Annie"));
        var numbers = new RangeSet();
        _queue.Take(numbers);
        _queue.Add(3);

        Assert.Equal(["Annie: 3", "Carl: 2"], TakeAll());
    }

    [Fact]
    public void A_line_asks_about_1_000_messages_at_most()
    {
        for (int number = 1; number <= 2_500; number++)
            AddAll((number, "Annie"));

        Assert.Equal(["Annie: 1-1000", "Annie: 1001-2000", "Annie: 2001-2500"], TakeAll());
    }

    [Fact]
    public void Each_message_is_looked_at_once_when_it_is_added_and_once_when_it_is_taken_however_many_recipients_there_are()
    {
        const int Messages = 20_000, Recipients = 2_000;
        for (int i = 0; i < Messages; i++)
            AddAll((i + 1, "user" + (i % Recipients).ToString(CultureInfo.InvariantCulture)));

        Assert.Equal(Recipients, TakeAll().Length);
        Assert.Equal(2 * Messages, _finds);
    }

    private OutgoingMessage? Find(long number)
    {
        _finds++;
        return _watched.GetValueOrDefault(number);
    }

    private void AddAll(params (long Number, string To)[] messages)
    {
        foreach ((long number, string to) in messages)
        {
            var recipient = new Recipient(Encoding.UTF8.GetBytes(to), to.ToUpperInvariant());
            _watched.Add(number, new OutgoingMessage());
            _watched[number].Begin(number, recipient, default, TimeSpan.Zero, isKept: true);
            _queue.Add(number);
        }
    }

    private string[] TakeAll()
    {
        var lines = new List<string>();
        var numbers = new RangeSet();
        while (_queue.Take(numbers) is { } recipient)
        {
            lines.Add($"{Encoding.UTF8.GetString(recipient.Name)}: {string.Join(',', numbers.Ranges.ToArray().Select(r => r.First == r.Last ? $"{r.First}" : $"{r.First}-{r.Last}"))}");
            numbers.Clear();
        }
        return [.. lines];
    }
}
