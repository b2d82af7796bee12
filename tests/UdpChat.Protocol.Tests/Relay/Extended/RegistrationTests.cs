using System;
using System.Text;
using UdpChat.Protocol.Relay;

namespace UdpChat.Protocol.Tests.Relay.Extended;

/// <summary>What a REGISTER of the extended profile does, and how it is answered.</summary>
public class RegistrationTests
{
    private const string Welcome = "@s=0000000000000001;code=registered;i=1000;r=1;addr=10.0.0.1:4000;timeout=60000;start=1795460400000 INFO: Welcome Bob, you are registered.";
    private const string Taken = "INFO: This name is reserved until 2026-11-30 19:00 UTC. Choose another, or connect with the token with which it was registered.";

    [Fact]
    public void A_message_and_its_receipts_go_byte_for_byte_like_this()
    {
        var relay = new ExtendedRelayFixture();
        (PeerAddress bob, PeerAddress annie) = (RelayFixture.Peer(1), RelayFixture.Peer(2));
        Assert.Equal(Welcome, relay.Ask(bob, new WirePeer(relay, 1, "Bob") { Registration = 1 }.RegisterText()));
        Assert.Equal("@s=0000000000000001;d=1;a=1 ACK:", relay.Ask(bob, "@s=0000000000000001;d=1;pad=0000 HEARTBEAT: Bob"));
        relay.Receive(annie, new WirePeer(relay, 2, "Annie") { Registration = 1 }.RegisterText());
        Assert.Equal("@s=0000000000000002;d=1;a=1 ACK:", relay.Ask(annie, "@s=0000000000000002;d=1;pad=00 HEARTBEAT: Annie"));
        Assert.Equal("@s=0000000000000001;d=2;o=0;a=1-2 ACCEPTED: 1\n", relay.Ask(bob, "@s=0000000000000001;d=2;o=0;n=1 SENDTO:Annie: hi Annie\n"));
        Assert.Equal(["@s=0000000000000002;d=2;o=0;i=1000;n=1 FROM:Bob: hi Annie\n"], relay.SentTo(annie));
        Assert.Null(relay.Ask(annie, "@s=0000000000000002;d=2;o=0;a=2 TAKEN: 1\n"));
        Assert.Equal(["@s=0000000000000001;d=3;o=12 DELIVERED: 1\n"], relay.SentTo(bob));
    }

    [Fact]
    public void With_a_store_the_answer_says_so()
    {
        var relay = new ExtendedRelayFixture(hasStore: true);
        relay.Receive(RelayFixture.Peer(1), new WirePeer(relay, 1, "Bob") { Registration = 1 }.RegisterText());
        relay.RunStore();
        Assert.Equal([Welcome.Replace("400000 ", "400000;store=fedcba9876543210 ", StringComparison.Ordinal)], relay.SentTo(RelayFixture.Peer(1)));
    }

    [Fact]
    public void The_same_registration_again_is_answered_with_the_same_session()
    {
        var relay = new ExtendedRelayFixture();
        WirePeer bob = new WirePeer(relay, 1, "Bob").Register();
        Assert.Equal(Welcome, relay.Ask(bob.Address, bob.RegisterText()));
        Assert.Equal((DatagramOutcome.ExtendedRegisteredAgain, 1), (relay.Outcome, relay.Machine.SessionCount));
    }

    [Fact]
    public void A_lower_registration_of_the_same_incarnation_is_stale_and_not_answered()
    {
        var relay = new ExtendedRelayFixture();
        WirePeer bob = new WirePeer(relay, 1, "Bob").Connect().Connect();
        bob.Registration = 1;
        Assert.Null(relay.Ask(bob.Address, bob.RegisterText()));
        Assert.Equal(DatagramOutcome.ExtendedStale, relay.Outcome);
        Assert.Equal($"@s={bob.Session};d=2;a=1-2 ACK:", relay.Ask(bob.Address, bob.Aside("HEARTBEAT: Bob")));
    }

