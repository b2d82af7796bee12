using System;
using System.Collections.Generic;
using System.Linq;
using UdpChat.Protocol.Client;
using UdpChat.Protocol.Wire;

namespace UdpChat.Protocol.Tests.Client.Extended;

public class ExtendedSendTests
{
    private readonly SessionFixture _client = new();

    public ExtendedSendTests() => _client.Connect();

    [Fact]
    public void Only_the_first_number_of_a_sequence_is_written()
    {
        _client.Send("Annie", "1");
        _client.Send("Carl", "2\n\\");
        Assert.Equal(["@n=1 SENDTO:Annie: 1", "SENDTO:Carl: 2\\n\\\\"], _client.Lines());
        Assert.Equal((2, 2), (_client.Machine.OutboxCount, _client.Machine.Counters.Sent));
    }

    [Fact]
    public void A_long_text_goes_in_pieces_that_can_be_put_together()
    {
        string text = string.Concat(Enumerable.Range(0, 6_000).Select(i => i % 3 == 0 ? "\n" : i % 3 == 1 ? "é" : "x"));
        _client.Send("Annie", text);
        string[] lines = _client.Lines();
        Assert.StartsWith("@n=1;more SENDTO:Annie: ", lines[0], StringComparison.Ordinal);
        Assert.All(lines[1..^1], line => Assert.StartsWith("@more SENDTO:Annie: ", line, StringComparison.Ordinal));
        Assert.StartsWith("SENDTO:Annie: ", lines[^1], StringComparison.Ordinal);
        Assert.Equal(text, Unescape(string.Concat(lines.Select(TextOf))));
    }

    [Fact]
    public void Nothing_comes_between_the_pieces_of_a_text()
    {
        _client.Say("@i=1;n=1 FROM:Annie: hi");
        _client.IsDeaf = true; // so that the window closes in the middle of the text
        _client.Send("Annie", new string('x', 60_000));
        _client.Machine.Taken(_client.Tickets[0]);
        _client.IsDeaf = false;
        _client.Run(5);
        string[] lines = _client.Lines();
        Assert.Equal("TAKEN: 1", lines[^1]);
        Assert.All(lines[..^1], line => Assert.Contains("SENDTO:Annie: x", line, StringComparison.Ordinal));
    }

    [Fact]
    public void The_largest_text_is_64_KiB_before_it_is_escaped()
    {
        Assert.Equal(SendOutcome.TooLarge, _client.Send("Annie", new string('\n', WireLimits.MaxTextBytes + 1)));
        Assert.Equal(SendOutcome.Queued, _client.Send("Annie", new string('\n', WireLimits.MaxTextBytes)));
        Assert.Equal(2 * WireLimits.MaxTextBytes, _client.Lines().Sum(line => TextOf(line).Length));
    }

    [Fact]
    public void Verdicts_are_told_and_never_go_back()
    {
        for (int i = 0; i < 4; i++)
            _client.Send("Annie", "hi");
        _client.Say("ACCEPTED: 1-2,4");
        Assert.Equal(["1 Accepted", "2 Accepted", "4 Accepted"], _client.Changes());
        Assert.Equal(1, _client.Machine.OutboxCount);
        _client.Say("DELIVERED: 1-3", "ACCEPTED: 1-3", "DELIVERED: 1-3", "@code=unknown;n=1-3 INFO:", "ACCEPTED: 4-900000000000000000");
        Assert.Equal(["1 Delivered", "2 Delivered", "3 Delivered"], _client.Changes());
        Assert.Equal(0, _client.Machine.OutboxCount);
    }

