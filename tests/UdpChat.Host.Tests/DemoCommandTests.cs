using System;
using System.Collections.Generic;
using System.IO;
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
        Assert.Contains("Annie  PS> 'Hello Bob, can you hear me?' | Send-ChatMessage Bob", result.Output, StringComparison.Ordinal);
        Assert.Contains("Bob    Annie: Hello Bob, can you hear me?", result.Output, StringComparison.Ordinal);
        Assert.Contains("Annie  Bob: echo: Are you a bot now?", result.Output, StringComparison.Ordinal);
        Assert.Contains("Carol  < FROM:Bob: echo: netcat is enough", result.Output, StringComparison.Ordinal);
        Assert.Contains("Carol  < INFO: There is no user Dave here", result.Output, StringComparison.Ordinal);
        Assert.Contains("; 0 clients left; errors: 0 sending, 0 receiving, 0 of the relay's own.", result.Output, StringComparison.Ordinal);
        Assert.Contains("udpchat.dll relay", result.Output, StringComparison.Ordinal);
        Assert.Contains("nc -u 127.0.0.1 9000", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_demo_leaves_nothing_behind()
    {
        string folder = Directory.CreateTempSubdirectory().FullName;
        try
        {
            ToolResult result = await ToolProcess.RunAsync("", new Dictionary<string, string> { ["TMPDIR"] = folder, ["DOTNET_EnableDiagnostics"] = "0" }, "demo");

            Assert.Equal(0, result.Status);
            Assert.Empty(Directory.GetFileSystemEntries(folder));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
