using System;
using System.Globalization;
using System.Linq;
using System.Text;
using UdpChat.Protocol.Relay;
using static UdpChat.Protocol.Relay.DatagramOutcome;

namespace UdpChat.Protocol.Tests.Relay;

/// <summary>
/// The table of the plain profile, row by row. Before and after it says who is registered where, such as <c>Bob@1</c>;
/// an answer is its recipient and its text, such as <c>1&lt; INFO: ...</c>.
/// </summary>
public class RelayTableTests
{
    private const int Observer = 99;
    private const string NotRegistered = "1< INFO: You are not registered, please register again.";
    private const string Malformed = "1< INFO: Not understood. Try \"REGISTER: Bob\", then \"SENDTO:Annie: hi\".";
    private const string NameMissing = "1< INFO: A name is missing. Try \"REGISTER: Bob\" or \"SENDTO:Annie: hi\".";
    private const string BadCharacter = "1< INFO: A name can't have blanks, invisible characters or : @ ; , * #";
    private const string WelcomeBob = "1< INFO: Welcome Bob, you are registered.";
    private const string AnnieIsTaken = "1< INFO: The name Annie is taken, please choose another.";

    [Theory]
    // there before,      from peer 1,               outcome,                answer,                                      there afterwards
    [InlineData("", "REGISTER: Bob", Registered, WelcomeBob, "Bob@1")]
    [InlineData("Annie@2", "REGISTER: Bob", Registered, WelcomeBob, "Bob@1 Annie@2")]
    [InlineData("Annie@2", "REGISTER: Annie", NameTaken, AnnieIsTaken, "Annie@2")]
    [InlineData("Annie@2", "REGISTER: annie", NameTaken, "1< INFO: The name annie is taken, please choose another.", "Annie@2")]
    [InlineData("", "REGISTER: Carl", Registered, "1< INFO: Welcome Carl, you are registered.", "Carl@1")]
    [InlineData("", "REGISTER:", BadName, NameMissing, "")]
    [InlineData("", "REGISTER: Bob Smith", BadName, BadCharacter, "")]
    [InlineData("", "HEARTBEAT: Bob", HeartbeatNotRegistered, NotRegistered, "")]
    [InlineData("", "HEARTBEAT: Carl", HeartbeatNotRegistered, NotRegistered, "")]
    [InlineData("Bob@2", "HEARTBEAT: Bob", HeartbeatNotRegistered, NotRegistered, "Bob@2")]
    [InlineData("", "HEARTBEAT:", HeartbeatNotRegistered, NotRegistered, "")]
    [InlineData("Annie@2", "SENDTO:Annie: hi", SenderNotRegistered, NotRegistered, "Annie@2")]
    [InlineData("", "SENDTO:Nobody: hi", SenderNotRegistered, NotRegistered, "")]
    [InlineData("", "SENDTO:: hi", SenderNotRegistered, NotRegistered, "")]
    [InlineData("", "UNREGISTER: Bob", UnregisterIgnored, "", "")]
    [InlineData("Bob@2", "UNREGISTER: Bob", UnregisterIgnored, "", "Bob@2")]
    [InlineData("Annie@2", "FROM:Annie: hi", RelayMessage, "", "Annie@2")]
    [InlineData("Annie@2", "FROM:", RelayMessage, "", "Annie@2")]
    [InlineData("", "INFO: hi", RelayMessage, "", "")]
    [InlineData("", "INFO:", RelayMessage, "", "")]
    [InlineData("", "INFO: You are not registered, please register again.", RelayMessage, "", "")]
    [InlineData("", "", Empty, "", "")]
    [InlineData("", "\0REGISTER: Bob", NotText, "", "")]
    [InlineData("", "\u0016\u0001", NotText, "", "")]
    [InlineData("", "\u007F", NotText, "", "")]
    [InlineData("", "éREGISTER: Bob", NotText, "", "")]
    [InlineData("", "@label=1 REGISTER: Bob", ExtendedMalformed, "", "")]
    [InlineData("", "hello", DatagramOutcome.Malformed, Malformed, "")]
    [InlineData("", "SENDTO:Annie", DatagramOutcome.Malformed, Malformed, "")]
    [InlineData("", "register: Bob", DatagramOutcome.Malformed, Malformed, "")]
    public void From_an_unknown_address(string before, string datagram, DatagramOutcome outcome, string answer, string after) => Check(before, datagram, outcome, answer, after);

