using System;
using UdpChat.Protocol.Relay;

namespace UdpChat.Protocol.Tests.Relay.Extended;

/// <summary>Which registrations a relay has no room for, and how long its answers may be.</summary>
public class RegistrationLimitTests
{
    [Fact]
    public void Beyond_the_names_of_a_relay_it_is_full()
    {
        var relay = new ExtendedRelayFixture(new RelayOptions { MaxReservedNames = 1 });
        WirePeer bob = new WirePeer(relay, 1, "Bob").Connect();
        bob.SayAside("UNREGISTER: Bob");
        var annie = new WirePeer(relay, 2, "Annie") { Registration = 1 };
        Assert.Equal("@code=relay-full;i=1000;r=1 INFO: The relay is full, please try again later.", relay.Ask(annie.Address, annie.RegisterText()));
        Assert.Equal((DatagramOutcome.RelayFull, 1), (relay.Outcome, relay.Machine.ReservedNames));
        bob.Connect();
    }

    [Fact]
    public void Beyond_the_clients_of_a_relay_it_is_full_and_reserves_nothing()
    {
        var relay = new ExtendedRelayFixture(new RelayOptions { MaxClients = 1 });
        new WirePeer(relay, 1, "Bob").Connect();
        var annie = new WirePeer(relay, 2, "Annie") { Registration = 1 };
        Assert.Equal("@code=relay-full;i=1000;r=1 INFO: The relay is full, please try again later.", relay.Ask(annie.Address, annie.RegisterText()));
        Assert.Equal((DatagramOutcome.RelayFull, 1), (relay.Outcome, relay.Machine.ReservedNames));
    }

    [Fact]
    public void In_a_full_relay_a_client_may_begin_another_session()
    {
        var relay = new ExtendedRelayFixture(new RelayOptions { MaxClients = 1, MaxReservedNames = 1 });
        new WirePeer(relay, 1, "Bob").Connect().Connect();
        Assert.Equal(1, relay.Machine.SessionCount);
    }

    [Fact]
    public void Clients_with_a_session_take_room_from_plain_ones()
    {
        var relay = new ExtendedRelayFixture(new RelayOptions { MaxClients = 1 });
        new WirePeer(relay, 1, "Bob").Connect();
        Assert.Equal("INFO: The relay is full, please try again later. (extended profile available)", relay.Ask(RelayFixture.Peer(2), "REGISTER: Annie"));
    }

    [Fact]
    public void Beyond_the_names_of_a_source_prefix_it_is_full()
    {
        var relay = new ExtendedRelayFixture(new RelayOptions { MaxReservedNamesPerPrefix = 1 });
        WirePeer bob = new WirePeer(relay, 1, "Bob").Connect();
        var annie = new WirePeer(relay, 2, "Annie") { Registration = 1, Address = PeerAddress.FromIPv4(bob.Address.IPv4, 4001) };
        Assert.Equal("@code=prefix-full;i=1000;r=1 INFO: Too many names are reserved from your address, please try again later.", relay.Ask(annie.Address, annie.RegisterText()));
        Assert.Equal((DatagramOutcome.PrefixFull, 1), (relay.Outcome, relay.Machine.ReservedNames));
        bob.SayAside("@forget UNREGISTER: Bob");
        annie.Connect();
    }

    [Theory]
    [InlineData("", "A name is missing. Try \"REGISTER: Bob\" or \"SENDTO:Annie: hi\".")]
    [InlineData("a b", "A name can't have blanks, invisible characters or : @ ; , * #")]
    [InlineData("12345678901234567", "That name is too long; a name has at most 16 bytes of UTF-8.")]
    public void A_bad_name_is_refused(string name, string words)
    {
        var relay = new ExtendedRelayFixture(new RelayOptions { MaxNameBytes = 16 });
        var bob = new WirePeer(relay, 1, name) { Registration = 1 };
        Assert.Equal($"@code=bad-name;i=1000;r=1 INFO: {words}", relay.Ask(bob.Address, bob.RegisterText()));
        Assert.Equal((DatagramOutcome.BadName, 0), (relay.Outcome, relay.Machine.ReservedNames));
    }

    [Fact]
    public void No_answer_is_longer_than_what_it_answers()
    {
        var relay = new ExtendedRelayFixture();
        WirePeer bob = new WirePeer(relay, 1, "Bob").Connect();
        // The answers to his own, to another's and to a bad name, and to one of an older incarnation.
        ReadOnlySpan<WirePeer> peers =
        [
            bob,
            new WirePeer(relay, 2, "Bob") { Registration = 1, Inbox = "" },
            new WirePeer(relay, 3, "@@") { Registration = 1, Inbox = "" },
            new WirePeer(relay, 1, "Bob") { Registration = 1, Inbox = "", Incarnation = 1 },
        ];
        foreach (WirePeer peer in peers)
        {
            int length = relay.Ask(peer.Address, peer.RegisterText())!.Length;
            Assert.InRange(peer.RegisterText(size: 0).Length, 1, length - 1);
            Assert.Null(relay.Ask(peer.Address, peer.RegisterText(length - 1)));
            Assert.Equal(length, relay.Ask(peer.Address, peer.RegisterText(length))?.Length);
        }
    }

    [Fact]
    public void Refusals_are_limited_like_notices()
    {
        var relay = new ExtendedRelayFixture(new RelayOptions { NoticesPerSecond = 1 });
        var bad = new WirePeer(relay, 1, "") { Registration = 1 };
        Assert.NotNull(relay.Ask(bad.Address, bad.RegisterText()));
        Assert.Null(relay.Ask(bad.Address, bad.RegisterText()));
        Assert.Equal(1, relay.Machine.Counters[NoticeOutcome.TotalLimited]);
    }
}
