using System;
using System.Linq;
using UdpChat.Protocol.Relay;

namespace UdpChat.Protocol.Tests.Relay.Extended;

/// <summary>What a relay answers to a sender that asks what has become of its messages, or sends them again.</summary>
public class ReceiptTests
{
    [Fact]
    public void Of_what_was_taken_it_says_delivered()
    {
        (WirePeer bob, WirePeer annie) = Connect(out _);
        annie.Say("TAKEN: 1");
        bob.Connect().Say("WATCH:Annie: 1");
        Assert.Equal(["DELIVERED: 1"], bob.Heard());
    }

    [Fact]
    public void Of_what_is_in_the_recipients_client_it_says_delivered()
    {
        (WirePeer bob, WirePeer annie) = Connect(out _);
        annie.Acknowledge();
        bob.Connect().Say("WATCH:Annie: 1");
        Assert.Equal(["DELIVERED: 1"], bob.Heard());
    }

    [Fact]
    public void Of_what_it_holds_it_says_accepted()
    {
        (WirePeer bob, _) = Connect(out _);
        bob.Connect().Say("WATCH:Annie: 1");
        Assert.Equal(["ACCEPTED: 1"], bob.Heard());
    }

    [Theory]
    [InlineData("WATCH:Annie: 7", "@code=unknown;n=7 INFO: What became of your message to Annie is not known.")]
    [InlineData("WATCH:Nobody: 1-2", "@code=unknown;n=1-2 INFO: What became of your message to Nobody is not known.")]
    [InlineData("WATCH:Nobody: 1-1024", "@code=unknown;n=1-1024 INFO: What became of your message to Nobody is not known.")]
    public void Of_what_it_does_not_know_it_says_so(string watch, string answer)
    {
        (WirePeer bob, _) = Connect(out _);
        bob.Say(watch);
        Assert.Equal([answer], bob.Heard());
    }

    [Theory]
    [InlineData("WATCH:Nobody: 1-1025")]
    [InlineData("WATCH:Nobody: 2000-999999999999999999")]
    [InlineData("WATCH:Nobody: 1-x")]
    [InlineData("WATCH:Nobody")]
    public void Too_many_numbers_or_none_are_malformed(string watch)
    {
        (WirePeer bob, _) = Connect(out ExtendedRelayFixture relay);
        bob.Say(watch);
        Assert.Empty(bob.Heard());
        Assert.Equal(1, relay.Machine.Counters[MessageOutcome.Malformed]);
    }

    [Fact]
    public void Of_what_went_to_a_plain_client_more_than_accepted_is_never_known()
    {
        (WirePeer bob, _) = Connect(out ExtendedRelayFixture relay);
        relay.Receive(RelayFixture.Peer(3), "REGISTER: Carl");
        bob.Say("@n=2 SENDTO:Carl: hi");
        Assert.Equal(["@final ACCEPTED: 2"], bob.Heard());
        bob.Connect().Say("WATCH:Carl: 2");
        Assert.Equal(["ACCEPTED: 2"], bob.Heard());
    }

    [Fact]
    public void Of_what_expired_the_sender_is_told()
    {
        (WirePeer bob, WirePeer annie) = Connect(out ExtendedRelayFixture relay, new RelayOptions { MailLifetime = TimeSpan.FromMinutes(1) });
        annie.SayAside("UNREGISTER: Annie");
        relay.Run(40);
        bob.SayAside("HEARTBEAT: Bob");
        relay.Run(25);
        Assert.Equal(["@code=expired;n=1 INFO: Annie did not come for your message in time; it is gone."], bob.Heard());
        Assert.Equal(0, relay.Machine.MailMemory);
    }

    [Fact]
    public void Of_what_expired_while_the_sender_was_away_it_does_not_say_delivered()
    {
        (WirePeer bob, WirePeer annie) = Connect(out ExtendedRelayFixture relay, new RelayOptions { MailLifetime = TimeSpan.FromMinutes(1) });
        annie.SayAside("UNREGISTER: Annie");
        bob.SayAside("UNREGISTER: Bob");
        relay.Run(90);
        bob.Connect(low: 2).Say("WATCH:Annie: 1");
        Assert.Equal(["@code=expired;n=1 INFO: Annie did not come for your message in time; it is gone."], bob.Heard());
    }

    [Fact]
    public void Of_what_went_with_a_name_that_somebody_else_has_now_it_does_not_say_delivered()
    {
        (WirePeer bob, WirePeer annie) = Connect(out ExtendedRelayFixture relay);
        bob.SayAside("UNREGISTER: Bob");
        annie.SayAside("@forget UNREGISTER: Annie");
        new WirePeer(relay, 3, "Annie").Connect();
        bob.Connect(low: 2).Say("WATCH:Annie: 1");
        Assert.Equal(["@code=expired;n=1 INFO: Annie did not come for your message in time; it is gone."], bob.Heard());
    }

    [Fact]
    public void Numbers_that_the_client_says_to_be_decided_are_not_waited_for()
    {
        (WirePeer bob, WirePeer annie) = Connect(out _);
        bob.Say("@n=70000;low=69999 SENDTO:Annie: far beyond", "@n=135000;low=70001 SENDTO:Annie: and farther");
        Assert.Equal(["ACCEPTED: 70000,135000"], bob.Heard());
        Assert.Equal(["@n=70000 FROM:Bob: far beyond", "@n=135000 FROM:Bob: and farther"], annie.Heard().Select(line => line.Replace("i=1000;", "", StringComparison.Ordinal)));
    }

