using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading.Tasks;

namespace UdpChat.Host.Tests;

public class ChatCommandTests
{
    [Fact]
    public async Task Two_chats_talk_through_a_relay_in_both_directions()
    {
        (ToolProcess relay, int port) = await ToolProcess.StartRelayAsync();
        using ToolProcess owned = relay;
        using ToolProcess annie = await ToolProcess.StartChatAsync("Annie", port);
        using ToolProcess bob = await ToolProcess.StartChatAsync("Bob", port);

        await annie.WriteAsync("Bob: hello Bob\n");
        Assert.Equal("Annie: hello Bob", await bob.ReadLineAsync());
        await bob.WriteAsync("/to Annie\nhello Annie, ça va?\n");
        Assert.Equal("Bob: hello Annie, ça va?", await annie.ReadLineAsync());
        await annie.WriteAsync("the recipient stays\n");
        Assert.Equal("Annie: the recipient stays", await bob.ReadLineAsync());

        Assert.Equal(new ToolResult(0, "", ""), await annie.EndAsync());
        Assert.Equal(new ToolResult(0, "", ""), await bob.EndAsync());
    }

    [Fact]
    public async Task A_chat_and_a_peer_at_netcat_talk_in_both_directions()
    {
        (ToolProcess relay, int port) = await ToolProcess.StartRelayAsync();
        using ToolProcess owned = relay;
        using Peer carol = await Peer.RegisterAsync("Carol", port);
        using ToolProcess bob = await ToolProcess.StartChatAsync("Bob", port);

        await carol.SendAsync("SENDTO:Bob: hi \e[2J\n");
        Assert.Equal(@"Carol: hi \x1B[2J", await bob.ReadLineAsync());
        await bob.WriteAsync("Carol: hello\n");
        Assert.Equal("FROM:Bob: hello\n", await carol.ReceiveAsync());
    }

    [Fact]
    public async Task One_line_of_input_is_sent_and_then_the_chat_ends_with_status_0()
    {
        (ToolProcess relay, int port) = await ToolProcess.StartRelayAsync();
        using ToolProcess owned = relay;
        using Peer annie = await Peer.RegisterAsync("Annie", port);

        ToolResult result = await ToolProcess.RunAsync("Annie: hi", "chat", "--name", "Bob", "--server", $"127.0.0.1:{port}");

        Assert.Equal(new ToolResult(0, "", ""), result);
        Assert.Equal("FROM:Bob: hi\n", await annie.ReceiveAsync());
    }

    [Fact]
    public async Task A_notice_about_what_was_sent_makes_the_status_1()
    {
        (ToolProcess relay, int port) = await ToolProcess.StartRelayAsync("--client-timeout", "1");
        using ToolProcess owned = relay;

        ToolResult result = await ToolProcess.RunAsync("Annie: hi\n", "chat", "--name", "Bob", "--server", $"127.0.0.1:{port}");

        Assert.Equal(new ToolResult(1, "", "* There is no user Annie here, your message was not sent.\n"), result);
    }

    [Theory]
    [InlineData("hi", "nobody is the recipient yet")]
    [InlineData("/to", "To whom?")]
    [InlineData("/foo", "no command /foo")]
    public async Task A_line_that_can_not_be_sent_makes_the_status_1(string line, string expected)
    {
        (ToolProcess relay, int port) = await ToolProcess.StartRelayAsync();
        using ToolProcess owned = relay;

        ToolResult result = await ToolProcess.RunAsync(line, "chat", "--name", "Bob", "--server", $"127.0.0.1:{port}");

        Assert.Equal("", result.Output);
        Assert.Contains(expected, result.Error, StringComparison.Ordinal);
        Assert.Equal(1, result.Status);
    }

    [Fact]
    public async Task Nothing_is_sent_after_a_line_that_quits()
    {
        (ToolProcess relay, int port) = await ToolProcess.StartRelayAsync();
        using ToolProcess owned = relay;
        using ToolProcess bob = await ToolProcess.StartChatAsync("Bob", port);

        await bob.WriteAsync("/quit\nBob: too late\n");

        Assert.Equal(new ToolResult(0, "", ""), await bob.WaitAsync());
    }