    [Theory]
    [InlineData("no-such-user", "did not arrive")]
    [InlineData("bad-name", "did not arrive")]
    [InlineData("too-large", "did not arrive")]
    [InlineData("mailbox-full", "did not arrive")]
    [InlineData("store-failed", "did not arrive")]
    [InlineData("expired", "may have arrived")]
    [InlineData("unknown", "may have arrived")]
    [InlineData("of-the-future", "may have arrived")]
    public void A_refusal_fails_the_message_and_says_whether_it_may_have_arrived(string code, string arrival)
    {
        _client.Send("Annie", "1");
        _client.Send("Annie", "2");
        _client.Say("ACCEPTED: 1", $"@code={code};n=1-2 INFO: No\\nway.");
        Assert.Equal(["1 Accepted", $"1 Failed: {code}, {arrival}", $"2 Failed: {code}, {arrival}"], _client.Changes());
        Assert.Equal("No\nway.", _client.Messages[1].Words);
    }

    [Fact]
    public void After_queue_full_a_recipient_is_offered_the_first_again_and_others_pass()
    {
        for (int i = 1; i <= 3; i++)
            _client.Send("Annie", $"{i}");
        _client.Lines();
        _client.Say("ACCEPTED: 1", "@code=queue-full;n=2-3 INFO:");
        _client.Send("ANNIE", "4");
        _client.Send("Carl", "5");
        Assert.Equal(["@n=5;low=2 SENDTO:Carl: 5"], _client.Lines());
        _client.Run(0.19);
        Assert.Empty(_client.Lines());
        _client.Run(0.02);
        Assert.Equal(["@n=2;retry SENDTO:Annie: 2"], _client.Lines());
        _client.Say("ACCEPTED: 2");
        Assert.Equal(["SENDTO:Annie: 3", "SENDTO:Annie: 4"], _client.Lines());
        Assert.Equal(["1 Accepted", "2 Accepted"], _client.Changes());
    }

    [Fact]
    public void The_pauses_between_offers_grow_to_5_seconds()
    {
        _client.Send("Annie", "1");
        _client.Lines();
        double[] pauses = [0.2, 0.4, 0.8, 1.6, 3.2, 5, 5];
        foreach (double pause in pauses)
        {
            _client.Say("@code=not-yet;n=1 INFO:");
            _client.Run(pause - 0.01);
            Assert.Empty(_client.Lines());
            _client.Run(0.02);
            Assert.Single(_client.Lines());
        }
        Assert.Empty(_client.Changes());
    }

    [Fact]
    public void When_there_is_room_again_the_offer_does_not_wait()
    {
        _client.Send("Annie", "1");
        _client.Lines();
        _client.Say("@code=queue-full;n=1 INFO:");
        _client.Say("OPEN: annie");
        _client.Run(0);
        Assert.Single(_client.Lines(), line => line.Contains("retry SENDTO:Annie: 1", StringComparison.Ordinal));
    }

    [Fact]
    public void An_offer_waits_until_all_to_the_recipient_is_answered()
    {
        _client.Send("Annie", "1");
        _client.Send("Annie", "2");
        _client.Lines();
        _client.Say("@code=queue-full;n=1 INFO:");
        _client.Run(3);
        Assert.Empty(_client.Lines());
        _client.Say("@code=queue-full;n=2 INFO:");
        _client.Run(0.21);
        Assert.Equal(["@n=1;retry SENDTO:Annie: 1"], _client.Lines());
    }

    [Fact]
    public void A_message_that_is_put_off_for_longer_than_its_lifetime_has_failed_and_not_arrived()
    {
        var client = new SessionFixture(ClientFixture.Options() with { MessageLifetime = TimeSpan.FromSeconds(10) });
        client.Connect();
        client.Send("Annie", "1");
        for (int i = 0; i < 10 && client.Changes() is [] && client.Machine.OutboxCount > 0; i++)
        {
            client.Say("@code=queue-full;n=1 INFO:");
            client.Run(5);
        }
        Assert.Equal((OutgoingState.Failed, "expired", false), (client.Messages[0].State, client.Messages[0].Code.Text, client.Messages[0].MayHaveArrived));
    }

