using System.Text;
using UdpChat.Protocol.Wire;

namespace UdpChat.Protocol.Tests.Wire;

public class LineEndingTests
{
    [Theory]
    [InlineData("hi\n", "hi")]
    [InlineData("hi\r\n", "hi")]
    [InlineData("hi\n\n", "hi\n")]
    [InlineData("hi\r\n\r\n", "hi\r\n")]
    [InlineData("hi\r\r\n", "hi\r")]
    [InlineData("\n", "")]
    [InlineData("\r\n", "")]
    public void One_line_ending_is_dropped(string datagram, string rest)
    {
        Assert.True(LineEnding.IsPresent(Encoding.UTF8.GetBytes(datagram)));
        Assert.Equal(rest, Encoding.UTF8.GetString(LineEnding.Trim(Encoding.UTF8.GetBytes(datagram))));
    }

    [Theory]
    [InlineData("")]
    [InlineData("hi")]
    [InlineData("hi\r")]
    [InlineData("hi\n ")]
    public void Anything_else_is_left_as_it_is(string datagram)
    {
        Assert.False(LineEnding.IsPresent(Encoding.UTF8.GetBytes(datagram)));
        Assert.Equal(datagram, Encoding.UTF8.GetString(LineEnding.Trim(Encoding.UTF8.GetBytes(datagram))));
    }
}
