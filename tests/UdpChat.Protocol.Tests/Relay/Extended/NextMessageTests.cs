using System;
using System.Linq;
using UdpChat.Protocol.Relay;

namespace UdpChat.Protocol.Tests.Relay.Extended;

/// <summary>The line that says only to whom and what, and the relay's memory of who was written to lately.</summary>
public class NextMessageTests
{
    private readonly ExtendedRelayFixture _relay = new();
    private readonly WirePeer _bob, _annie;

    public NextMessageTests()
    {
        _bob = new WirePeer(_relay, 1, "Bob").Connect();
        _annie = new WirePeer(_relay, 2, "Annie").Connect();
    }

    [Fact]
    public void The_first_message_of_a_session_needs_its_number_and_those_behind_it_do_not()
    {
        _bob.Say("SENDTO:Annie: lost");
        Assert.Equal(1, _relay.Machine.Counters[MessageOutcome.Malformed]);
        _bob.Say("@n=5 SENDTO:Annie: five", "SENDTO: Annie:six", "SENDTO:Annie:  seven:");
        Assert.Equal(["five", "six", " seven:"], TextsOf(_annie));
        Assert.Equal(["ACCEPTED: 5-7"], _bob.Heard().Where(line => line.StartsWith("ACCEPTED", StringComparison.Ordinal)));
    }

    [Fact]
    public void Messages_go_to_who_has_the_name_now_and_not_to_who_gave_it_up()
    {
        _bob.Say("@n=1 SENDTO:Annie: one", "SENDTO:Annie: two");
        Assert.Equal(["one", "two"], TextsOf(_annie));
        _annie.SayAside("@forget UNREGISTER: Annie");
        WirePeer other = new WirePeer(_relay, 3, "Annie").Connect();
        _bob.Say("SENDTO:Annie: three", "SENDTO:Annie: four");
        Assert.Equal(["three", "four"], TextsOf(other));
        Assert.Empty(TextsOf(_annie));
        Assert.Equal(4, _relay.Machine.Counters[MessageOutcome.Held]);
    }

    [Fact]
    public void A_name_that_nobody_has_any_more_gets_nothing()
    {
        _relay.Run(_relay.Options.ClientTimeout.TotalSeconds / 2);
        _bob.SayAside("HEARTBEAT: Bob");
        _relay.Run(_relay.Options.ClientTimeout.TotalSeconds / 2);
        _bob.SayAside("HEARTBEAT: Bob");
        WirePeer carl = new WirePeer(_relay, 3, "Carl").Connect();
        _bob.Say("@n=1 SENDTO:Carl: one", "SENDTO:Carl: two");
        carl.SayAside("@forget UNREGISTER: Carl");
        _bob.Heard();
        _bob.Say("SENDTO:Carl: three");
        Assert.Contains(_bob.Heard(), line => line.StartsWith("@code=no-such-user;n=3 ", StringComparison.Ordinal));
    }

    [Fact]
    public void A_name_that_is_registered_again_in_another_letter_case_is_found_in_both()
    {
        _bob.Say("@n=1 SENDTO:Annie: one", "SENDTO:ANNIE: two", "SENDTO:Annie: three");
        Assert.Equal(["one", "two", "three"], TextsOf(_annie));
        var again = new WirePeer(_relay, 2, "ANNIE") { Address = _annie.Address, Incarnation = 2_000 };
        again.Connect();
        _bob.Say("SENDTO:Annie: four", "SENDTO:ANNIE: five", "SENDTO:Annie: six", "SENDTO:annie: seven");
        Assert.Equal(["four", "five", "six", "seven"], TextsOf(again).TakeLast(4));
    }

    [Fact]
    public void Recipients_whose_names_are_nearly_alike_are_told_apart()
    {
        // Of one length, with the same first and last letter.
        WirePeer other = new WirePeer(_relay, 3, "Abbae").Connect();
        _bob.Say("@n=1 SENDTO:Annie: 1", "SENDTO:Abbae: 2", "SENDTO:Annie: 3", "SENDTO:Annie: 4", "SENDTO:Abbae: 5", "SENDTO:Abbae: 6");
        Assert.Equal(["1", "3", "4"], TextsOf(_annie));
        Assert.Equal(["2", "5", "6"], TextsOf(other));
    }

    [Fact]
    public void Without_tags_to_the_recipient_of_a_text_in_pieces_it_is_the_last_of_them()
    {
        _bob.Say("@n=1 SENDTO:Annie: one", "@more SENDTO:Annie: tw", "SENDTO:Annie: o", "SENDTO:Annie: three");
        Assert.Equal(["one", "two", "three"], TextsOf(_annie));
        Assert.Equal(0, _relay.Machine.Counters[MessageOutcome.Malformed]);
    }

    [Fact]
    public void To_another_while_a_text_is_put_together_it_ends_that_which_is_lost()
    {
        WirePeer carl = new WirePeer(_relay, 3, "Carl").Connect();
        _bob.Say("@n=1 SENDTO:Annie: one", "@more SENDTO:Annie: lost", "SENDTO:Carl: three", "SENDTO:Annie: four");
        Assert.Equal(["one", "four"], TextsOf(_annie));
        Assert.Equal(["three"], TextsOf(carl));
        Assert.Equal(1, _relay.Machine.Counters[MessageOutcome.Malformed]);
        Assert.Contains("ACCEPTED: 1,3-4", _bob.Heard());
    }

    [Fact]
    public void A_number_beyond_what_a_client_may_use_is_malformed_and_takes_nothing_up()
    {
        _bob.Say("@n=65536 SENDTO:Annie: last", "SENDTO:Annie: beyond", "SENDTO:Annie: beyond");
        Assert.Equal(["last"], TextsOf(_annie));
        Assert.Equal(2, _relay.Machine.Counters[MessageOutcome.Malformed]);
        _bob.Say("@n=1 SENDTO:Annie: one", "@n=65537 SENDTO:Annie: next", "SENDTO:Annie: beyond");
        Assert.Equal(["one", "next"], TextsOf(_annie));
        Assert.Equal(3, _relay.Machine.Counters[MessageOutcome.Malformed]);
    }

    [Fact]
    public void A_recipient_without_a_name_is_refused()
    {
        _bob.Say("@n=1 SENDTO:Annie: one", "SENDTO:: two");
        Assert.Contains(_bob.Heard(), line => line.StartsWith("@code=bad-name;n=2 ", StringComparison.Ordinal));
    }

    private static string[] TextsOf(WirePeer peer) =>
        [.. peer.Heard().Where(line => line.Contains("FROM:", StringComparison.Ordinal)).Select(line => line[(line.IndexOf(": ", StringComparison.Ordinal) + 2)..])];
}
