using System;
using System.Threading.Tasks;

namespace UdpChat.Host.Tests;

public class DemoCommandTests
{
    [Fact]
    public async Task The_demo_shows_everybody_chatting_and_says_what_to_type_next()
    {
        ToolResult result = await ToolProcess.RunAsync("", "demo");

        Assert.Equal("", result.Error);
        Assert.Equal(0, result.Status);
        Assert.Contains("Bob    sees:       Annie: ", result.Output, StringComparison.Ordinal);
        Assert.Contains("Annie  sees:       Bob: ", result.Output, StringComparison.Ordinal);
        Assert.Contains("Carol  < FROM:Bob: ", result.Output, StringComparison.Ordinal);
        Assert.Contains("Bob    sees:       Carol: ", result.Output, StringComparison.Ordinal);
        Assert.Contains("* There is no user Dave here", result.Output, StringComparison.Ordinal);
        Assert.Contains("forwarded 6 messages", result.Output, StringComparison.Ordinal);
        Assert.Contains("; 0 clients left; errors: 0 sending, 0 receiving, 0 of the relay's own.", result.Output, StringComparison.Ordinal);
        Assert.Contains("udpchat.dll relay", result.Output, StringComparison.Ordinal);
        Assert.Contains("nc -u 127.0.0.1 9000", result.Output, StringComparison.Ordinal);
    }
}
