using System;
using System.Linq;
using System.Management.Automation;
using System.Threading.Tasks;
using UdpChat.ModuleTests.Hosting;

namespace UdpChat.ModuleTests;

public class ChatRelayTests : ModuleTest
{
    [Fact]
    public void Start_gives_a_relay_that_listens_on_the_port_that_it_got()
    {
        PSObject relay = Assert.Single(Shell.Run("Start-ChatRelay -Port 0 -Address 127.0.0.1"));

        Assert.True((bool)relay.Properties["IsRunning"].Value);
        Assert.InRange((int)relay.Properties["Port"].Value, 1, 65535);
        Assert.Equal($"127.0.0.1:{relay.Properties["Port"].Value}", relay.Properties["LocalEndPoint"].Value.ToString());
    }

    [Fact]
    public async Task Its_figures_are_live()
    {
        Shell.Run("$relay = Start-ChatRelay -Port 0 -Address 127.0.0.1");
        using var bob = new PlainPeer(Shell.Get<int>("$relay.Port"));
        await bob.RegisterAsync("Bob");
        bob.Send("SENDTO:Bob: hi");
        Assert.Equal("FROM:Bob: hi", await bob.ReceiveAsync());

        Assert.Equal(1, Shell.Get<int>("$relay.Clients"));
        Assert.Equal(1, Shell.Get<int>("$relay.Forwarded"));
        Assert.True(Shell.Get<bool>("$relay.Uptime -gt 0"));
    }

    [Fact]
    public async Task Its_limits_are_parameters()
    {
        int port = Shell.Get<int>("(Start-ChatRelay -Port 0 -Address 127.0.0.1 -ClientTimeout 600 -MaxClients 2 -MaxClientsPerPrefix 1 -MaxNameBytes 5 -MaxMessageBytes 3 -NoticesPerSecond 1000 -NoticesPerSecondPerPrefix 1000).Port");
        using var bob = new PlainPeer(port);
        bob.Send("REGISTER: Bobbie");
        Assert.Contains("at most 5 bytes", await bob.ReceiveAsync(), StringComparison.Ordinal);
        await bob.RegisterAsync("Bob");
        bob.Send("SENDTO:Bob: four");
        Assert.Contains("too large", await bob.ReceiveAsync(), StringComparison.Ordinal);
        using var annie = new PlainPeer(port);
        annie.Send("REGISTER: Annie");
        Assert.Contains("Too many clients", await annie.ReceiveAsync(), StringComparison.Ordinal);

        Assert.Equal(TimeSpan.FromMinutes(10), Shell.Get<TimeSpan>("(Get-ChatRelay).Options.ClientTimeout"));
        Assert.Equal("2 1000 1000", Shell.Get<string>("(Get-ChatRelay).Options | ForEach-Object { \"$($_.MaxClients) $($_.NoticesPerSecond) $($_.NoticesPerSecondPerPrefix)\" }"));
    }

