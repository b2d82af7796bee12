using System;
using UdpChat.ModuleTests.Hosting;

namespace UdpChat.ModuleTests;

public class DebugTests : ModuleTest
{
    [Fact]
    public void Debug_shows_the_datagrams_of_each_command()
    {
        string[] connect = Datagrams($"Connect-ChatServer Bob {Server} -Debug");
        Assert.Equal("-> REGISTER: Bob (13 bytes)", connect[0]);
        Assert.Contains("<- INFO: Welcome Bob, you are registered. (38 bytes)", connect);
        Assert.Contains(connect, d => d.StartsWith("<- FROM:Bob: UdpChat echo ", StringComparison.Ordinal));

        Assert.Equal("-> SENDTO:Bob: a\\u001b (14 bytes)", Datagrams("Send-ChatMessage Bob ('a' + [char]27) -Debug")[0]);
        Assert.Equal(["-> UNREGISTER: Bob (15 bytes)"], Datagrams("Disconnect-ChatServer -Debug"));
    }

    [Fact]
    public void A_long_datagram_is_cut_and_its_size_is_shown()
    {
        Connect("Bob");

        Assert.EndsWith("x... (5012 bytes)", Datagrams("Send-ChatMessage Bob ('x' * 5000) -Debug")[0], StringComparison.Ordinal);
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
