using System;

namespace UdpChat.Core.Tests;

public class ChatServerAddressTests
{
    [Theory]
    [InlineData("chat.example", "chat.example", 9000)]
    [InlineData("chat.example:9001", "chat.example", 9001)]
    [InlineData("my_host", "my_host", 9000)]
    [InlineData("bücher.example", "bücher.example", 9000)]
    [InlineData("localhost:1", "localhost", 1)]
    [InlineData("localhost:65535", "localhost", 65535)]
    [InlineData("192.0.2.1", "192.0.2.1", 9000)]
    [InlineData("192.0.2.1:9001", "192.0.2.1", 9001)]
    [InlineData("::1", "::1", 9000)]
    [InlineData("[::1]", "::1", 9000)]
    [InlineData("[::1]:9001", "::1", 9001)]
    [InlineData("2001:db8::1", "2001:db8::1", 9000)]
    [InlineData("fe80::1%eth0", "fe80::1%eth0", 9000)]
    [InlineData("[fe80::1%eth0]:9001", "fe80::1%eth0", 9001)]
    [InlineData("fe80::1%2", "fe80::1%2", 9000)]
    [InlineData("::ffff:192.0.2.1", "::ffff:192.0.2.1", 9000)]
    [InlineData("  chat.example:9001 ", "chat.example", 9001)]
    public void Hosts_and_addresses_are_read_with_and_without_a_port(string text, string host, int port)
    {
        Assert.Equal(new ChatServerAddress(host, port), ChatServerAddress.Parse(text));
    }

    [Theory]
    [InlineData("chat.example:9001", "chat.example:9001")]
    [InlineData("chat.example", "chat.example:9000")]
    [InlineData("192.0.2.1", "192.0.2.1:9000")]
    [InlineData("::1", "[::1]:9000")]
    [InlineData("[fe80::1%eth0]:9001", "[fe80::1%eth0]:9001")]
    public void An_address_as_text_has_its_port_and_is_read_as_the_same_address(string text, string expected)
    {
        ChatServerAddress address = ChatServerAddress.Parse(text);

        Assert.Equal(expected, address.ToString());
        Assert.Equal(address, ChatServerAddress.Parse(address.ToString()));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("  ")]
    [InlineData(":9000")]
    [InlineData("two words")]
    [InlineData("a/b")]
    [InlineData("me@chat.example")]
    [InlineData("-a")]
    [InlineData("a..b")]
    [InlineData("9000")]
    [InlineData("[]")]
    [InlineData("[]:9000")]
    [InlineData("[chat.example]:9000")]
    [InlineData("[192.0.2.1]:9000")]
    [InlineData("[[::1]]")]
    [InlineData("[::1]:9000:9001")]
    [InlineData("[::1]9000")]
    [InlineData("[::1")]
    [InlineData("::1]")]
    [InlineData("::1]:9000")]
    [InlineData("1:2:3")]
    [InlineData("2001:db8::1::2")]
    public void What_is_no_address_is_refused_with_the_forms_that_are(string? text)
    {
        Assert.False(ChatServerAddress.TryParse(text, out ChatServerAddress? address, out string? error));

        Assert.Null(address);
        Assert.Equal($"'{text}' is not a relay's address; write host, host:port, 192.0.2.1:9000 or [2001:db8::1]:9000.", error);
    }

    [Theory]
    [InlineData("chat.example:", "")]
    [InlineData("chat.example:0", "0")]
    [InlineData("chat.example:65536", "65536")]
    [InlineData("chat.example:-1", "-1")]
    [InlineData("chat.example:+1", "+1")]
    [InlineData("chat.example: 9000", " 9000")]
    [InlineData("chat.example:http", "http")]
    [InlineData("[::1]:99999999999", "99999999999")]
    public void What_is_no_port_is_refused_with_the_ports_that_are(string text, string port)
    {
        Assert.False(ChatServerAddress.TryParse(text, out _, out string? error));

        Assert.Equal($"'{port}' is not a UDP port; write host:port with a port from 1 to 65535, as in example.org:9000.", error);
    }

    [Fact]
    public void A_port_can_be_given_apart_and_then_not_in_the_text()
    {
        Assert.True(ChatServerAddress.TryParse("::1", 9001, out ChatServerAddress? address, out _));
        Assert.False(ChatServerAddress.TryParse("chat.example:9001", 9002, out _, out string? twice));
        Assert.False(ChatServerAddress.TryParse("chat.example", 0, out _, out string? none));

        Assert.Equal(new ChatServerAddress("::1", 9001), address);
        Assert.Equal("The port is given twice, in 'chat.example:9001' and as 9002; give it once.", twice);
        Assert.Equal("'0' is not a UDP port; give one from 1 to 65535.", none);
    }

    [Fact]
    public void Parse_throws_what_TryParse_says()
    {
        FormatException exception = Assert.Throws<FormatException>(() => ChatServerAddress.Parse("chat.example:0"));

        Assert.StartsWith("'0' is not a UDP port", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_address_can_not_be_made_wrong()
    {
        var address = new ChatServerAddress("chat.example", 9001);

        Assert.Throws<ArgumentOutOfRangeException>(() => new ChatServerAddress("chat.example", 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => address with { Port = 65536 });
        Assert.Throws<ArgumentException>(() => new ChatServerAddress("", 9000));
        Assert.Throws<ArgumentException>(() => new ChatServerAddress(null!, 9000));
        Assert.Throws<ArgumentException>(() => address with { Host = "[::1]" });
        Assert.Equal("[::1]:9001", (address with { Host = "::1" }).ToString());
    }
}
