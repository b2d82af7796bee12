using System;
using UdpChat.ModuleTests.Hosting;

namespace UdpChat.ModuleTests;

public class DebugTests : ModuleTest
{
    [Fact]
    public void Debug_shows_the_datagrams_of_each_command()
    {
        string[] connect = Datagrams($"Connect-ChatServer Bob {Server} -Debug");
        Assert.Matches(@"^-> @t=\(hidden\);i=\d+;r=1;.*\.\.\. \(400 bytes\)$", connect[0]);
        Assert.Contains(connect, d => d.StartsWith("<- @s=", StringComparison.Ordinal) && d.Contains(" INFO: Welcome Bob, you are registered. (", StringComparison.Ordinal));

        Assert.Contains(Datagrams("Send-ChatMessage Bob ('a' + [char]27) -Debug"), d => d.Contains(" SENDTO:Bob: a\\u001b\\u000a (", StringComparison.Ordinal));
        string[] disconnect = Datagrams("Disconnect-ChatServer -Debug");
        Assert.Contains(disconnect, d => d.StartsWith("-> @s=", StringComparison.Ordinal) && d.Contains(" UNREGISTER: Bob (", StringComparison.Ordinal));
        Assert.Contains(disconnect, d => d.StartsWith("<- @s=", StringComparison.Ordinal) && d.Contains("code=left", StringComparison.Ordinal));
    }

    [Fact]
    public void A_long_datagram_is_cut_and_its_size_is_shown()
    {
        Connect("Bob");

        Assert.Contains(Datagrams("Send-ChatMessage Bob ('x' * 1000) -Debug"), d => d.Contains("xxx... (10", StringComparison.Ordinal) && d.Length < 300);
    }

    [Fact]
    public void Without_it_nothing_is_shown_or_kept()
    {
        Connect("Bob");

        Assert.Empty(Datagrams("Send-ChatMessage Bob hi"));
    }

    private string[] Datagrams(string script)
    {
        using Invocation invocation = Shell.Invoke(script);
        Assert.Empty(invocation.Errors);
        return [.. invocation.Debug];
    }
}
