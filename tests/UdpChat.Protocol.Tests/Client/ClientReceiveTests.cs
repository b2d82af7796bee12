using System.Text;
using UdpChat.Protocol.Client;

namespace UdpChat.Protocol.Tests.Client;

public class ClientReceiveTests
{
    private readonly ClientFixture _client = new();

    public ClientReceiveTests() => _client.Connect();

    [Theory]
    [InlineData("FROM:Annie: hi", "Annie: hi")]
    [InlineData("FROM:Annie:hi", "Annie: hi")]
    [InlineData("FROM: Annie: hi", "Annie: hi")]
    [InlineData("FROM:Annie: a: b:c", "Annie: a: b:c")]
    [InlineData("FROM:Annie:  hi \r\n", "Annie:  hi \r\n")]
    [InlineData("FROM:Annie: ", "Annie: ")]
    [InlineData("FROM:Zoë: 😀", "Zoë: 😀")]
    [InlineData("FROM:Bob: to myself", "Bob: to myself")]
    public void A_message_is_told_with_its_text_as_it_is(string datagram, string told)
    {
        _client.Receive(datagram);
        Assert.Equal([told], _client.Events());
        Assert.Equal(1, _client.Machine.Counters.Messages);
    }

    [Fact]
    public void A_notice_is_told()
    {
        _client.Receive("INFO: There is no user Carl here, your message was not sent.");
        Assert.Equal(["notice: There is no user Carl here, your message was not sent."], _client.Events());
        Assert.Equal(1, _client.Machine.Counters.Notices);
    }

    [Theory]
    [InlineData("")]
    [InlineData("hello")]
    [InlineData("FROM:")]
    [InlineData("FROM:Annie")]
    [InlineData("FROM:: hi")]
    [InlineData("from:Annie: hi")]
    [InlineData("REGISTER: Bob")]
    [InlineData("HEARTBEAT: Bob")]
    [InlineData("SENDTO:Bob: hi")]
    [InlineData("UNREGISTER: Bob")]
    [InlineData("@FROM:Annie: hi")]
    [InlineData("\0FROM:Annie: hi")]
    public void What_no_relay_sends_is_counted_and_otherwise_ignored(string datagram)
    {
        _client.Receive(datagram);
        Assert.Empty(_client.Events());
        Assert.Empty(_client.Sent());
        Assert.Equal(1, _client.Machine.Counters.Ignored);
    }

    [Theory]
    [InlineData("FROM:Annie: caf")]
    [InlineData("INFO: caf")]
    [InlineData("FROM:Anni")]
    public void What_is_not_UTF_8_is_counted_and_otherwise_ignored(string head)
    {
        _client.Receive([.. Encoding.UTF8.GetBytes(head), 0xE9]);
        Assert.Empty(_client.Events());
        Assert.Equal(1, _client.Machine.Counters.Ignored);
    }

    [Fact]
    public void A_late_or_doubled_echo_is_kept_from_the_user()
    {
        _client.Receive(_client.Echo);
        _client.Receive(_client.Echo);
        _client.Receive("FROM:Bob: UdpChat echo 0123456789abcdef");
        Assert.Empty(_client.Events());
        Assert.Equal(4, _client.Machine.Counters.Echoes);
    }

    [Fact]
    public void What_looks_like_an_echo_and_comes_from_somebody_else_is_a_message()
    {
        _client.Receive("FROM:Annie: UdpChat echo 0123456789abcdef");
        Assert.Equal(["Annie: UdpChat echo 0123456789abcdef"], _client.Events());
    }

    [Fact]
    public void A_name_too_long_to_be_ones_own_is_somebody_elses()
    {
        string longName = new('b', 1_000);
        _client.Receive($"FROM:{longName}: UdpChat echo 0123456789abcdef");
        Assert.Equal([$"{longName}: UdpChat echo 0123456789abcdef"], _client.Events());
    }

    [Fact]
    public void What_resembles_an_echo_to_oneself_is_a_message()
    {
        _client.Receive("FROM:Bob: UdpChat echo 0123456789abcdeg");
        Assert.Equal(["Bob: UdpChat echo 0123456789abcdeg"], _client.Events());
    }

    [Fact]
    public void Messages_are_told_while_it_reconnects()
    {
        _client.Receive(ClientFixture.NotRegistered);
        _client.Events();
        _client.Receive("FROM:Annie: hi");
        Assert.Equal(["Annie: hi"], _client.Events());
    }

    [Fact]
    public void No_datagram_makes_a_connected_client_send_anything_but_a_registration()
    {
        foreach (string datagram in new[] { "FROM:Annie: hi", "INFO: hi", "FROM:Annie: " + ClientFixture.NotRegistered[6..], _client.Echo, "hello" })
            _client.Receive(datagram);
        Assert.Empty(_client.Sent());
        Assert.Equal(ChatConnectionState.Connected, _client.Machine.State);
    }
}
