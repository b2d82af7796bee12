using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text;
using UdpChat.Protocol.Client;

namespace UdpChat.Protocol.Tests.Client;

/// <summary>What an outbox keeps of the messages that are decided, and of their recipients.</summary>
public class OutgoingMemoryTests
{
    private readonly EventLog _events = new();
    private readonly Outbox _outbox;

    public OutgoingMemoryTests() => _outbox = new Outbox(ClientFixture.Options(), _events);

    [Fact]
    public void The_memory_of_a_message_that_is_final_is_used_for_the_next()
    {
        foreach (Action<long> decide in new Action<long>[] { n => _outbox.Accepted(n, isFinal: true), n => _outbox.Delivered(n), n => _outbox.Fail(n, FailureCode.Expired, "", null), n => _outbox.SentPlain(_outbox.Find(n)!) })
        {
            OutgoingMessage first = Add("Annie", "hi");
            decide(first.Number);
            Assert.Same(first, Add("Carl", "hello"));
            _outbox.Delivered(first.Number);
        }
    }

    [Fact]
    public void Memory_that_waits_for_the_next_message_holds_nothing_of_the_last()
    {
        OutgoingMessage ended = Add("Annie", "hi");
        ended.Tag = new object();
        _outbox.Fail(1, FailureCode.Expired, "because", null);
        Assert.Equal((null, ""), (ended.Tag, ended.Words));
    }

    [Fact]
    public void A_message_that_is_accepted_only_keeps_its_memory_until_it_is_delivered()
    {
        OutgoingMessage first = Add("Annie", "hi");
        _outbox.Accepted(1, isFinal: false);
        OutgoingMessage second = Add("Annie", "hello");
        Assert.NotSame(first, second);
        Assert.Equal((1, OutgoingState.Accepted, 0), (first.Number, first.State, first.Text.Length));
        _outbox.Delivered(1);
        Assert.Same(first, Add("Annie", "3"));
    }

    [Fact]
    public void What_is_watched_no_longer_is_used_again()
    {
        OutgoingMessage ended = Add("Annie", "1");
        _outbox.Accepted(1, isFinal: false);
        _outbox.EndWatch();
        Assert.Same(ended, Add("Annie", "2"));
        OutgoingMessage failed = _outbox.Accepted(2, isFinal: false)!;
        _outbox.FailWatched(FailureCode.RelayRestarted);
        Assert.Same(failed, Add("Annie", "3"));
    }

    [Fact]
    public void What_its_sender_looks_at_later_is_never_used_again()
    {
        OutgoingMessage kept = Add("Annie", "hi", isKept: true);
        _outbox.Delivered(1);
        Assert.NotSame(kept, Add("Carl", "hello"));
        Assert.Equal((1, OutgoingState.Delivered), (kept.Number, kept.State));
    }

    [Fact]
    public void What_its_sender_is_to_look_at_later_has_memory_of_its_own()
    {
        OutgoingMessage first = Add("Annie", "hi");
        _outbox.Delivered(1);
        Assert.NotSame(first, Add("Carl", "hello", isKept: true));
    }

    [Fact]
    public void What_is_held_back_with_its_recipient_is_not_used_again_while_that_has_it()
    {
        OutgoingMessage held = Add("Annie", "hi");
        held.Recipient.Hold(held);
        _outbox.Delivered(1);
        Assert.NotSame(held, Add("Annie", "hello"));
        Assert.Same(held, held.Recipient.TakeFirst());
    }

    [Fact]
    public void What_was_held_back_in_an_earlier_session_can_be_used_again_when_it_is_decided()
    {
        OutgoingMessage held = Add("Annie", "hi");
        held.Recipient.Hold(held);
        _outbox.Reset();
        _outbox.Delivered(1);
        Assert.Same(held, Add("Annie", "hello"));
    }

    [Fact]
    public void Nothing_of_the_old_message_is_left_in_the_new_one()
    {
        OutgoingMessage message = Add("Annie", new string('x', 500));
        message.Tag = this;
        message.Sessions = message.LastSession = 3;
        message.IsRetry = message.IsUnderWay = true;
        message.Recipient.UnderWay = 1;
        _outbox.RelayChanged();
        _outbox.Fail(1, FailureCode.Expired, "No way.", true);

        Assert.Same(message, _outbox.Add("Carl"u8, "a\nb"u8, TimeSpan.FromSeconds(5), isKept: false));

        Assert.Equal((2, "Carl", @"a\nb"), (message.Number, Encoding.UTF8.GetString(message.To), Encoding.UTF8.GetString(message.Text.Span)));
        Assert.Equal((OutgoingState.Queued, default(FailureCode), "", null), (message.State, message.Code, message.Words, message.Tag));
        Assert.False(message.MayHaveArrived || message.IsFinal || message.WasSentElsewhere || message.IsUnderWay || message.IsRetry || message.IsHeld || message.IsKept);
        Assert.Equal((0, 0, TimeSpan.FromSeconds(5), 4 + 4), (message.Sessions, message.LastSession, message.QueuedAt, message.Size));
        Assert.Equal((1, 0), (message.Recipient.Messages, message.Recipient.UnderWay));
    }

