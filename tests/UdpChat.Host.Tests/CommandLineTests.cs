using System;
using System.Threading.Tasks;

namespace UdpChat.Host.Tests;

public class CommandLineTests
{
    [Theory]
    [InlineData("see 'udpchat --help'")]
    [InlineData("'rely'", "rely")]
    [InlineData("'--foo' here; see 'udpchat relay --help'", "relay", "--foo")]
    [InlineData("0 to 65535, not '65536'", "relay", "--port", "65536")]
    [InlineData("0 to 65535, not 'x'", "relay", "--port", "x")]
    [InlineData("'--port'", "relay", "--port")]
    [InlineData("not 'localhost'", "relay", "--address", "localhost")]
    [InlineData("1 to 86400, not '0,5'", "relay", "--client-timeout", "0,5")]
    [InlineData("'--server' is required", "chat", "--name", "Bob")]
    [InlineData("'x' is not a UDP port", "chat", "--name", "Bob", "--server", "host:x")]
    [InlineData("1 to 3600, not 'NaN'", "chat", "--name", "Bob", "--server", "host", "--heartbeat", "NaN")]
    [InlineData("'--name'", "chat", "--server", "host", "--name")]
    [InlineData("'a b' has a blank", "chat", "--name", "a b", "--server", "127.0.0.1")]
    [InlineData(@"'a\x1Bb' has a blank", "chat", "--name", "a\eb", "--server", "127.0.0.1")]
    [InlineData("'more' here", "demo", "more")]
    public async Task Wrong_usage_is_told_on_one_line_with_status_2(string expected, params string[] arguments) =>
        (await ToolProcess.RunAsync("", arguments)).AssertFailure(2, expected);

    [Theory]
    [InlineData("[default: 9000]", "relay", "--help")]
    [InlineData("//hi", "chat", "--help")]
    [InlineData("demo", "--help")]
    public async Task Help_goes_to_standard_output_with_status_0(string expected, params string[] arguments)
    {
        ToolResult result = await ToolProcess.RunAsync("", arguments);
        Assert.Contains(expected, result.Output, StringComparison.Ordinal);
        Assert.Equal("", result.Error);
        Assert.Equal(0, result.Status);
    }
}