    [Theory]
    // there before,      from peer 1,               outcome,                answer,                                      there afterwards
    [InlineData("Bob@1", "REGISTER: Bob", RegisteredAgain, WelcomeBob, "Bob@1")]
    [InlineData("Bob@1", "REGISTER: BOB", RegisteredAgain, "1< INFO: Welcome BOB, you are registered.", "BOB@1")]
    [InlineData("Bob@1 Annie@2", "REGISTER: Annie", NameTaken, AnnieIsTaken, "Bob@1 Annie@2")]
    [InlineData("Bob@1 Annie@2", "REGISTER: ANNIE", NameTaken, "1< INFO: The name ANNIE is taken, please choose another.", "Bob@1 Annie@2")]
    [InlineData("Bob@1", "REGISTER: Carl", Renamed, "1< INFO: Welcome Carl, you are registered.", "Carl@1")]
    [InlineData("Bob@1", "REGISTER:", BadName, NameMissing, "Bob@1")]
    [InlineData("Bob@1", "REGISTER: #bob", BadName, BadCharacter, "Bob@1")]
    [InlineData("Bob@1", "HEARTBEAT: Bob", Heartbeat, "", "Bob@1")]
    [InlineData("Bob@1", "HEARTBEAT: bob", Heartbeat, "", "Bob@1")]
    [InlineData("Bob@1", "HEARTBEAT:Bob", Heartbeat, "", "Bob@1")]
    [InlineData("Bob@1", "HEARTBEAT: Carl", HeartbeatNotRegistered, NotRegistered, "Bob@1")]
    [InlineData("Bob@1 Annie@2", "HEARTBEAT: Annie", HeartbeatNotRegistered, NotRegistered, "Bob@1 Annie@2")]
    [InlineData("Bob@1", "HEARTBEAT: B:b", HeartbeatNotRegistered, NotRegistered, "Bob@1")]
    [InlineData("Bob@1 Annie@2", "SENDTO:Annie: hi", Forwarded, "2< FROM:Bob: hi", "Bob@1 Annie@2")]
    [InlineData("Bob@1 Annie@2", "SENDTO: annie:hi", Forwarded, "2< FROM:Bob: hi", "Bob@1 Annie@2")]
    [InlineData("bOB@1 Annie@2", "SENDTO:Annie: hi", Forwarded, "2< FROM:bOB: hi", "bOB@1 Annie@2")]
    [InlineData("Bob@1 Annie@2", "SENDTO:Annie:", Forwarded, "2< FROM:Bob: ", "Bob@1 Annie@2")]
    [InlineData("Bob@1", "SENDTO:Bob: hi", Forwarded, "1< FROM:Bob: hi", "Bob@1")]
    [InlineData("Bob@1", "SENDTO:Nobody: hi", NoSuchUser, "1< INFO: There is no user Nobody here, your message was not sent.", "Bob@1")]
    [InlineData("Bob@1", "SENDTO:No body: hi", BadRecipient, BadCharacter, "Bob@1")]
    [InlineData("Bob@1", "SENDTO:: hi", BadRecipient, NameMissing, "Bob@1")]
    [InlineData("Bob@1", "UNREGISTER: Bob", Unregistered, "", "")]
    [InlineData("Bob@1", "UNREGISTER: bob", Unregistered, "", "")]
    [InlineData("Bob@1", "UNREGISTER: Carl", UnregisterIgnored, "", "Bob@1")]
    [InlineData("Bob@1 Annie@2", "UNREGISTER: Annie", UnregisterIgnored, "", "Bob@1 Annie@2")]
    [InlineData("Bob@1 Annie@2", "FROM:Annie: hi", RelayMessage, "", "Bob@1 Annie@2")]
    [InlineData("Bob@1", "INFO: hi", RelayMessage, "", "Bob@1")]
    [InlineData("Bob@1", "", Empty, "", "Bob@1")]
    [InlineData("Bob@1", "\n", NotText, "", "Bob@1")]
    [InlineData("Bob@1", "\0SENDTO:Bob: hi", NotText, "", "Bob@1")]
    [InlineData("Bob@1", "\u0016\u0001", NotText, "", "Bob@1")]
    [InlineData("Bob@1", "\u007F", NotText, "", "Bob@1")]
    [InlineData("Bob@1", "éSENDTO:Bob: hi", NotText, "", "Bob@1")]
    [InlineData("Bob@1", "@id=1 SENDTO:Bob: hi", ExtendedMalformed, "", "Bob@1")]
    [InlineData("Bob@1", "hello", DatagramOutcome.Malformed, Malformed, "Bob@1")]
    [InlineData("Bob@1", "sendto:Bob: hi", DatagramOutcome.Malformed, Malformed, "Bob@1")]
    public void From_the_address_registered_as_Bob(string before, string datagram, DatagramOutcome outcome, string answer, string after) => Check(before, datagram, outcome, answer, after);

    [Fact]
    public void A_first_byte_of_a_control_character_or_from_127_on_is_counted_and_not_answered()
    {
        var relay = new RelayFixture(RelayFixture.WithoutNoticeLimits);
        relay.Register(1, "Bob");
        foreach (int first in Enumerable.Range(0, 32).Concat(Enumerable.Range(127, 129)))
        {
            byte[] datagram = [(byte)first, .. "REGISTER: Bob"u8];
            relay.Ignores(1, datagram, NotText);
            relay.Ignores(2, datagram, NotText);
        }
        Assert.Equal(2 * (32 + 129), relay.Machine.Counters[NotText]);
    }

