using System;
using System.Linq;
using UdpChat.Protocol.Relay;

namespace UdpChat.Protocol.Tests.Relay.Extended;

/// <summary>What a relay does not take in, and what it then does with what follows.</summary>
public class MailboxTests
{
    private const string FullText = "INFO: Your message to Annie waits until there is room for it.", AwayText = "INFO: Annie is away, with a full mailbox; your message was not kept.";

    private readonly ExtendedRelayFixture _relay = new(new RelayOptions { MailboxMessages = 4 });
    private readonly WirePeer _bob, _annie;

    public MailboxTests()
    {
        _bob = new WirePeer(_relay, 1, "Bob").Connect();
        _annie = new WirePeer(_relay, 2, "Annie").Connect();
    }

    [Fact]
    public void What_a_slow_recipient_has_no_room_for_is_to_be_offered_again()
    {
        Fill();
        _bob.Say("@n=5 SENDTO:Annie: five");
        Assert.Equal([$"@code=queue-full;n=5 {FullText}"], _bob.Heard());
    }

    [Fact]
    public void It_is_told_once_that_there_is_room_when_the_mailbox_is_half_empty()
    {
        Fill();
        _bob.Say("@n=5 SENDTO:Annie: five");
        _bob.Heard();
        _annie.Say("TAKEN: 1");
        Assert.Equal(["DELIVERED: 1"], _bob.Heard());
        _annie.Say("TAKEN: 2");
        Assert.Equal(["DELIVERED: 2", "OPEN: Annie"], _bob.Heard());
        _annie.Say("TAKEN: 3-4");
        Assert.Equal(["DELIVERED: 3-4"], _bob.Heard());
    }

    [Fact]
    public void Who_was_refused_nothing_is_not_told_of_room()
    {
        Fill();
        _annie.Say("TAKEN: 1-4");
        Assert.Equal(["DELIVERED: 1-4"], _bob.Heard());
    }

    [Fact]
    public void After_a_refusal_for_now_all_to_the_same_recipient_is_refused_until_the_first_is_offered_again()
    {
        Fill();
        _bob.Say("@n=5 SENDTO:Annie: five");
        _annie.Say("TAKEN: 1-4");
        _bob.Heard();
        _bob.Say("@n=6 SENDTO:annie: six");
        Assert.Equal([$"@code=queue-full;n=6 {FullText}"], _bob.Heard());
        _bob.Say("@n=5;retry SENDTO:Annie: five", "@n=6 SENDTO:Annie: six");
        Assert.Equal(["ACCEPTED: 5-6"], _bob.Heard());
        Assert.Equal(["five", "six"], TextsOf(_annie).Skip(4));
    }

    [Fact]
    public void A_refusal_for_one_recipient_holds_up_no_other_and_that_of_one_sender_no_other_sender()
    {
        Fill();
        WirePeer carl = new WirePeer(_relay, 3, "Carl").Connect();
        _bob.Say("@n=5 SENDTO:Annie: five", "@n=6 SENDTO:Carl: six");
        Assert.Equal(["ACCEPTED: 6", $"@code=queue-full;n=5 {FullText}"], _bob.Heard());
        _annie.Say("TAKEN: 1-4");
        carl.Say("@n=1 SENDTO:Annie: hi");
        Assert.Contains("ACCEPTED: 1", carl.Heard());
    }

    [Fact]
    public void What_a_mailbox_of_somebody_away_has_no_room_for_is_refused_for_good()
    {
        _annie.SayAside("UNREGISTER: Annie");
        Fill();
        _bob.Say("@n=5 SENDTO:Annie: five");
        Assert.Equal([$"@code=mailbox-full;n=5 {AwayText}"], _bob.Heard());
        _annie.Connect();
        Assert.Equal(4, TextsOf(_annie).Length);
    }

    [Fact]
    public void Bytes_count_too()
    {
        var relay = new ExtendedRelayFixture(new RelayOptions { MailboxBytes = 1_024 });
        new WirePeer(relay, 2, "Annie").Connect().SayAside("UNREGISTER: Annie");
        WirePeer bob = new WirePeer(relay, 1, "Bob").Connect();
        string half = new('x', 512);
        bob.Say($"@n=1 SENDTO:Annie: {half}");
        bob.Say($"@n=2 SENDTO:Annie: {half}");
        bob.Say("@n=3 SENDTO:Annie: x");
        Assert.Equal(["ACCEPTED: 1", "ACCEPTED: 2", $"@code=mailbox-full;n=3 {AwayText}"], bob.Heard());
    }

    [Fact]
    public void After_a_refusal_for_good_what_follows_to_the_same_recipient_waits_until_that_is_acknowledged_and_nothing_else_does()
    {
        _annie.SayAside("UNREGISTER: Annie");
        Fill();
        _bob.Say("@n=5 SENDTO:Annie: five");
        _bob.Heard();
        _annie.Connect().Say("TAKEN: 1-4");
        _bob.Say("@n=6 SENDTO:Annie: six", "@n=7 SENDTO:Bob: seven");
        Assert.Equal(["DELIVERED: 1-4", "ACCEPTED: 7", $"@code=queue-full;n=6 {FullText}", "@i=1000;n=7 FROM:Bob: seven"], _bob.Heard());
        _bob.Acknowledge();
        _bob.Say("@n=6;retry SENDTO:Annie: six");
        Assert.Equal(["DELIVERED: 7", "ACCEPTED: 6"], _bob.Heard());
    }