    [Fact]
    public void In_a_new_session_what_is_undecided_goes_again_in_order_and_what_was_accepted_is_watched()
    {
        foreach (string to in new[] { "Annie", "Annie", "Carl", "Annie", "Annie", "Carl" })
            _client.Send(to, "hi");
        _client.Say("ACCEPTED: 1-3,5", "DELIVERED: 2");
        _client.Lines();
        _client.Changes();
        _client.Reconnect();
        Assert.Equal(["WATCH:Annie: 1,5", "WATCH:Carl: 3", "@n=4 SENDTO:Annie: hi", "@n=6 SENDTO:Carl: hi"], _client.Lines());
        _client.Say("DELIVERED: 1", "ACCEPTED: 5", "@code=expired;n=3 INFO:");
        Assert.Equal(["1 Delivered", "3 Failed: expired, may have arrived"], _client.Changes());
    }

    [Fact]
    public void What_is_accepted_only_now_and_was_sent_in_an_earlier_session_is_watched_too()
    {
        _client.Send("Annie", "1");
        _client.Reconnect();
        _client.Send("Annie", "2");
        _client.Lines();
        _client.Say("ACCEPTED: 1-2");
        Assert.Equal(["WATCH:Annie: 1"], _client.Lines());
    }

    [Fact]
    public void A_recipient_that_was_full_in_the_old_session_is_not_held_back_in_the_new_one()
    {
        _client.Send("Annie", "1");
        _client.Say("@code=queue-full;n=1 INFO:");
        _client.Send("Annie", "2");
        _client.Lines();
        _client.Reconnect();
        Assert.Equal(["@n=1 SENDTO:Annie: 1", "SENDTO:Annie: 2"], _client.Lines());
        _client.Run(10);
        Assert.Empty(_client.Lines());
    }

    [Theory]
    [InlineData(0, 501, 0, true)]
    [InlineData(0, 501, 9, true)]
    [InlineData(9, 501, 0, true)]
    [InlineData(9, 501, 8, true)]
    [InlineData(0, 500, 0, false)]
    [InlineData(9, 501, 9, false)]
    public void What_a_relay_has_accepted_is_lost_when_it_restarts_without_the_store_that_it_had(ulong store, long start, ulong nextStore, bool isLost)
    {
        var client = new SessionFixture();
        client.Connect(store);
        client.Send("Annie", "1");
        client.Send("Annie", "2");
        client.Say("ACCEPTED: 1");
        client.Changes();
        client.Reconnect(start: start, store: nextStore);
        Assert.Equal(isLost ? ["1 Failed: relay-restarted, may have arrived"] : [], client.Changes());
        Assert.Equal(OutgoingState.Queued, client.Messages[1].State);
    }

    [Fact]
    public void A_message_to_somebody_away_is_watched_however_many_to_others_were_delivered()
    {
        const int Batch = 5_000;
        _client.Send("Annie", "hi");
        _client.Say("ACCEPTED: 1");
        for (long first = 2; first < 2 * Outbox.MaxWatched + 10; first += Batch)
        {
            for (int i = 0; i < Batch; i++)
                _client.Queue("Carl", "x");
            _client.Say($"ACCEPTED: {first}-{first + Batch - 1}", $"DELIVERED: {first}-{first + Batch - 1}");
        }
        Assert.Equal(0, _client.Machine.OutboxCount);
        _client.Changes();
        _client.Say("DELIVERED: 1");
        Assert.Equal(["1 Delivered"], _client.Changes());
    }

    [Fact]
    public void Numbers_go_no_further_than_65_536_beyond_the_first_that_is_undecided()
    {
        var client = new SessionFixture(ClientFixture.Options() with { OutboxCapacity = 100_000 });
        client.Connect();
        for (int i = 0; i < Outbox.MaxNumberSpan + 5; i++)
            client.Queue("Annie", "x");
        client.Say();
        Assert.Equal(Outbox.MaxNumberSpan, client.Lines().Length);
        client.Say("ACCEPTED: 2-100");
        Assert.Empty(client.Lines());
        client.Say("ACCEPTED: 1");
        Assert.Equal(5, client.Lines().Length);
    }