    [Fact]
    public void A_DTLS_client_hello_is_counted_and_not_answered()
    {
        // The record header of RFC 6347 4.1 and the head of a handshake message of type client_hello.
        byte[] hello = [0x16, 0xFE, 0xFF, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x2C, 1, 0, 0, 0x20, 0, 0, 0, 0, 0, 0, 0, 0x20, 0xFE, 0xFD, .. new byte[34]];
        var relay = new RelayFixture();
        relay.Register(1, "Bob");
        relay.Ignores(1, hello, NotText);
        relay.Ignores(2, hello, NotText);
    }

    [Fact]
    public void A_message_that_is_not_UTF_8_is_malformed()
    {
        var relay = new RelayFixture();
        relay.Register(1, "Bob");
        for (int peer = 1; peer <= 2; peer++)
        {
            foreach (string head in new[] { "REGISTER: ", "HEARTBEAT: ", "SENDTO:Bob: ", "UNREGISTER: ", "x" })
            {
                Answer? answer = relay.Receive(peer, [.. Encoding.UTF8.GetBytes(head), 0xFF]);
                Assert.Equal((DatagramOutcome.Malformed, Malformed[3..], RelayFixture.Peer(peer)), (relay.Outcome, answer?.Text, answer?.To));
            }
        }
        Assert.Equal(1, relay.Machine.ClientCount);
    }

    [Fact]
    public void A_datagram_from_port_0_is_counted_and_not_answered()
    {
        var relay = new RelayFixture();
        Assert.Null(relay.Receive(PeerAddress.FromIPv4(0x0A00_0001, 0), "REGISTER: Bob"u8));
        Assert.Equal(NoSourcePort, relay.Outcome);
        Assert.Equal(0, relay.Machine.ClientCount);
    }

    [Fact]
    public void A_renamed_client_gives_up_its_old_name()
    {
        var relay = new RelayFixture();
        relay.Register(1, "Bob");
        relay.Register(1, "Carl");
        relay.Register(2, "Bob");
        relay.Forwards(2, "SENDTO:carl: hi", 1, "FROM:Bob: hi");
        relay.Answers(1, "HEARTBEAT: Bob", HeartbeatNotRegistered, NotRegistered[3..]);
    }

    [Fact]
    public void One_host_may_have_many_clients_and_each_port_is_one()
    {
        var relay = new RelayFixture();
        for (ushort port = 1; port <= 100; port++)
        {
            relay.Receive(PeerAddress.FromIPv4(0x0A00_0001, port), Encoding.UTF8.GetBytes($"REGISTER: user{port}"));
            Assert.Equal(Registered, relay.Outcome);
        }
        Assert.Equal(100, relay.Machine.ClientCount);
        Answer? answer = relay.Receive(PeerAddress.FromIPv4(0x0A00_0001, 7), "SENDTO:user93: hi"u8);
        Assert.Equal("FROM:user7: hi", answer?.Text);
        Assert.Equal(PeerAddress.FromIPv4(0x0A00_0001, 93), answer?.To);
    }

    private static void Check(string before, string datagram, DatagramOutcome outcome, string answer, string after)
    {
        var relay = new RelayFixture();
        foreach ((string name, int peer) in People(before))
            relay.Register(peer, name);
        long notices = relay.Machine.Counters[NoticeOutcome.Sent];
        long outcomes = relay.Machine.Counters[outcome];

        Answer? given = relay.Receive(1, datagram);

        Assert.Equal(outcome, relay.Outcome);
        Assert.Equal(RelayFixture.NoticeTo(datagram, answer), given is null ? "" : $"{given.To.IPv4 & 0xFF}< {given.Text}");
        Assert.Equal(outcomes + 1, relay.Machine.Counters[outcome]);
        Assert.Equal(notices + (answer.Contains("< INFO:", StringComparison.Ordinal) ? 1 : 0), relay.Machine.Counters[NoticeOutcome.Sent]);
        Assert.Equal(relay.Received, relay.Counted);
        Assert.Equal(People(after).Length, relay.Machine.ClientCount);
        relay.Register(Observer, "Observer");
        foreach ((string name, int peer) in People(after))
        {
            relay.Forwards(Observer, $"SENDTO:{name}: ?", peer, "FROM:Observer: ?");
            relay.Forwards(peer, "SENDTO:Observer: !", Observer, $"FROM:{name}: !");
        }
    }

    private static (string Name, int Peer)[] People(string list) =>
        [.. list.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(entry => entry.Split('@')).Select(entry => (entry[0], int.Parse(entry[1], CultureInfo.InvariantCulture)))];
}