    [Fact]
    public void A_refusal_for_good_that_was_not_heard_is_judged_anew_in_the_next_session()
    {
        _annie.SayAside("UNREGISTER: Annie");
        Fill();
        _bob.Say("@n=5 SENDTO:Annie: five");
        _annie.Connect().Say("TAKEN: 1-4");
        _bob.Connect(low: 5).Say("@n=5 SENDTO:Annie: five");
        Assert.Equal(["ACCEPTED: 5"], _bob.Heard());
        Assert.Equal("five", TextsOf(_annie).Last());
    }

    [Fact]
    public void For_nobody_a_relay_that_has_just_started_takes_nothing_yet_and_a_later_one_nothing_at_all()
    {
        _bob.Say("@n=1 SENDTO:Carl: one");
        Assert.Equal(["@code=not-yet;n=1 INFO: Your message to Carl waits until it is known who has come back."], _bob.Heard());
        _bob.Acknowledge();
        _relay.Run(50);
        _bob.SayAside("HEARTBEAT: Bob");
        _relay.Run(10);
        _bob.Say("@n=1;retry SENDTO:Carl: one", "@n=2 SENDTO:Dora: two");
        Assert.Equal(["@code=no-such-user;n=1 INFO: There is no user Carl here, your message was not sent.", "@code=no-such-user;n=2 INFO: There is no user Dora here, your message was not sent."], _bob.Heard());
    }

    [Fact]
    public void When_somebody_comes_what_was_not_taken_in_yet_goes_first()
    {
        _bob.Say("@n=1 SENDTO:Carl: one");
        WirePeer carl = new WirePeer(_relay, 3, "Carl").Connect();
        _bob.Say("@n=2 SENDTO:carl: two");
        Assert.Equal(2, _bob.Heard().Count(line => line.StartsWith("@code=not-yet;", StringComparison.Ordinal)));
        _bob.Say("@n=1;retry SENDTO:Carl: one", "@n=2 SENDTO:Carl: two");
        Assert.Equal(["one", "two"], TextsOf(carl));
    }

    [Theory]
    [InlineData("@n=1 SENDTO:a b: hi", "@code=bad-name;n=1 INFO: The recipient's name breaks the rules of names, your message was not sent.")]
    [InlineData("@n=1 SENDTO:Annie: 12345", "@code=too-large;n=1 INFO: Your message is too large for Annie and was not sent; please shorten it.")]
    [InlineData("@n=1 SENDTO:Annie: 123\\n", "ACCEPTED: 1")]
    public void What_can_never_be_taken_in_is_refused(string line, string answer)
    {
        var relay = new ExtendedRelayFixture(new RelayOptions { MaxMessageBytes = 4 });
        new WirePeer(relay, 2, "Annie").Connect();
        WirePeer bob = new WirePeer(relay, 1, "Bob").Connect();
        bob.Say(line);
        Assert.Equal([answer], bob.Heard());
    }

    [Theory]
    [InlineData("@n=65537 SENDTO:Annie: hi")]
    [InlineData("@n=0 SENDTO:Annie: hi")]
    [InlineData("SENDTO:Annie: hi")]
    [InlineData("@n=1 SENDTO:Annie: \\x")]
    [InlineData("@n=1 FROM:Annie: hi")]
    [InlineData("hi")]
    public void A_malformed_line_is_counted_and_the_other_lines_stand(string line)
    {
        _bob.Say(line, "@n=1 SENDTO:Annie: hi");
        Assert.Equal(["ACCEPTED: 1"], _bob.Heard());
        Assert.Equal(1, _relay.Machine.Counters[MessageOutcome.Malformed]);
    }

    [Fact]
    public void No_more_than_its_inbox_goes_to_a_client_that_takes_nothing()
    {
        WirePeer carl = new WirePeer(_relay, 3, "Carl") { Inbox = "2,1000" }.Connect();
        _bob.Say("@n=1 SENDTO:Carl: 1", "SENDTO:Carl: 2", "SENDTO:Carl: 3", "SENDTO:Carl: 4");
        Assert.Equal(["1", "2"], TextsOf(carl));
        carl.Say("TAKEN: 1");
        Assert.Equal(["3"], TextsOf(carl));
    }

    private static string[] TextsOf(WirePeer peer) => [.. peer.Heard().Where(line => line.Contains("FROM:Bob: ", StringComparison.Ordinal)).Select(line => line.Split("FROM:Bob: ")[1])];

    /// <summary>Bob sends Annie as much as there is room for.</summary>
    private void Fill()
    {
        _bob.Say("@n=1 SENDTO:Annie: 1", "SENDTO:Annie: 2", "SENDTO:Annie: 3", "SENDTO:Annie: 4");
        Assert.Equal(["ACCEPTED: 1-4"], _bob.Heard());
    }
}