    [Fact]
    public void Who_is_told_what_became_of_a_message_finds_it_as_it_was()
    {
        Add("Annie", "hi\n");
        _outbox.Fail(1, FailureCode.Expired, "", false);
        Add("Carl", "hello");
        _outbox.Fail(2, FailureCode.Expired, "", false);
        Assert.Equal([@"1 Annie hi\n", "2 Carl hello"], _events.Changes);
    }

    [Fact]
    public void A_text_that_is_long_stays_as_it_is_when_the_message_is_decided_and_its_memory_used_again()
    {
        OutgoingMessage message = Add("Annie", new string('x', 513));
        ReadOnlyMemory<byte> text = message.Text;
        _outbox.Delivered(1);
        Assert.Same(message, Add("Carl", new string('y', 513)));
        Assert.Equal(new string('x', 513), Encoding.UTF8.GetString(text.Span));
    }

    [Fact]
    public void Of_recipients_to_whom_nothing_is_undecided_256_are_remembered()
    {
        for (int i = 0; i < 300; i++)
            Add(string.Create(CultureInfo.InvariantCulture, $"user{i}"), "hi");
        Assert.Equal(300, _outbox.Recipients.Count());
        for (int i = 1; i <= 300; i++)
            _outbox.Delivered(i);
        Assert.Equal(256, _outbox.Recipients.Count());
        Recipient remembered = _outbox.Recipients.First();
        Assert.Same(remembered, Add(Encoding.UTF8.GetString(remembered.Name), "again").Recipient);
    }

    [Fact]
    public void A_recipient_that_was_forgotten_is_not_found_among_the_recent_ones()
    {
        Recipient forgotten = Add("Annie", "hi").Recipient;
        _outbox.Delivered(1);
        _outbox.Reset();
        Assert.Empty(_outbox.Recipients);
        Recipient added = Add("Annie", "hi").Recipient;
        Assert.NotSame(forgotten, added);
        Assert.Same(added, Assert.Single(_outbox.Recipients));
        Assert.Same(added, _outbox.FindRecipient("ANNIE"u8));
    }

    [Fact]
    public void A_recipient_that_is_held_back_is_not_forgotten()
    {
        Recipient blocked = Add("Annie", "hi").Recipient;
        blocked.IsBlocked = true;
        for (int i = 0; i < 300; i++)
            Add(string.Create(CultureInfo.InvariantCulture, $"user{i}"), "hi");
        _outbox.Delivered(1);
        Assert.Same(blocked, _outbox.FindRecipient("Annie"u8));
    }

    [Fact]
    public void Recipients_whose_names_are_nearly_alike_are_told_apart()
    {
        // Of one length, with the same first and last letter.
        for (int i = 0; i < 3; i++)
        {
            Assert.Equal("Annie", Encoding.UTF8.GetString(Add("Annie", "hi").To));
            Assert.Equal("Abbae", Encoding.UTF8.GetString(Add("Abbae", "hi").To));
        }
        Assert.Equal([3, 3], _outbox.Recipients.Select(recipient => recipient.Messages));
    }

    [Fact]
    public void In_another_letter_case_it_is_the_same_recipient_however_often_it_is_written()
    {
        Recipient recipient = Add("Zoë", "1").Recipient;
        foreach (string name in new[] { "ZOË", "zoë", "Zoë", "ZOË", "ZOË" })
            Assert.Same(recipient, Add(name, "hi").Recipient);
        Assert.Equal((6, "Zoë"), (recipient.Messages, Encoding.UTF8.GetString(recipient.Name)));
    }

    private OutgoingMessage Add(string to, string text, bool isKept = false) => _outbox.Add(Encoding.UTF8.GetBytes(to), Encoding.UTF8.GetBytes(text), TimeSpan.Zero, isKept);

    private sealed class EventLog : IClientEvents
    {
        public List<string> Changes { get; } = [];

        void IClientEvents.Connected()
        {
        }

        void IClientEvents.Reconnecting(ReconnectReason reason)
        {
        }

        void IClientEvents.ConnectFailed(ConnectFailure failure)
        {
        }

        void IClientEvents.PathWanted()
        {
        }

        void IClientEvents.EchoReturned()
        {
        }

        void IClientEvents.MessageReceived(ReadOnlySpan<byte> from, ReadOnlySpan<byte> text, in MessageOrigin origin, long ticket)
        {
        }

        void IClientEvents.MessageChanged(OutgoingMessage message) =>
            Changes.Add($"{message.Number} {Encoding.UTF8.GetString(message.To)} {Encoding.UTF8.GetString(message.Text.Span)}");

        void IClientEvents.NoticeReceived(ReadOnlySpan<byte> text, ReadOnlySpan<byte> code)
        {
        }

        void IClientEvents.Replaced()
        {
        }

        void IClientEvents.Left()
        {
        }
    }
}
