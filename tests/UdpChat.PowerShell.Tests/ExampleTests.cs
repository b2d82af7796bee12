using System;
using System.Threading.Tasks;
using UdpChat.ModuleTests.Hosting;

namespace UdpChat.ModuleTests;

/// <summary>What everyone tries first, word for word but for the relay's address.</summary>
public class ExampleTests : ModuleTest
{
    [Fact]
    public async Task A_newcomers_lines_work_as_written()
    {
        using var annie = new PlainPeer(Port);
        await annie.RegisterAsync("Annie");

        Assert.Single(Shell.Run("Connect-ChatServer -Name Bob -Server host:9000".Replace("host:9000", Server, StringComparison.Ordinal)));
        Assert.Empty(Shell.Run("'hi' | Send-ChatMessage Annie"));
        Assert.Equal("FROM:Bob: hi", await annie.ReceiveAsync());
        annie.Send("SENDTO:Bob: hi yourself");
        Shell.Run("while ((Get-ChatConnection).Waiting -eq 0) { }");
        Assert.Equal("Annie: hi yourself", Shell.Get<string>("Receive-ChatMessage | Where From -eq Annie"));
    }

    [Theory]
    [InlineData("Receive-ChatMessage -Wait | ForEach-Object { Send-ChatMessage $_.From \"echo: $($_.Text)\" }     # a bot, until Ctrl+C")]
    [InlineData("Receive-ChatMessage -Wait | Send-ChatMessage -To { $_.From } -Message { \"echo: $($_.Text)\" }    # the same")]
    public async Task A_bot_is_one_line(string bot)
    {
        Connect("Bob");
        using var annie = new PlainPeer(Port);
        await annie.RegisterAsync("Annie");
        using Invocation running = Shell.Start(bot);
        for (int i = 0; i < 100; i++)
        {
            annie.Send($"SENDTO:Bob: {i}");
            Assert.Equal($"FROM:Bob: echo: {i}", await annie.ReceiveAsync());
        }
        await running.StopAsync();

        Assert.Empty(running.Errors);
        Assert.Empty(running.Warnings);
        Assert.Empty(running.Output);
    }

    [Fact]
    public async Task A_bot_goes_on_after_a_sender_who_has_left_and_warns_of_it()
    {
        using var relay = new PlainPeer();
        using Invocation running = Shell.Start($"$null = Connect-ChatServer Bob 127.0.0.1:{relay.Port} -Timeout 60; Receive-ChatMessage -Wait | ForEach-Object {{ Send-ChatMessage $_.From \"echo: $($_.Text)\" }}");
        await relay.AnswerEchoAsync("Bob");
        relay.Send("FROM:Carl: bye");
        Assert.Equal("SENDTO:Carl: echo: bye", await relay.ReceiveAsync("SENDTO:Carl"));
        relay.Send("INFO: There is no user Carl here, your message was not sent.");
        await running.WaitUntilAsync(() => running.Warnings.Count == 1);
        relay.Send("FROM:Annie: hi");
        Assert.Equal("SENDTO:Annie: echo: hi", await relay.ReceiveAsync("SENDTO:Annie"));
        await running.StopAsync();

        Assert.Contains("no user Carl", Assert.Single(running.Warnings), StringComparison.Ordinal);
        Assert.Empty(running.Errors);
    }
}