    [Fact]
    public async Task A_name_that_is_taken_is_told_on_one_line_with_status_1()
    {
        (ToolProcess relay, int port) = await ToolProcess.StartRelayAsync();
        using ToolProcess owned = relay;
        using Peer bob = await Peer.RegisterAsync("Bob", port);

        ToolResult result = await ToolProcess.RunAsync("", "chat", "--name", "bob", "--server", $"127.0.0.1:{port}");

        result.AssertFailure(1, "It said: This name is taken, please choose another.");
    }

    [Fact]
    public async Task A_host_that_is_not_there_is_told_on_one_line_with_status_1() =>
        (await ToolProcess.RunAsync("", "chat", "--name", "Bob", "--server", "nowhere.invalid")).AssertFailure(1, "There is no host nowhere.invalid");

    [Fact]
    public async Task A_port_where_nobody_listens_is_told_on_one_line_with_status_1()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "There a closed port is told by silence only.");
        using var other = new Peer();
        using Peer deaf = Peer.ConnectedTo(other.Port);
        ToolResult result = await ToolProcess.RunAsync("", "chat", "--name", "Bob", "--server", $"127.0.0.1:{deaf.Port}", "--timeout", "60");
        result.AssertFailure(1, "nothing listens there");
    }

    [Theory]
    [InlineData(ToolProcess.SIGINT)]
    [InlineData(ToolProcess.SIGTERM)]
    public async Task A_signal_makes_the_chat_leave_with_UNREGISTER_and_status_0(int signal)
    {
        using var relay = new Peer();
        using ToolProcess bob = ToolProcess.Start("chat", "--name", "Bob", "--server", $"127.0.0.1:{relay.Port}");
        await bob.WriteAsync("Bob: ready\n");
        await relay.RelayUntilAsync("Bob", "SENDTO:Bob: ready");

        bob.Signal(signal);

        await relay.RelayUntilAsync("Bob", "UNREGISTER: Bob");
        Assert.Equal(0, (await bob.WaitAsync()).Status);
    }

    [Fact]
    public async Task A_signal_ends_a_chat_that_is_still_connecting()
    {
        using var silent = new Peer();
        using ToolProcess bob = ToolProcess.Start("chat", "--name", "Bob", "--server", $"127.0.0.1:{silent.Port}", "--timeout", "3600");
        Assert.EndsWith(" REGISTER: Bob", await silent.ReceiveAsync(), StringComparison.Ordinal);

        bob.Signal(ToolProcess.SIGINT);

        Assert.Equal(new ToolResult(0, "", ""), await bob.WaitAsync());
    }

    [Fact]
    public async Task Lines_of_a_program_are_sent_32_at_a_time_and_the_relay_is_waited_for_in_between()
    {
        using var relay = new Peer();
        using ToolProcess bob = ToolProcess.Start("chat", "--name", "Bob", "--server", $"127.0.0.1:{relay.Port}");
        await bob.WriteAsync("Annie: 1\n");
        await relay.RelayUntilAsync("Bob", "SENDTO:Annie: 1");

        await bob.WriteAsync(string.Concat(Enumerable.Range(2, 32).Select(i => $"{i}\n")));

        List<string> received = await relay.RelayUntilAsync("Bob", "SENDTO:Annie: 33");
        Assert.Equal(30, received.FindLastIndex(d => d.StartsWith("SENDTO:Annie: 32", StringComparison.Ordinal)));
        Assert.StartsWith("SENDTO:Bob: UdpChat echo ", received[31], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_chat_whose_output_nobody_reads_any_more_leaves_with_status_1()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "There the end of a reader is not noticed.");
        using var relay = new Peer();
        using ToolProcess bob = ToolProcess.Start("chat", "--name", "Bob", "--server", $"127.0.0.1:{relay.Port}");
        bob.CloseOutput();
        await bob.WriteAsync("Bob: to nobody\n");

        await relay.RelayUntilAsync("Bob", "UNREGISTER: Bob");
        Assert.Contains("write the output", await bob.ReadErrorLineAsync(), StringComparison.Ordinal);
        Assert.Null(await bob.ReadErrorLineAsync());
        Assert.Equal(1, await bob.WaitForStatusAsync());
    }
}