    [Fact]
    public void A_higher_registration_of_the_same_incarnation_begins_another_session_without_a_word_in_the_old_one()
    {
        var relay = new ExtendedRelayFixture();
        WirePeer bob = new WirePeer(relay, 1, "Bob").Connect();
        string heartbeat = bob.Aside("@pad=0000 HEARTBEAT: Bob");
        bob.Registration++;
        Assert.Equal("0000000000000002", WirePeer.SessionOf(relay.Ask(bob.Address, bob.RegisterText())!));
        Assert.Equal($"@s={bob.Session};code=not-registered INFO:", relay.Ask(bob.Address, heartbeat));
    }

    [Fact]
    public void A_newer_incarnation_replaces_the_session_whose_client_is_told()
    {
        var relay = new ExtendedRelayFixture();
        WirePeer old = new WirePeer(relay, 1, "Bob").Connect();
        WirePeer bob = new WirePeer(relay, 2, "Bob") { Token = old.Token, Incarnation = 1_001 }.Register();
        Assert.Equal(["@code=replaced INFO: Another client has registered this name with its token."], old.Heard());
        Assert.Equal(("0000000000000002", 1), (bob.Session, relay.Machine.SessionCount));
    }

    [Fact]
    public void A_replaced_session_whose_address_was_never_proven_is_told_nothing()
    {
        var relay = new ExtendedRelayFixture();
        WirePeer old = new WirePeer(relay, 1, "Bob").Register();
        new WirePeer(relay, 2, "Bob") { Token = old.Token, Incarnation = 1_001 }.Register();
        Assert.Empty(relay.SentTo(old.Address));
    }

    [Fact]
    public void An_older_incarnation_is_refused()
    {
        var relay = new ExtendedRelayFixture();
        WirePeer bob = new WirePeer(relay, 1, "Bob").Connect();
        var old = new WirePeer(relay, 2, "Bob") { Token = bob.Token, Incarnation = 999, Registration = 7 };
        Assert.Equal("@code=replaced;i=999;r=7 INFO: A newer client has registered this name with its token.", relay.Ask(old.Address, old.RegisterText()));
        Assert.Equal(DatagramOutcome.ExtendedReplaced, relay.Outcome);
    }

    [Fact]
    public void Another_token_is_refused_and_told_how_long_the_name_is_reserved_at_least()
    {
        var relay = new ExtendedRelayFixture();
        WirePeer bob = new WirePeer(relay, 1, "Bob").Connect();
        var other = new WirePeer(relay, 2, "BOB") { Registration = 1 };
        relay.Run(30);
        Assert.Equal($"@code=name-taken;i=1000;r=1;until=1796065230000 {Taken}", relay.Ask(other.Address, other.RegisterText()));
        Assert.Equal(DatagramOutcome.NameTaken, relay.Outcome);
        bob.SayAside("UNREGISTER: Bob");
        relay.Run(15); // From now on only the time since he left counts.
        Assert.Equal($"@code=name-taken;i=1000;r=1;until=1796065230000 {Taken}", relay.Ask(other.Address, other.RegisterText()));
    }

    [Fact]
    public void The_owner_may_come_back_with_other_letter_case()
    {
        var relay = new ExtendedRelayFixture();
        WirePeer bob = new WirePeer(relay, 1, "Bob").Connect();
        var again = new WirePeer(relay, 1, "BOB") { Registration = 2 };
        Assert.EndsWith(" INFO: Welcome BOB, you are registered.", relay.Ask(bob.Address, again.RegisterText()), StringComparison.Ordinal);
        Assert.Equal(1, relay.Machine.ReservedNames);
    }

    [Fact]
    public void A_name_that_a_plain_client_of_another_address_has_is_refused()
    {
        var relay = new ExtendedRelayFixture();
        relay.Receive(RelayFixture.Peer(1), "REGISTER: Bob");
        var other = new WirePeer(relay, 2, "Bob") { Registration = 1 };
        Assert.Equal("@code=name-taken;i=1000;r=1 INFO: This name is taken, please choose another.", relay.Ask(other.Address, other.RegisterText()));
        Assert.Equal((DatagramOutcome.NameTaken, 0), (relay.Outcome, relay.Machine.ReservedNames));
    }