    [Theory]
    [InlineData("-ClientTimeout 0.5", "ClientTimeout")]
    [InlineData("-MaxClients 0", "MaxClients")]
    [InlineData("-MaxClientsPerPrefix -1", "MaxClientsPerPrefix")]
    [InlineData("-MaxNameBytes 65", "MaxNameBytes")]
    [InlineData("-MaxMessageBytes 65537", "MaxMessageBytes")]
    [InlineData("-NoticesPerSecond -1", "NoticesPerSecond")]
    [InlineData("-NoticesPerSecondPerPrefix 1000001", "NoticesPerSecondPerPrefix")]
    public void A_limit_out_of_range_is_an_error_that_names_the_parameter_and_the_range(string argument, string parameter)
    {
        ErrorRecord error = Shell.Fails($"Start-ChatRelay -Port 0 {argument}", "OutOfRange");

        Assert.StartsWith($"-{parameter}: ", error.Exception.Message, StringComparison.Ordinal);
        Assert.Contains(" from ", error.Exception.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("\n", error.Exception.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("Parameter '", error.Exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_port_that_is_none_is_refused()
    {
        Shell.Fails("Start-ChatRelay -Port 65536", "ParameterArgumentValidationError");
    }

    [Fact]
    public void Starting_on_the_port_of_a_relay_of_this_process_names_it_and_how_to_stop_it()
    {
        ErrorRecord error = Shell.Fails($"Start-ChatRelay -Port {Port} -Address 127.0.0.1", "RelayAlreadyRunning");

        Assert.Contains($"Stop-ChatRelay -Port {Port}", error.Exception.Message, StringComparison.Ordinal);
        Assert.Equal(ErrorCategory.ResourceExists, error.CategoryInfo.Category);
    }

    [Fact]
    public void Starting_on_a_port_that_something_else_uses_is_an_error()
    {
        using var other = new PlainPeer();

        ErrorRecord error = Shell.Fails($"Start-ChatRelay -Port {other.Port} -Address 127.0.0.1", "RelayStartFailed");
        Assert.Contains("is in use", error.Exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Starting_on_an_address_of_another_machine_is_an_error()
    {
        Shell.Fails("Start-ChatRelay -Port 0 -Address 192.0.2.1", "RelayStartFailed");
    }

    [Fact]
    public void Get_lists_the_relays_that_run_oldest_first_and_finds_them_by_port()
    {
        Shell.Run("$a = Start-ChatRelay 0 -Address 127.0.0.1; $b = Start-ChatRelay 0 -Address 127.0.0.1");

        Assert.Equal(Shell.Run("$a.Port; $b.Port"), Shell.Run("(Get-ChatRelay).Port"));
        Assert.Equal(Shell.Run("$b.Port"), Shell.Run("(Get-ChatRelay $b.Port).Port"));
        Assert.Equal(Shell.Run("$a.Port"), Shell.Run("($a | Get-ChatRelay).Port"));
        Assert.Empty(Shell.Run("$a, $b | Stop-ChatRelay; Get-ChatRelay"));
    }

    [Fact]
    public void A_port_without_a_relay_is_an_error_that_does_not_end_the_command()
    {
        Shell.Complains("Get-ChatRelay 1", "RelayNotFound");
        Shell.Complains("Stop-ChatRelay 1", "RelayNotFound");
        Assert.Equal(Port, Shell.Get<int>($"(Get-ChatRelay 1, {Port} -ErrorAction Ignore).Port"));
    }

    [Fact]
    public void Stop_stops_by_pipeline_by_port_or_the_only_one()
    {
        Shell.Run("$a = Start-ChatRelay 0 -Address 127.0.0.1; $b = Start-ChatRelay 0 -Address 127.0.0.1; $c = Start-ChatRelay 0 -Address 127.0.0.1");

        Shell.Run("Get-ChatRelay $a.Port | Stop-ChatRelay");
        Assert.False(Shell.Get<bool>("$a.IsRunning"));
        Shell.Run("Stop-ChatRelay -Port $b.Port");
        Assert.False(Shell.Get<bool>("$b.IsRunning"));
        Assert.False(Shell.Get<bool>("(Stop-ChatRelay -PassThru).IsRunning"));
        Assert.False(Shell.Get<bool>("$c.IsRunning"));
        Shell.Fails("Stop-ChatRelay", "NoRelay");
    }

    [Fact]
    public void Stop_without_saying_which_of_several_is_an_error_that_names_them()
    {
        Shell.Run("$a = Start-ChatRelay 0 -Address 127.0.0.1; $b = Start-ChatRelay 0 -Address 127.0.0.1");

        ErrorRecord error = Shell.Fails("Stop-ChatRelay", "AmbiguousRelay");
        Assert.Contains(Shell.Get<string>("\"$($a.Port), $($b.Port)\""), error.Exception.Message, StringComparison.Ordinal);
        Assert.Equal(2, Shell.Run("Get-ChatRelay").Count);
    }

    [Fact]
    public void Stop_WhatIf_stops_nothing()
    {
        Shell.Run($"Stop-ChatRelay {Port} -WhatIf");

        Assert.True(Shell.Get<bool>("(Get-ChatRelay).IsRunning"));
    }

    [Fact]
    public void Reading_every_property_of_a_relay_waits_for_nothing()
    {
        Assert.Contains("LocalEndPoint", Shell.Get<string>($"[System.Management.Automation.PSSerializer]::Serialize((Get-ChatRelay {Port}), 4)"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_relay_can_be_told_the_story_of_its_start()
    {
        using Invocation started = Shell.Invoke("Start-ChatRelay 0 -Address 127.0.0.1 -Verbose");

        Assert.Contains($"{started.Output.Single().Properties["LocalEndPoint"].Value}", Assert.Single(started.Verbose), StringComparison.Ordinal);
    }
}
