using System.Text;
using UdpChat.Protocol.Relay;
using static UdpChat.Protocol.Relay.DatagramOutcome;

namespace UdpChat.Protocol.Tests.Relay;

/// <summary>Peers that send lines, as people at netcat do: registered with a line ending, Lily is one and Eve is exact.</summary>
public class LinePeerTests
{
    private const int Lily = 1, Eve = 2, Stranger = 3;

    [Theory]
    [InlineData("REGISTER: Bob\n")]
    [InlineData("REGISTER: Bob\r\n")]
    public void A_REGISTER_that_ends_in_a_line_ending_makes_a_line_peer(string datagram)
    {
        var relay = new RelayFixture();
        relay.Answers(1, datagram, Registered, "INFO: Welcome Bob, you are registered.\n");
        relay.Answers(1, "hello", Malformed, "INFO: Not understood. Try \"REGISTER: Bob\", then \"SENDTO:Annie: hi\".\n");
        relay.Register(Eve, "Eve");
        relay.Forwards(Eve, "SENDTO:Bob: hi", 1, "FROM:Eve: hi\n");
    }

    [Theory]
    [InlineData("SENDTO:Eve: hi\n", "FROM:Lily: hi")]
    [InlineData("SENDTO:Eve: hi\r\n", "FROM:Lily: hi")]
    [InlineData("SENDTO:Eve: hi", "FROM:Lily: hi")]
    [InlineData("SENDTO:Eve: hi\n\n", "FROM:Lily: hi\n")]
    [InlineData("SENDTO:Eve: hi\r\n\r\n", "FROM:Lily: hi\r\n")]
    [InlineData("SENDTO:Eve: one\ntwo\n", "FROM:Lily: one\ntwo")]
    [InlineData("SENDTO:Eve:\n", "FROM:Lily: ")]
    public void One_line_ending_is_dropped_from_what_a_line_peer_sends(string datagram, string forwarded) => Relay().Forwards(Lily, datagram, Eve, forwarded);

    [Fact]
    public void A_line_peers_other_messages_lose_their_line_ending_too()
    {
        RelayFixture relay = Relay();
        relay.Ignores(Lily, "HEARTBEAT: Lily\r\n"u8, Heartbeat);
        relay.Ignores(Lily, "\n"u8, Empty);
        relay.Ignores(Lily, "\r\n"u8, Empty);
        relay.Answers(Lily, "SENDTO:Nobody: hi\n", NoSuchUser, "INFO: There is no user Nobody here, your message was not sent.\n");
        relay.Ignores(Lily, "UNREGISTER: Lily\n"u8, Unregistered);
    }

    [Theory]
    [InlineData("SENDTO:Lily: hi", "FROM:Eve: hi\n")]
    [InlineData("SENDTO:Lily: hi\n", "FROM:Eve: hi\n")]
    [InlineData("SENDTO:Lily: hi\r\n", "FROM:Eve: hi\r\n")]
    [InlineData("SENDTO:Lily: hi\r", "FROM:Eve: hi\r\n")]
    [InlineData("SENDTO:Lily:", "FROM:Eve: \n")]
    public void What_a_line_peer_gets_ends_in_a_line_feed_and_gets_no_second(string datagram, string forwarded) => Relay().Forwards(Eve, datagram, Lily, forwarded);

    [Theory]
    [InlineData("SENDTO:Eve: hi\n", "FROM:Eve: hi\n")]
    [InlineData("SENDTO:Eve: hi\r\n", "FROM:Eve: hi\r\n")]
    [InlineData("SENDTO:Eve: \n", "FROM:Eve: \n")]
    [InlineData("SENDTO:Eve: hi", "FROM:Eve: hi")]
    public void An_exact_peer_sends_and_gets_exact_bytes(string datagram, string forwarded) => Relay().Forwards(Eve, datagram, Eve, forwarded);

    [Fact]
    public void An_exact_peers_line_ending_belongs_to_what_it_sends()
    {
        RelayFixture relay = Relay();
        relay.Answers(Eve, "HEARTBEAT: Eve\n", HeartbeatNotRegistered, "INFO: You are not registered, please register again.");
        relay.Ignores(Eve, "UNREGISTER: Eve\n"u8, UnregisterIgnored);
        relay.Ignores(Eve, "\n"u8, NotText);
    }

