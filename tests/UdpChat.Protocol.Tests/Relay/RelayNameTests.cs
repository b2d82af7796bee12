using System.Linq;
using System.Text;
using UdpChat.Protocol.Relay;
using static UdpChat.Protocol.Relay.DatagramOutcome;

namespace UdpChat.Protocol.Tests.Relay;

public class RelayNameTests
{
    [Theory]
    [InlineData("Zoe\u0308", "Zoë")]
    [InlineData("\u212A", "K")]
    public void A_decomposed_name_is_the_composed_one(string written, string composed)
    {
        var relay = new RelayFixture();
        relay.Answers(1, $"REGISTER: {written}", Registered, $"INFO: Welcome {composed}, you are registered.");
        relay.Answers(2, $"REGISTER: {composed}", NameTaken, $"INFO: The name {composed} is taken, please choose another.");
        relay.Answers(2, $"REGISTER: {written}", NameTaken, $"INFO: The name {composed} is taken, please choose another.");
        relay.Ignores(1, Encoding.UTF8.GetBytes($"HEARTBEAT: {written}"), Heartbeat);
        relay.Ignores(1, Encoding.UTF8.GetBytes($"HEARTBEAT: {composed}"), Heartbeat);
        relay.Forwards(1, $"SENDTO:{written}: hi", 1, $"FROM:{composed}: hi");
        relay.Ignores(1, Encoding.UTF8.GetBytes($"UNREGISTER: {written}"), Unregistered);
    }

    [Theory]
    [InlineData("Zoë", "ZOË")]
    [InlineData("ΣΑΣ", "σας")]
    [InlineData("𐐨x", "𐐀X")]
    [InlineData("ǆ", "ǅ")]
    public void Names_that_differ_by_letter_case_are_one(string registered, string written)
    {
        var relay = new RelayFixture();
        relay.Register(1, registered);
        relay.Register(2, "Annie");
        relay.Receive(2, $"REGISTER: {written}");
        Assert.Equal(NameTaken, relay.Outcome);
        relay.Forwards(2, $"SENDTO:{written}: hi", 1, "FROM:Annie: hi");
        relay.Forwards(1, "SENDTO:Annie: hi", 2, $"FROM:{registered}: hi");
    }

    [Theory]
    [InlineData("I", "ı")]
    [InlineData("i", "İ")]
    [InlineData("s", "ſ")]
    [InlineData("ss", "ß")]
    [InlineData("e", "é")]
    public void Names_that_differ_by_more_are_two(string one, string other)
    {
        var relay = new RelayFixture();
        relay.Register(1, one);
        relay.Register(2, other);
        relay.Forwards(1, $"SENDTO:{other}: hi", 2, $"FROM:{one}: hi");
    }

    /// <summary>In upper case these letters stay decomposed, because there is no composed one.</summary>
    [Theory]
    [InlineData("h\u0331", "ẖ", "H\u0331")]
    [InlineData("j\u030C", "ǰ", "J\u030C")]
    [InlineData("α\u0345", "ᾳ", "αι")]
    public void A_message_goes_to_the_name_that_its_recipient_is_in_NFC_and_to_no_other(string written, string composed, string other)
    {
        var relay = new RelayFixture();
        relay.Register(1, "Bob");
        relay.Register(2, other);
        relay.Answers(1, $"SENDTO:{written}: hi", NoSuchUser, $"INFO: There is no user {composed} here, your message was not sent.");
        relay.Register(3, composed);
        relay.Forwards(1, $"SENDTO:{written}: hi", 3, "FROM:Bob: hi");
        relay.Receive(2, $"HEARTBEAT: {written}");
        Assert.Equal(HeartbeatNotRegistered, relay.Outcome);
        relay.Ignores(2, Encoding.UTF8.GetBytes($"UNREGISTER: {written}"), UnregisterIgnored);
    }

    [Fact]
    public void A_name_has_at_most_64_bytes_in_NFC()
    {
        var relay = new RelayFixture();
        relay.Answers(1, $"REGISTER: {Names.OfLength(64)}", Registered, $"INFO: Welcome {Names.OfLength(64)}, you are registered.");
        relay.Answers(2, $"REGISTER: {Names.OfLength(65)}", BadName, "INFO: That name is too long; a name has at most 64 bytes of UTF-8.");
        relay.Answers(2, $"REGISTER: {string.Concat(Enumerable.Repeat("e\u0301", 32))}", Registered, $"INFO: Welcome {new string('é', 32)}, you are registered.");
        relay.Answers(3, $"REGISTER: {string.Concat(Enumerable.Repeat("e\u0301", 33))}", BadName, "INFO: That name is too long; a name has at most 64 bytes of UTF-8.");
        relay.Answers(3, $"REGISTER: {new string('n', 60_000)}", BadName, "INFO: That name is too long; a name has at most 64 bytes of UTF-8.");
    }

    [Fact]
    public void A_recipient_that_can_be_no_name_is_told_what_is_wrong_with_it()
    {
        var relay = new RelayFixture();
        relay.Register(1, "Bob");
        relay.Answers(1, $"SENDTO:{Names.OfLength(65)}: hi", BadRecipient, "INFO: That name is too long; a name has at most 64 bytes of UTF-8.");
        relay.Answers(1, $"SENDTO:{new string('n', 60_000)}: hi", BadRecipient, "INFO: That name is too long; a name has at most 64 bytes of UTF-8.");
        relay.Answers(1, "SENDTO:A\u202Ennie: hi", BadRecipient, "INFO: A name can't have blanks, invisible characters or : @ ; , * #");
        relay.Answers(1, "SENDTO:An\nnie: hi", BadRecipient, "INFO: A name can't have blanks, invisible characters or : @ ; , * #");
    }

    [Fact]
    public void The_longest_name_is_an_option()
    {
        var relay = new RelayFixture(new RelayOptions { MaxNameBytes = 5 });
        relay.Answers(1, "REGISTER: Annie", Registered, "INFO: Welcome Annie, you are registered.");
        relay.Answers(2, "REGISTER: Annika", BadName, "INFO: That name is too long; a name has at most 5 bytes of UTF-8.");
        relay.Answers(2, "REGISTER: Zoe\u0308x", Registered, "INFO: Welcome Zoëx, you are registered.");
    }

    [Fact]
    public void Where_there_is_no_ICU_names_are_ASCII_and_others_are_told_so()
    {
        var relay = new RelayFixture(new RelayOptions { AsciiNamesOnly = true });
        relay.Answers(1, "REGISTER: Zoë", BadName, "INFO: This relay takes only names of ASCII letters, digits and signs.");
        relay.Answers(1, "REGISTER: Zoe", Registered, "INFO: Welcome Zoe, you are registered.");
        relay.Answers(1, "SENDTO:Zoë: hi", BadRecipient, "INFO: This relay takes only names of ASCII letters, digits and signs.");
        Assert.False(new RelayOptions().AsciiNamesOnly);
    }
}