    [Fact]
    public void A_plain_client_of_the_same_address_and_name_becomes_one_with_a_session()
    {
        var relay = new ExtendedRelayFixture();
        relay.Receive(RelayFixture.Peer(1), "REGISTER: Bob");
        new WirePeer(relay, 1, "Bob").Register();
        Assert.Equal((1, 1), (relay.Machine.ClientCount, relay.Machine.SessionCount));
    }

    [Fact]
    public void A_reserved_name_is_taken_for_plain_clients_too()
    {
        var relay = new ExtendedRelayFixture();
        new WirePeer(relay, 1, "Bob").Connect();
        Assert.Equal("INFO: The name bob is taken, please choose another. (extended profile available)", relay.Ask(RelayFixture.Peer(2), "REGISTER: bob"));
    }

    [Fact]
    public void A_name_whose_owner_never_answered_from_its_address_is_free_after_the_client_timeout()
    {
        var relay = new ExtendedRelayFixture();
        WirePeer forged = new WirePeer(relay, 1, "Bob").Register();
        relay.Run(62);
        Assert.Equal((0, 0), (relay.Machine.SessionCount, relay.Machine.ReservedNames));
        Assert.Empty(relay.SentTo(forged.Address));
    }

    [Fact]
    public void Nothing_but_the_answer_goes_to_an_address_that_has_returned_nothing()
    {
        var relay = new ExtendedRelayFixture();
        WirePeer annie = new WirePeer(relay, 1, "Annie").Register(), bob = new WirePeer(relay, 2, "Bob").Connect();
        bob.Say("@n=1 SENDTO:Annie: hi");
        relay.Run(10);
        Assert.Equal(["ACCEPTED: 1"], bob.Heard());
        Assert.Empty(relay.SentTo(annie.Address));
        annie.SayAside("HEARTBEAT: Annie");
        Assert.Equal(["@i=1000;n=1;time=2026-11-23T19:00:00.000Z FROM:Bob: hi"], annie.Heard());
    }

    [Theory]
    [InlineData("@t=0;i=1000;r=1;low=1 REGISTER: Bob")]
    [InlineData("@t=0000000000000000000000000000000g;i=1000;r=1;low=1 REGISTER: Bob")]
    [InlineData("@i=1000;r=1;low=1 REGISTER: Bob")]
    [InlineData("@t=00000000000000000000000000000001;r=1;low=1 REGISTER: Bob")]
    [InlineData("@t=00000000000000000000000000000001;i=0;r=1;low=1 REGISTER: Bob")]
    [InlineData("@t=00000000000000000000000000000001;i=1000;r=0;low=1 REGISTER: Bob")]
    [InlineData("@t=00000000000000000000000000000001;i=1000;r=1;low=0 REGISTER: Bob")]
    [InlineData("@t=00000000000000000000000000000001;i=1000;r=1 REGISTER: Bob")]
    [InlineData("@t=00000000000000000000000000000001;i=x;r=1;low=1 REGISTER: Bob")]
    [InlineData("@t=00000000000000000000000000000001;i=1000;r=1;low=1 register: Bob")]
    [InlineData("@t=00000000000000000000000000000001;i=1000;r=1;low=1")]
    [InlineData("@s=0000000000000001 HEARTBEAT: Bob")]
    [InlineData("@s=1;d=1 HEARTBEAT: Bob")]
    [InlineData("@ SENDTO:Bob: hi")]
    [InlineData("@")]
    public void What_is_malformed_is_counted_and_not_answered(string datagram)
    {
        var relay = new ExtendedRelayFixture();
        Assert.Null(relay.Ask(RelayFixture.Peer(1), datagram + new string(' ', 400 - Encoding.UTF8.GetByteCount(datagram))));
        Assert.Equal((DatagramOutcome.ExtendedMalformed, 0), (relay.Outcome, relay.Machine.ReservedNames));
    }
}