    [Theory]
    [InlineData("hello\n", Malformed)]
    [InlineData("HEARTBEAT: Bob\r\n", HeartbeatNotRegistered)]
    [InlineData("SENDTO:Eve: hi\n", SenderNotRegistered)]
    [InlineData("REGISTER: Eve\n", NameTaken)]
    [InlineData("REGISTER: \n", BadName)]
    [InlineData("REGISTER: B b\n", BadName)]
    public void An_unknown_peers_line_is_answered_by_a_line(string datagram, DatagramOutcome outcome)
    {
        RelayFixture relay = Relay();
        Answer? answer = relay.Receive(Stranger, datagram);
        Assert.Equal(outcome, relay.Outcome);
        Assert.EndsWith("\n", answer?.Text);
        answer = relay.Receive(Stranger, datagram.TrimEnd('\n', '\r'));
        Assert.Equal(outcome, relay.Outcome);
        Assert.False(answer!.Text.EndsWith('\n'));
    }

    [Fact]
    public void An_unknown_peers_line_ending_alone_is_empty() => Relay().Ignores(Stranger, "\r\n"u8, Empty);

    [Fact]
    public void The_last_REGISTER_decides_what_a_peer_is()
    {
        RelayFixture relay = Relay();
        relay.Answers(Lily, "REGISTER: Lily", RegisteredAgain, "INFO: Welcome Lily, you are registered.");
        relay.Forwards(Lily, "SENDTO:Lily: hi", Lily, "FROM:Lily: hi");
        relay.Answers(Eve, "REGISTER: Eve\r\n", RegisteredAgain, "INFO: Welcome Eve, you are registered.\n");
        relay.Forwards(Eve, "SENDTO:Eve: hi", Eve, "FROM:Eve: hi\n");
    }

    [Fact]
    public void A_refused_REGISTER_decides_nothing()
    {
        RelayFixture relay = Relay();
        relay.Answers(Eve, "REGISTER: Lily\n", NameTaken, "INFO: The name Lily is taken, please choose another.\n");
        relay.Forwards(Eve, "SENDTO:Eve: hi", Eve, "FROM:Eve: hi");
    }

    [Theory]
    [InlineData(Lily)]
    [InlineData(Eve)]
    [InlineData(Stranger)]
    public void Only_one_line_ending_is_dropped_from_a_REGISTER(int peer)
    {
        RelayFixture relay = Relay();
        Answer? answer = relay.Receive(peer, "REGISTER: Bob\n\n");
        Assert.Equal((BadName, "INFO: A name can't have blanks, invisible characters or : @ ; , * # (extended profile available)\n"), (relay.Outcome, answer?.Text));
    }

    [Theory]
    [InlineData("a: b: c")]
    [InlineData(" leading")]
    [InlineData("  two")]
    [InlineData("trailing ")]
    [InlineData("one\ntwo\r\nthree")]
    [InlineData("\n")]
    [InlineData("tab\tnul\0end")]
    [InlineData("\u202Eright to left")]
    [InlineData("SENDTO:Eve: nested")]
    [InlineData("Zoë 😀")]
    public void Text_arrives_as_it_was_written(string text)
    {
        RelayFixture relay = Relay();
        relay.Register(Stranger, "Sam");
        relay.Forwards(Stranger, $"SENDTO:Eve: {text}", Eve, $"FROM:Sam: {text}");
        relay.Forwards(Eve, $"SENDTO:Sam: {text}", Stranger, $"FROM:Eve: {text}");
    }

    [Fact]
    public void The_line_feed_is_one_byte_behind_the_exact_ones()
    {
        Answer? answer = Relay().Receive(Eve, "SENDTO:Lily: Zoë");
        Assert.Equal([.. Encoding.UTF8.GetBytes("FROM:Eve: Zoë"), (byte)'\n'], answer!.Bytes);
    }

    private static RelayFixture Relay()
    {
        var relay = new RelayFixture();
        relay.Register(Lily, "Lily\n");
        relay.Register(Eve, "Eve");
        return relay;
    }
}
