using System;
using System.CommandLine;
using System.Net;
using System.Threading.Tasks;
using UdpChat.Host.Commands;

namespace UdpChat.Host.Tests;

public class RelayCommandTests
{
    [Theory]
    [InlineData(ToolProcess.SIGINT)]
    [InlineData(ToolProcess.SIGTERM)]
    public async Task A_signal_ends_the_relay_with_status_0_and_its_figures(int signal)
    {
        (ToolProcess relay, int port) = await ToolProcess.StartRelayAsync();
        using ToolProcess owned = relay;
        using Peer carol = await Peer.RegisterAsync("Carol", port);

        relay.Signal(signal);

        ToolResult result = await relay.WaitAsync();
        Assert.Equal("", result.Output);
        Assert.Contains("received 1 datagram (registered 1); forwarded 0 messages; sent 1 notice ", result.Error, StringComparison.Ordinal);
        Assert.Equal(0, result.Status);
    }

    [Fact]
    public async Task SIGINT_ends_a_relay_that_a_script_started_beside_itself()
    {
        using ToolProcess relay = ToolProcess.StartWithInterruptIgnored("relay", "--address", "127.0.0.1", "--port", "0");
        await relay.ReadLineAsync();

        relay.Signal(ToolProcess.SIGINT);

        Assert.Equal(0, (await relay.WaitAsync()).Status);
    }

    [Fact]
    public async Task A_port_in_use_is_told_on_one_line_with_status_1()
    {
        using var holder = new Peer();
        ToolResult result = await ToolProcess.RunAsync("", "relay", "--address", "127.0.0.1", "--port", $"{holder.Port}");
        result.AssertFailure(1, $"127.0.0.1:{holder.Port} is in use");
    }

    [Fact]
    public async Task An_address_of_another_machine_is_told_on_one_line_with_status_1()
    {
        ToolResult result = await ToolProcess.RunAsync("", "relay", "--address", "192.0.2.1", "--port", "0");
        result.AssertFailure(1, "192.0.2.1 is not an address of this machine");
    }

    [Fact]
    public void Without_options_the_relay_is_as_Core_has_it() => Assert.Equal(new ChatRelayOptions(), Read());

    [Fact]
    public void Each_option_sets_what_it_names()
    {
        ChatRelayOptions options = Read(
            "--address", "::1", "--port", "0", "--client-timeout", "1.5", "--max-clients", "2", "--max-clients-per-prefix", "3",
            "--max-name-bytes", "4", "--max-message-bytes", "5", "--rate-limit", "6", "--total-rate-limit", "7", "--receive-buffer", "65536");
        Assert.Equal(
            new ChatRelayOptions
            {
                Address = IPAddress.IPv6Loopback,
                Port = 0,
                ClientTimeout = TimeSpan.FromSeconds(1.5),
                MaxClients = 2,
                MaxClientsPerPrefix = 3,
                MaxNameBytes = 4,
                MaxMessageBytes = 5,
                NoticesPerSecondPerPrefix = 6,
                NoticesPerSecond = 7,
                ReceiveBufferBytes = 65536,
            },
            options);
    }

    [Fact]
    public void Rate_limit_0_lifts_every_limit_on_rates() =>
        Assert.Equal(new ChatRelayOptions { NoticesPerSecondPerPrefix = 0, NoticesPerSecond = 0, MaxClientsPerPrefix = 0, MaxReservedNamesPerPrefix = 0 }, Read("--rate-limit", "0"));

    [Fact]
    public void Rate_limit_0_leaves_the_limits_that_are_given() =>
        Assert.Equal(
            new ChatRelayOptions { NoticesPerSecondPerPrefix = 0, NoticesPerSecond = 5, MaxClientsPerPrefix = 7, MaxReservedNamesPerPrefix = 0 },
            Read("--rate-limit", "0", "--total-rate-limit", "5", "--max-clients-per-prefix", "7"));

    private static ChatRelayOptions Read(params string[] arguments)
    {
        var command = new RelayCommand();
        ParseResult result = command.Parse(arguments);
        Assert.Empty(result.Errors);
        return command.ReadOptions(result);
    }
}
