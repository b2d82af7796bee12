using System;
using System.Text;
using UdpChat.Protocol.Relay;
using UdpChat.Protocol.Wire;
using static UdpChat.Protocol.Relay.DatagramOutcome;

namespace UdpChat.Protocol.Tests.Relay;

public class RelayLimitTests
{
    private const string Full = "INFO: The relay is full, please try again later.";
    private const string PrefixIsFull = "INFO: Too many clients at your address, please try again later. (extended profile available)";
    private const string IsTooLarge = "INFO: Your message is too large and was not sent; please shorten it.";

    [Fact]
    public void A_full_relay_refuses_new_clients_and_keeps_the_old()
    {
        var relay = new RelayFixture(new RelayOptions { MaxClients = 2 });
        relay.Register(1, "Annie");
        relay.Register(2, "Bob");
        relay.Answers(3, "REGISTER: Carl", RelayFull, Full);
        relay.Answers(3, "REGISTER: Bob", NameTaken, "INFO: The name Bob is taken, please choose another.");
        relay.Answers(2, "REGISTER: Bob", RegisteredAgain, "INFO: Welcome Bob, you are registered.");
        relay.Answers(2, "REGISTER: Bert", Renamed, "INFO: Welcome Bert, you are registered.");
        Assert.Equal(2, relay.Machine.ClientCount);
        relay.Ignores(1, "UNREGISTER: Annie"u8, Unregistered);
        relay.Register(3, "Carl");
    }

    [Fact]
    public void A_source_prefix_that_is_full_refuses_new_clients_and_others_do_not()
    {
        var relay = new RelayFixture(new RelayOptions { MaxClientsPerPrefix = 3 });
        for (ushort port = 1; port <= 3; port++)
        {
            relay.Receive(At(0x0A00_0001, port), Register($"user{port}"));
            Assert.Equal(Registered, relay.Outcome);
        }
        Assert.Equal(PrefixIsFull, relay.Receive(At(0x0A00_0001, 4), Register("user4"))?.Text);
        Assert.Equal(PrefixFull, relay.Outcome);
        relay.Receive(At(0x0A00_0001, 3), Register("renamed"));
        Assert.Equal(Renamed, relay.Outcome);
        relay.Receive(At(0x0A00_0002, 4), Register("user4"));
        Assert.Equal(Registered, relay.Outcome);
        relay.Receive(At(0x0A00_0001, 1), "UNREGISTER: user1"u8);
        relay.Receive(At(0x0A00_0001, 4), Register("user5"));
        Assert.Equal(Registered, relay.Outcome);
    }

    [Fact]
    public void A_client_that_is_removed_makes_room_at_its_source_prefix()
    {
        var relay = new RelayFixture(new RelayOptions { MaxClientsPerPrefix = 1 });
        relay.Receive(At(0x0A00_0001, 1), Register("Annie"));
        relay.Now = TimeSpan.FromSeconds(70);
        relay.Machine.Sweep(relay.Clock);
        relay.Receive(At(0x0A00_0001, 2), Register("Bob"));
        Assert.Equal(Registered, relay.Outcome);
        relay.Receive(At(0x0A00_0001, 3), Register("Carl"));
        Assert.Equal(PrefixFull, relay.Outcome);
    }

    [Fact]
    public void The_limit_of_a_source_prefix_can_be_lifted()
    {
        var relay = new RelayFixture(new RelayOptions { MaxClientsPerPrefix = 0 });
        for (ushort port = 1; port <= 20_000; port++)
            relay.Receive(At(0x0A00_0001, port), Register($"user{port}"));
        Assert.Equal(20_000, relay.Machine.ClientCount);
    }

    [Fact]
    public void By_default_10_000_clients_may_be_at_one_address()
    {
        var relay = new RelayFixture();
        for (ushort port = 1; port <= 10_001; port++)
            relay.Receive(At(0x0A00_0001, port), Register($"user{port}"));
        Assert.Equal((10_000, PrefixFull), (relay.Machine.ClientCount, relay.Outcome));
    }

    [Theory]
    [InlineData("SENDTO:Bob: 12345", Forwarded)]
    [InlineData("SENDTO:Bob: 123456", TooLarge)]
    [InlineData("SENDTO:Bob: ééx", Forwarded)]
    [InlineData("SENDTO:Bob: ééé", TooLarge)]
    public void The_largest_message_is_an_option_in_bytes(string datagram, DatagramOutcome outcome)
    {
        var relay = new RelayFixture(new RelayOptions { MaxMessageBytes = 5 });
        relay.Register(1, "Bob");
        Answer? answer = relay.Receive(1, datagram);
        Assert.Equal(outcome, relay.Outcome);
        if (outcome == TooLarge)
            Assert.Equal(IsTooLarge, answer?.Text);
    }

    [Theory]
    [InlineData("A")]
    [InlineData("Annabella")]
    public void The_largest_datagram_just_fits_and_one_byte_more_is_refused(string name)
    {
        var relay = new RelayFixture();
        relay.Register(1, name);
        relay.Register(2, "B");
        string text = new('x', WireLimits.MaxDatagramBytes - $"FROM:{name}: ".Length);
        Answer? answer = relay.Receive(1, $"SENDTO:B: {text}");
        Assert.Equal((Forwarded, $"FROM:{name}: {text}"), (relay.Outcome, answer?.Text));
        Assert.Equal(WireLimits.MaxDatagramBytes, answer?.Bytes.Length);
        relay.Answers(1, $"SENDTO:B: {text}x", TooLarge, IsTooLarge);
    }

    [Fact]
    public void A_line_peers_line_feed_counts()
    {
        var relay = new RelayFixture();
        relay.Register(1, "A");
        relay.Register(2, "B\n");
        string text = new('x', WireLimits.MaxDatagramBytes - "FROM:A: \n".Length);
        Answer? answer = relay.Receive(1, $"SENDTO:B: {text}");
        Assert.Equal((Forwarded, $"FROM:A: {text}\n"), (relay.Outcome, answer?.Text));
        Assert.Equal(WireLimits.MaxDatagramBytes, answer?.Bytes.Length);
        relay.Answers(1, $"SENDTO:B: {text}x", TooLarge, IsTooLarge);
    }

    [Fact]
    public void Datagrams_above_the_largest_of_IPv4_are_taken_as_any_other()
    {
        var relay = new RelayFixture();
        relay.Register(1, "A");
        relay.Answers(1, $"SENDTO:A: {new string('x', WireLimits.ReceiveBytes - "SENDTO:A: ".Length)}", TooLarge, IsTooLarge);
        relay.Answers(1, new string('x', WireLimits.ReceiveBytes), Malformed, "INFO: Not understood. Try \"REGISTER: Bob\", then \"SENDTO:Annie: hi\".");
        relay.Answers(1, "REGISTER: " + new string('x', WireLimits.ReceiveBytes - 10), BadName, "INFO: That name is too long; a name has at most 64 bytes of UTF-8.");
    }

    private static PeerAddress At(uint address, ushort port) => PeerAddress.FromIPv4(address, port);

    private static byte[] Register(string name) => Encoding.UTF8.GetBytes($"REGISTER: {name}");
}
