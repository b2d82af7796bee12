using System.Linq;
using UdpChat.Protocol.Wire;

namespace UdpChat.Protocol.Tests.Client.Extended;

public class ExtendedReceiveTests
{
    private readonly SessionFixture _client = new();

    public ExtendedReceiveTests() => _client.Connect();

    [Fact]
    public void A_message_has_an_identity_which_the_next_of_the_same_sender_does_not_repeat()
    {
        _client.Say("@i=7;n=5 FROM:Annie: a\\nb\\\\", "FROM:Annie: c", "@i=9;n=1;time=2026-11-23T19:00:00.000Z FROM:Carl: d");
        Assert.Equal(["Annie 7.5: a\nb\\", "Annie 7.6: c", "Carl 9.1: d"], _client.Events());
    }

    [Fact]
    public void A_text_in_pieces_is_one_message()
    {
        _client.Say("@i=7;n=5;more FROM:Annie: a\\n", "@more FROM:Annie: b", "FROM:Annie: c", "FROM:Annie: next");
        Assert.Equal(["Annie 7.5: a\nbc", "Annie 7.6: next"], _client.Events());
        _client.Taken(1);
        Assert.Equal(["TAKEN: 2"], _client.Lines());
    }

    [Fact]
    public void A_text_that_is_too_long_is_not_kept_and_does_not_come_again()
    {
        string piece = new('x', 1_000);
        _client.Say(["@i=7;n=1;more FROM:Annie: ", .. Enumerable.Repeat($"@more FROM:Annie: {piece}", 2 * WireLimits.MaxTextBytes / 1_000 + 1), "FROM:Annie: ", "FROM:Annie: next"]);
        Assert.Equal(["Annie 7.2: next"], _client.Events());
        _client.Taken(0);
        Assert.Equal("TAKEN: 2", _client.Lines()[^1]);
    }

    [Fact]
    public void What_the_user_takes_is_told_in_ranges()
    {
        _client.Say(["@i=7;n=1 FROM:Annie: x", .. Enumerable.Repeat("FROM:Annie: x", 5)]);
        Assert.Empty(_client.Lines());
        foreach (int index in new[] { 0, 1, 3 })
            _client.Machine.Taken(_client.Tickets[index]);
        _client.Taken(3);
        Assert.Equal(["TAKEN: 1-2,4"], _client.Lines());
        _client.Taken(0);
        Assert.Empty(_client.Lines());
    }

    [Fact]
    public void What_comes_again_is_taken_at_once_if_the_user_has_it_and_otherwise_when_the_user_takes_it()
    {
        _client.Say("@i=7;n=1 FROM:Annie: 1", "FROM:Annie: 2", "FROM:Annie: 3");
        _client.Taken(0);
        _client.Events();
        _client.Lines();
        _client.Reconnect();
        _client.Say("@i=9;n=1 FROM:Carl: new", "@i=7;n=1 FROM:Annie: 1", "FROM:Annie: 2", "@i=7;n=4 FROM:Annie: 4");
        Assert.Equal(["Carl 9.1: new", "Annie 7.4: 4"], _client.Events());
        Assert.Equal(["TAKEN: 2"], _client.Lines());
        _client.Taken(1);
        Assert.Equal(["TAKEN: 3"], _client.Lines());
        _client.Taken(2); // not given again in this session
        Assert.Empty(_client.Lines());
        Assert.Equal(2, _client.Machine.Counters.Repeated);
    }

    [Fact]
    public void Another_incarnation_of_a_sender_counts_anew()
    {
        _client.Say("@i=7;n=5 FROM:Annie: old", "@i=8;n=1 FROM:Annie: new", "@i=7;n=5 FROM:ANNIE: old");
        Assert.Equal(["Annie 7.5: old", "Annie 8.1: new"], _client.Events());
    }

    [Fact]
    public void A_challenge_is_returned_at_once()
    {
        _client.SayAside("CHALLENGE: 0123456789abcdef");
        Assert.Equal(["RESPONSE: 0123456789abcdef"], _client.Controls());
    }

    [Fact]
    public void A_datagram_of_another_session_is_ignored()
    {
        _client.Receive("@s=00000000000000aa;d=1;o=0;i=7;n=1 FROM:Annie: hi\n");
        Assert.Empty(_client.Events());
        Assert.Equal(1, _client.Machine.Counters.Ignored);
    }

    [Fact]
    public void A_datagram_that_comes_twice_is_taken_in_once()
    {
        const string Datagram = "@s=0000000000000001;d=100;o=0;i=7;n=1 FROM:Annie: hi\n";
        _client.Receive(Datagram);
        _client.Receive(Datagram);
        Assert.Equal(["Annie 7.1: hi"], _client.Events());
    }

    [Fact]
    public void A_notice_without_numbers_is_for_the_user()
    {
        _client.Say("@code=rate-limited INFO: Slower\\nplease.");
        Assert.Equal(["notice rate-limited: Slower\nplease."], _client.Events());
    }

    [Fact]
    public void A_line_that_cannot_be_read_does_not_harm_the_others()
    {
        _client.Say("NONSENSE: x", "@i=7;n=1 FROM:Annie: bad \\x escape", "@i=7;n=2 FROM:Annie: good");
        Assert.Equal(["Annie 7.2: good"], _client.Events());
    }
}
