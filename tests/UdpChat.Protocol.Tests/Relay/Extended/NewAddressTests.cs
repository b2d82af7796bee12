using System;
using System.Globalization;
using System.Linq;
using System.Text;

namespace UdpChat.Protocol.Tests.Relay.Extended;

/// <summary>What a relay does when datagrams of a session come from elsewhere.</summary>
public class NewAddressTests
{
    private static readonly PeerAddress Elsewhere = RelayFixture.Peer(100), Third = RelayFixture.Peer(101);

    private readonly ExtendedRelayFixture _relay = new();
    private readonly WirePeer _bob;

    public NewAddressTests() => _bob = new WirePeer(_relay, 1, "Bob").Connect();

    [Fact]
    public void A_new_address_is_challenged()
    {
        Assert.Equal("@s=0000000000000001;d=2 CHALLENGE: 0000000000000002", _relay.Ask(Elsewhere, _bob.Aside("@pad=0000 HEARTBEAT: Bob")));
    }

    [Fact]
    public void Until_the_right_bits_come_back_all_goes_to_the_old_address()
    {
        Challenge(Elsewhere);
        _bob.Say("@n=1 SENDTO:Bob: hi");
        _relay.Run(5);
        Assert.Equal(["ACCEPTED: 1", "@i=1000;n=1 FROM:Bob: hi"], _bob.Heard());
        Assert.Empty(_relay.SentTo(Elsewhere));
    }

    [Fact]
    public void With_the_right_bits_the_session_moves()
    {
        ulong bits = Challenge(Elsewhere);
        _bob.SayAside(Response(bits), Elsewhere);
        PeerAddress home = _bob.Address;
        _relay.SentTo(home);
        _bob.Address = Elsewhere;
        _bob.Say("@n=1 SENDTO:Bob: hi");
        Assert.Empty(_relay.SentTo(home));
        Assert.Equal(["ACCEPTED: 1", "@i=1000;n=1 FROM:Bob: hi"], _bob.Heard());
        Assert.Equal(1, _relay.Machine.Counters.Moved);
    }

    [Theory]
    [InlineData(1, "right bits from the old address")]
    [InlineData(100, "wrong bits")]
    [InlineData(101, "right bits from a third address, overtaken, so that it is not challenged itself")]
    public void A_wrong_response_changes_nothing(int from, string why)
    {
        ulong bits = Challenge(Elsewhere) + (from == 100 ? 1UL : 0);
        string response = _bob.Aside(Response(bits));
        if (from == 101)
            _bob.SayAside("HEARTBEAT: Bob");
        _relay.Receive(RelayFixture.Peer(from), response);
        Assert.Equal(0, _relay.Machine.Counters.Moved);
        _bob.Say("@n=1 SENDTO:Bob: hi");
        Assert.True(_bob.Heard().Contains("ACCEPTED: 1"), why);
    }

    [Fact]
    public void An_overtaken_datagram_from_elsewhere_challenges_nobody()
    {
        string early = _bob.Aside("@pad=0000 HEARTBEAT: Bob");
        _bob.SayAside("HEARTBEAT: Bob");
        Assert.Null(_relay.Ask(Elsewhere, early));
    }

    [Fact]
    public void Never_more_than_three_times_the_bytes_that_came_from_there_go_to_a_new_address()
    {
        int received = 0, sent = 0, challenges = 0;
        for (int i = 0; i < 200; i++)
        {
            string datagram = _bob.Aside("ACK:");
            received += datagram.Length;
            _relay.Receive(Elsewhere, datagram);
            if (i % 20 == 0)
                _relay.Run(0.1);
            string[] answers = _relay.SentTo(Elsewhere);
            sent += answers.Sum(Encoding.UTF8.GetByteCount);
            challenges += answers.Length;
            Assert.InRange(sent, 0, 3 * received);
            Assert.True(i > 0 || sent == 0, "One tiny datagram is too little for a challenge.");
        }
        Assert.Equal(2, challenges); // one each half second
    }

    [Fact]
    public void A_challenge_that_was_lost_comes_again_with_the_same_bits_after_half_a_second()
    {
        ulong bits = Challenge(Elsewhere);
        Assert.Null(_relay.Ask(Elsewhere, _bob.Aside("@pad=0000 HEARTBEAT: Bob")));
        _relay.Run(0.5);
        Assert.Equal(bits, Challenge(Elsewhere));
    }

    [Fact]
    public void Of_two_new_addresses_only_the_latest_can_have_the_session()
    {
        ulong first = Challenge(Elsewhere), second = Challenge(Third);
        Assert.NotEqual(first, second);
        _bob.SayAside(Response(first), Elsewhere); // which is challenged anew
        Assert.Equal(0, _relay.Machine.Counters.Moved);
        _bob.SayAside(Response(second), Third);
        Assert.Equal(0, _relay.Machine.Counters.Moved);
        _bob.SayAside(Response(BitsOf(_relay.SentTo(Third).Last())), Third);
        _bob.Address = Third;
        _bob.Say("@n=1 SENDTO:Bob: hi");
        Assert.Contains("ACCEPTED: 1", _bob.Heard());
    }

    [Fact]
    public void A_session_moves_to_and_fro()
    {
        PeerAddress home = _bob.Address;
        _bob.SayAside(Response(Challenge(Elsewhere)), Elsewhere);
        ulong bits = Challenge(home);
        Assert.Equal(1, _relay.Machine.Counters.Moved);
        _bob.SayAside(Response(bits), home);
        Assert.Equal(2, _relay.Machine.Counters.Moved);
        _bob.Say("@n=1 SENDTO:Bob: hi");
        Assert.Contains("ACCEPTED: 1", _bob.Heard());
    }

    [Fact]
    public void A_session_whose_first_address_never_answered_is_proven_by_the_right_bits()
    {
        WirePeer annie = new WirePeer(_relay, 2, "Annie").Register();
        _bob.Say("@n=1 SENDTO:Annie: hi");
        annie.SayAside("@pad=00 HEARTBEAT: Annie", Elsewhere);
        ulong bits = BitsOf(_relay.SentTo(Elsewhere).Single());
        annie.SayAside(Response(bits), Elsewhere);
        annie.Address = Elsewhere;
        Assert.Equal(["@i=1000;n=1 FROM:Bob: hi"], annie.Heard());
    }

    private static string Response(ulong bits) => $"RESPONSE: {bits:x16}";

    private static ulong BitsOf(string challenge) =>
        ulong.Parse(challenge[(challenge.IndexOf("CHALLENGE: ", StringComparison.Ordinal) + 11)..], NumberStyles.HexNumber, CultureInfo.InvariantCulture);

    /// <summary>Has something come from an address, and reads the challenge that goes there.</summary>
    private ulong Challenge(PeerAddress address) => BitsOf(_relay.Ask(address, _bob.Aside("@pad=0000 HEARTBEAT: Bob"))!);
}
