using System;
using UdpChat.Protocol.Relay;

namespace UdpChat.Protocol.Tests.Relay.Extended;

/// <summary>How long a session and a name last.</summary>
public class SessionEndTests
{
    private static readonly RelayOptions ShortLived = new() { NameLifetime = TimeSpan.FromMinutes(2) };

    [Theory]
    [InlineData(44, null)]
    [InlineData(45, "@s=00000000000000ff;code=not-registered INFO:")]
    [InlineData(46, "@s=00000000000000ff;code=not-registered INFO:")]
    public void Of_an_unknown_session_only_a_datagram_as_long_as_the_answer_is_answered(int size, string? answer)
    {
        var relay = new ExtendedRelayFixture();
        const string Head = "@s=00000000000000ff;d=1;pad=", Rest = " HEARTBEAT: Bob";
        Assert.Equal(answer, relay.Ask(RelayFixture.Peer(1), Head + new string('0', size - Head.Length - Rest.Length) + Rest));
        Assert.Equal(DatagramOutcome.SessionUnknown, relay.Outcome);
    }

    [Fact]
    public void A_heartbeat_is_acknowledged_at_once()
    {
        var relay = new ExtendedRelayFixture();
        WirePeer bob = new WirePeer(relay, 1, "Bob").Connect();
        relay.Run(30);
        Assert.Equal("@s=0000000000000001;d=2;a=1-2 ACK:", relay.Ask(bob.Address, bob.Aside("HEARTBEAT: Bob")));
    }

    [Fact]
    public void Any_datagram_of_a_session_is_a_sign_of_life_and_silence_for_the_client_timeout_ends_it()
    {
        var relay = new ExtendedRelayFixture();
        WirePeer bob = new WirePeer(relay, 1, "Bob").Connect();
        relay.Run(50);
        bob.SayAside("ACK:");
        relay.Run(59);
        Assert.Equal(1, relay.Machine.SessionCount);
        relay.Run(2);
        Assert.Equal((0, 1), (relay.Machine.SessionCount, relay.Machine.ReservedNames));
        Assert.Empty(bob.Heard());
    }

    [Fact]
    public void Whatever_a_plain_client_sends_is_a_sign_of_life()
    {
        var relay = new ExtendedRelayFixture();
        relay.Receive(RelayFixture.Peer(1), "REGISTER: Bob");
        for (int i = 0; i < 5; i++)
        {
            relay.Run(30);
            relay.Receive(RelayFixture.Peer(1), i == 0 ? "@" : i == 1 ? "@s=00000000000000ff;d=1 ACK:" : new WirePeer(relay, 1, "") { Registration = 1 }.RegisterText());
        }
        Assert.Equal(1, relay.Machine.ClientCount);
    }

    [Fact]
    public void Who_leaves_is_told_so_and_the_session_is_gone()
    {
        var relay = new ExtendedRelayFixture();
        WirePeer bob = new WirePeer(relay, 1, "Bob").Connect();
        string again = bob.Aside("@pad=000 UNREGISTER: Bob");
        Assert.Equal("@s=0000000000000001;d=2;code=left INFO: Good bye.", relay.Ask(bob.Address, bob.Aside("@pad=000 UNREGISTER: Bob")));
        Assert.Equal((DatagramOutcome.Unregistered, 0), (relay.Outcome, relay.Machine.SessionCount));
        Assert.Equal("@s=0000000000000001;code=not-registered INFO:", relay.Ask(bob.Address, again));
    }

    [Fact]
    public void Who_leaves_keeps_the_name_until_its_lifetime_has_passed()
    {
        var relay = new ExtendedRelayFixture(ShortLived);
        WirePeer bob = new WirePeer(relay, 1, "Bob").Connect();
        relay.Run(30);
        bob.SayAside("UNREGISTER: Bob");
        relay.Run(119);
        var other = new WirePeer(relay, 2, "Bob") { Registration = 1 };
        Assert.Contains("code=name-taken;", relay.Ask(other.Address, other.RegisterText()));
        relay.Run(4);
        Assert.Equal(0, relay.Machine.ReservedNames);
        Assert.Contains("code=registered;", relay.Ask(other.Address, other.RegisterText()));
    }

    [Fact]
    public void A_name_whose_owner_has_a_session_is_not_given_up_however_long_that_lasts()
    {
        var relay = new ExtendedRelayFixture(ShortLived);
        WirePeer bob = new WirePeer(relay, 1, "Bob").Connect();
        for (int i = 0; i < 10; i++)
        {
            relay.Run(30);
            bob.SayAside("HEARTBEAT: Bob");
        }
        bob.SayAside("UNREGISTER: Bob");
        relay.Run(100);
        Assert.Equal(1, relay.Machine.ReservedNames);
    }

    [Fact]
    public void Who_leaves_with_forget_gives_the_name_up_at_once()
    {
        var relay = new ExtendedRelayFixture();
        WirePeer bob = new WirePeer(relay, 1, "Bob").Connect();
        Assert.Equal("@s=0000000000000001;d=2;code=left INFO: Good bye.", relay.Ask(bob.Address, bob.Aside("@forget;pad=000 UNREGISTER: Bob")));
        Assert.Equal(0, relay.Machine.ReservedNames);
        new WirePeer(relay, 2, "Bob").Connect();
    }

    [Theory]
    [InlineData("UNREGISTER: Bob")]
    [InlineData("@forget UNREGISTER: Bob")]
    public void Who_leaves_from_another_address_and_never_answered_from_the_first_takes_the_name_along(string unregister)
    {
        var relay = new ExtendedRelayFixture(new RelayOptions { MaxReservedNamesPerPrefix = 1 });
        WirePeer bob = new WirePeer(relay, 1, "Bob").Register();
        bob.SayAside(unregister, RelayFixture.Peer(2));
        Assert.Equal(0, relay.Machine.ReservedNames);
        new WirePeer(relay, 1, "Bob").Connect();
        var second = new WirePeer(relay, 1, "Annie") { Registration = 1 };
        Assert.Contains("code=prefix-full;", relay.Ask(second.Address, second.RegisterText()));
    }

    [Fact]
    public void A_sweep_passes_over_names_that_were_given_up_and_those_that_have_moved_up()
    {
        const int Names = 1_500;
        var relay = new ExtendedRelayFixture(ShortLived);
        for (int i = 0; i < Names; i++)
        {
            WirePeer peer = new WirePeer(relay, i, $"user{i}").Connect();
            peer.SayAside(i % 100 == 0 ? "UNREGISTER: x" : "@forget UNREGISTER: x");
        }
        Assert.Equal(Names / 100, relay.Machine.ReservedNames);
        relay.Run(100);
        Assert.Equal(Names / 100, relay.Machine.ReservedNames);
        relay.Run(1_000); // A scan of all takes 1,024 ticks, which are 480 s.
        Assert.Equal(0, relay.Machine.ReservedNames);
    }
}