    [Fact]
    public void What_comes_again_in_another_session_is_accepted_again_and_not_delivered_again()
    {
        (WirePeer bob, WirePeer annie) = Connect(out ExtendedRelayFixture relay);
        bob.Connect().Say("@n=1 SENDTO:Annie: hi");
        Assert.Equal(["ACCEPTED: 1"], bob.Heard());
        Assert.Empty(annie.Heard());
        Assert.Equal(1, relay.Machine.Counters[MessageOutcome.Repeated]);
    }

    [Fact]
    public void What_is_below_the_first_that_is_undecided_does_not_come_again()
    {
        (WirePeer bob, WirePeer annie) = Connect(out _);
        bob.Connect(low: 5).Say("@n=4 SENDTO:Annie: old", "@n=5 SENDTO:Annie: new");
        Assert.Equal(["@n=5 FROM:Bob: new"], annie.Heard().Select(line => line.Replace("i=1000;", "", StringComparison.Ordinal)));
    }

    [Fact]
    public void With_a_store_that_is_asked_and_what_it_does_not_have_was_taken()
    {
        WirePeer bob = ConnectWithStore(out ExtendedRelayFixture relay);
        bob.Say("WATCH:annie: 1-5,8");
        Assert.Empty(bob.Heard());
        Assert.Equal(["FindMail Bob 1-5", "FindMail Bob 8-8"], relay.TakeCommands());
        relay.Complete(answer: find =>
        {
            find.Held = find.FirstNumber == 1 ? [1, 4] : [];
            find.Expired = find.FirstNumber == 1 ? [2] : [];
        });
        Assert.Equal(["ACCEPTED: 1,4", "DELIVERED: 3,5,8", "@code=expired;n=2 INFO: Annie did not come for your message in time; it is gone."], bob.Heard());
    }

    [Fact]
    public void A_question_that_the_store_could_not_answer_is_asked_again()
    {
        WirePeer bob = ConnectWithStore(out ExtendedRelayFixture relay);
        bob.Say("WATCH:Annie: 1");
        Assert.Equal(["FindMail Bob 1-1"], relay.RunStore(fails: true));
        Assert.Empty(bob.Heard());
        relay.Run(1);
        Assert.Contains("FindMail Bob 1-1", relay.RunStore());
        Assert.Equal(["DELIVERED: 1"], bob.Heard());
    }

    [Fact]
    public void An_answer_of_the_store_goes_to_the_askers_present_session()
    {
        WirePeer bob = ConnectWithStore(out ExtendedRelayFixture relay);
        bob.Say("WATCH:Annie: 1");
        relay.TakeCommands();
        bob.Connect();
        relay.Complete();
        Assert.Equal(["DELIVERED: 1"], bob.Heard());
    }

    [Fact]
    public void An_answer_of_the_store_does_not_go_to_another_incarnation()
    {
        WirePeer bob = ConnectWithStore(out ExtendedRelayFixture relay);
        bob.Say("WATCH:Annie: 1");
        relay.TakeCommands();
        bob.Incarnation++;
        relay.Receive(bob.Address, bob.RegisterText());
        relay.Complete();
        relay.RunStore();
        bob.Begin().SayAside("HEARTBEAT: Bob");
        Assert.Empty(bob.Heard());
    }

    [Fact]
    public void Questions_that_are_too_many_are_put_off_until_others_are_answered()
    {
        WirePeer bob = ConnectWithStore(out ExtendedRelayFixture relay);
        bob.Say("WATCH:Annie: " + string.Join(',', Enumerable.Range(0, 65).Select(i => 1 + 2 * i)));
        Assert.Equal(["@code=not-yet;n=129 INFO: Please ask again later what became of your message to Annie."], bob.Heard());
        Assert.Equal((64, 1), (relay.TakeCommands().Length, relay.Machine.Counters.WatchesPutOff));
        bob.Say("WATCH:Annie: 129");
        Assert.Single(bob.Heard());
        relay.Complete(answer: find => find.Held = []);
        bob.Acknowledge();
        bob.Heard();
        bob.Say("WATCH:Annie: 129");
        relay.RunStore();
        Assert.Equal(["DELIVERED: 129"], bob.Heard());
    }

    /// <summary>Bob, and Annie who has heard a message of his and not said so.</summary>
    private static (WirePeer Bob, WirePeer Annie) Connect(out ExtendedRelayFixture relay, RelayOptions? options = null)
    {
        relay = new ExtendedRelayFixture(options);
        WirePeer bob = new WirePeer(relay, 1, "Bob").Connect(), annie = new WirePeer(relay, 2, "Annie").Connect();
        bob.Say("@n=1 SENDTO:Annie: hi");
        Assert.Equal(["ACCEPTED: 1"], bob.Heard());
        Assert.Equal(["@i=1000;n=1 FROM:Bob: hi"], annie.Heard());
        return (bob, annie);
    }

    private static WirePeer ConnectWithStore(out ExtendedRelayFixture relay)
    {
        relay = new ExtendedRelayFixture(hasStore: true);
        new WirePeer(relay, 2, "Annie").Connect();
        WirePeer bob = new WirePeer(relay, 1, "Bob").Connect();
        relay.RunStore();
        return bob;
    }
}