    [Fact]
    public void While_reconnecting_a_message_expires_after_its_lifetime_since_the_loss_or_since_it_was_queued()
    {
        var client = new SessionFixture(ClientFixture.Options() with { MessageLifetime = TimeSpan.FromMinutes(10) });
        client.Connect();
        client.Send("Annie", "1");
        client.Forgotten();
        client.Run(60);
        client.Queue("Annie", "2");
        client.Run(539.9);
        Assert.Empty(client.Changes());
        client.Run(0.1);
        Assert.Equal(["1 Failed: expired, may have arrived"], client.Changes());
        client.Run(59.9);
        Assert.Empty(client.Changes());
        client.Run(0.2);
        Assert.Equal(["2 Failed: expired, did not arrive"], client.Changes());
    }

    [Fact]
    public void While_connected_nothing_expires()
    {
        _client.Send("Annie", "1");
        _client.Run(10_000);
        Assert.Equal(ChatConnectionState.Connected, _client.Machine.State);
        Assert.Empty(_client.Changes());
    }

    [Fact]
    public void Time_asleep_while_reconnecting_does_not_count()
    {
        _client.Send("Annie", "1");
        _client.Forgotten();
        _client.Run(1);
        _client.TickAt(TimeSpan.FromHours(8));
        Assert.Empty(_client.Changes());
        _client.Run(3_700);
        Assert.Equal(["1 Failed: expired, may have arrived"], _client.Changes());
    }

    [Fact]
    public void When_the_relay_is_plain_from_now_on_what_was_sent_has_failed_and_the_rest_goes_out_plain()
    {
        _client.Send("Annie", "1");
        _client.Send("Annie", "2");
        _client.Say("ACCEPTED: 1");
        _client.Forgotten();
        _client.Send("Annie", "3");
        _client.Send("Annie", new string('x', WireLimits.MaxDatagramBytes));
        _client.Changes();
        _client.Sent();
        _client.Run(0.5);
        _client.Receive(_client.Echo);
        _client.Run(1);
        Assert.Equal(ProfileInUse.Plain, _client.Machine.Profile);
        Assert.Equal("SENDTO:Annie: 3", _client.Sent()[^1]);
        HashSet<string> changes = [.. _client.Changes()];
        Assert.Superset(new HashSet<string> { "1 Failed: profile-changed, may have arrived", "2 Failed: profile-changed, may have arrived", "4 Failed: too-large, did not arrive" }, changes);
    }

    [Fact]
    public void A_full_outbox_takes_nothing_more_until_something_is_accepted()
    {
        var client = new SessionFixture(ClientFixture.Options() with { OutboxCapacity = 2 });
        client.Connect();
        client.Send("Annie", "1");
        client.Send("Annie", "2");
        Assert.Equal(SendOutcome.OutboxFull, client.Send("Annie", "3"));
        client.Say("ACCEPTED: 1");
        Assert.Equal(SendOutcome.Queued, client.Send("Annie", "3"));
    }

    [Fact]
    public void A_message_that_goes_again_is_counted_once()
    {
        _client.Send("Annie", "1");
        _client.Reconnect();
        Assert.Equal(["@n=1 SENDTO:Annie: 1", "@n=1 SENDTO:Annie: 1"], _client.Lines());
        Assert.Equal(1, _client.Machine.Counters.Sent);
    }

    private static string TextOf(string line) => line[(line.IndexOf("SENDTO:Annie: ", StringComparison.Ordinal) + "SENDTO:Annie: ".Length)..];

    private static string Unescape(string text) => text.Replace("\\n", "\n", StringComparison.Ordinal);
}
