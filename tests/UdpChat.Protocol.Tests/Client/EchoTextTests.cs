using System.Text;
using UdpChat.Protocol.Client;

namespace UdpChat.Protocol.Tests.Client;

public class EchoTextTests
{
    [Theory]
    [InlineData(0ul, "UdpChat echo 0000000000000000")]
    [InlineData(0x0123_4567_89AB_CDEFul, "UdpChat echo 0123456789abcdef")]
    [InlineData(ulong.MaxValue, "UdpChat echo ffffffffffffffff")]
    public void An_echo_is_a_readable_line_with_a_nonce(ulong nonce, string text)
    {
        byte[] written = new byte[EchoText.Length];
        EchoText.Write(written, nonce);
        Assert.Equal(text, Encoding.UTF8.GetString(written));
        Assert.True(EchoText.TryRead(written, out ulong read));
        Assert.Equal(nonce, read);
    }

    [Theory]
    [InlineData("")]
    [InlineData("UdpChat echo 0123456789abcde")]
    [InlineData("UdpChat echo 0123456789abcdef0")]
    [InlineData("UdpChat echo 0123456789abcdef\n")]
    [InlineData("UdpChat echo 0123456789ABCDEF")]
    [InlineData("UdpChat echo 0123456789abcdeg")]
    [InlineData("UdpChat echo 0123456789abcde/")]
    [InlineData("UdpChat echo 0123456789abcde:")]
    [InlineData("UdpChat echo 0123456789abcde`")]
    [InlineData("udpchat echo 0123456789abcdef")]
    public void Anything_else_is_none(string text) => Assert.False(EchoText.TryRead(Encoding.UTF8.GetBytes(text), out _));
}
