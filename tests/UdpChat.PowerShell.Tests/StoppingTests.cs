using System;
using System.Management.Automation;
using System.Threading.Tasks;
using UdpChat.ModuleTests.Hosting;

namespace UdpChat.ModuleTests;

/// <summary>Ctrl+C, and leaving a pipeline early, wherever the module waits.</summary>
public sealed class StoppingTests : ModuleTest
{
    private readonly PlainPeer _relay = new();

    private string SilentServer => $"127.0.0.1:{_relay.Port}";

    public override void Dispose()
    {
        base.Dispose();
        _relay.Dispose();
    }

    [Fact]
    public async Task Stopping_a_connect_ends_it_and_leaves_no_connection()
    {
        using var clock = new ManualClock();
        using Invocation connecting = Shell.Start($"Connect-ChatServer Bob {SilentServer}");
        await _relay.ReceiveAsync("@t=");
        await connecting.StopAsync();

        Assert.Equal("UNREGISTER: Bob", await _relay.ReceiveAsync("UNREGISTER"));
        Assert.Empty(Shell.Run("Get-ChatConnection"));
        Shell.Fails("Receive-ChatMessage", "LastConnectFailed");
    }

    [Theory]
    [InlineData("Receive-ChatMessage -Wait")]
    [InlineData("Receive-ChatMessage -Timeout 3600")]
    [InlineData("Receive-ChatMessage -Wait -Keep")]
    [InlineData("Receive-ChatMessage -From Bob -Wait")]
    [InlineData("Receive-ChatMessage -Wait | ForEach-Object { $_ }")]
    [InlineData("Get-ChatConnection | Receive-ChatMessage -Wait")]
    [InlineData("Receive-ChatMessage -Wait | Send-ChatMessage Bob -PassThru")]
    public async Task Stopping_a_receive_ends_it(string script)
    {
        using var clock = new ManualClock();
        using var other = new Session();
        Connect("Bob");
        using Invocation receiving = Shell.Start(script);
        other.Run("Send-ChatMessage Bob hi");
        await receiving.WaitUntilAsync(() => receiving.Output.Count > 0);

        await receiving.StopAsync();
        Assert.Empty(receiving.Errors);
    }

    [Fact]
    public async Task Stopping_a_send_that_waits_for_room_ends_it_and_does_not_send_that_message()
    {
        using var clock = new ManualClock();
        await LoseRelayAsync(clock);
        using Invocation sending = Shell.Start("1..10005 | Send-ChatMessage Annie -PassThru");
        await sending.WaitUntilAsync(() => sending.Output.Count == 10_000);
        await sending.StopAsync();

        Assert.Equal(10_000, Shell.Get<int>("(Get-ChatConnection).Queued"));
        Assert.All(sending.Output, m => Assert.Equal("Queued", m.Properties["State"].Value.ToString()));
        Shell.Run("Disconnect-ChatServer -Timeout 0 3> $null");
    }

    [Fact]
    public async Task A_send_that_waits_for_room_goes_on_when_the_relay_is_back()
    {
        await LoseRelayAsync();
        using Invocation sending = Shell.Start("1..10005 | Send-ChatMessage Annie -PassThru");
        await sending.WaitUntilAsync(() => sending.Output.Count == 10_000);
        await _relay.AnswerEchoAsync("Bob");
        await sending.EndAsync();

        Assert.Equal(10_005, sending.Output.Count);
        Assert.Equal("SENDTO:Annie: 1", await _relay.ReceiveAsync("SENDTO:Annie"));
    }

    [Fact]
    public async Task Stopping_a_send_that_waits_for_notices_ends_it()
    {
        using var clock = new ManualClock();
        await ConnectSilentAsync(clock);
        using Invocation sending = Shell.Start("Send-ChatMessage Annie hi");
        await _relay.ReceiveAsync("SENDTO:Annie: hi");
        await _relay.ReceiveAsync("SENDTO:Bob: UdpChat echo");
        await sending.StopAsync();
    }

    [Fact]
    public async Task A_send_waits_for_notices_a_quarter_of_a_second_at_most()
    {
        using var clock = new ManualClock();
        await ConnectSilentAsync(clock);
        using Invocation sending = Shell.Start("Send-ChatMessage Annie hi");
        await clock.TimerSetAsync(TimeSpan.FromMilliseconds(250));
        clock.Advance(TimeSpan.FromMilliseconds(249));
        Assert.Equal(PSInvocationState.Running, sending.State);
        clock.Advance(TimeSpan.FromMilliseconds(1));
        await sending.EndAsync();

        Assert.Equal(PSInvocationState.Completed, sending.State);
        Assert.Empty(sending.Errors);
    }

    [Theory]
    [InlineData("Receive-ChatMessage -Wait")]
    [InlineData("Receive-ChatMessage -Timeout 3600")]
    [InlineData("Receive-ChatMessage -Wait -Keep")]
    [InlineData("Receive-ChatMessage -Wait | Send-ChatMessage Annie -PassThru")]
    [InlineData("'a', 'b' | Send-ChatMessage Annie -PassThru")]
    public void Leaving_the_pipeline_early_ends_it_at_once(string script)
    {
        using var clock = new ManualClock();
        Connect("Annie");
        Connect("Bob");
        Shell.Run("'one', 'two' | Send-ChatMessage Bob -Connection Annie; while ((Get-ChatConnection Bob).Waiting -lt 2) { }");

        Assert.Single(Shell.Run($"foreach ($once in 1) {{ {script} | ForEach-Object {{ $_; break }} }}"));
        Shell.Run("Disconnect-ChatServer");
    }

    [Fact]
    public void Leaving_the_pipeline_of_a_connect_keeps_the_connection()
    {
        Shell.Run($"foreach ($once in 1) {{ Connect-ChatServer Bob {Server} | ForEach-Object {{ break }} }}");

        Assert.Equal("Bob", Shell.Get<string>("(Send-ChatMessage Bob hi -PassThru).From"));
    }

    [Fact]
    public async Task A_cmdlet_that_has_ended_leaves_nothing_at_the_connection()
    {
        Connect("Bob");
        Shell.Run("Send-ChatMessage Bob hi; $null = Receive-ChatMessage -Count 1 -Timeout 60; Send-ChatMessage Bob hi; foreach ($once in 1) { Receive-ChatMessage -Wait | ForEach-Object { break } }");
        using Invocation receiving = Shell.Start("$c = Get-ChatConnection; Send-ChatMessage Bob hi; Receive-ChatMessage -Wait");
        await receiving.WaitUntilAsync(() => receiving.Output.Count == 1);
        await receiving.StopAsync();

        object connection = Shell.Get<PSObject>("$c").BaseObject;
        Assert.Null(connection.GetType().GetField("Activity", System.Reflection.BindingFlags.Instance | System.Reflection.BindingFlags.NonPublic)!.GetValue(connection));
    }

    private async Task ConnectSilentAsync(ManualClock? clock = null)
    {
        using Invocation connecting = Shell.Start($"$null = Connect-ChatServer Bob {SilentServer} -Timeout 60 -Debug");
        await (clock is null ? _relay.AcceptAsync("Bob", connecting) : _relay.AcceptAsync("Bob", connecting, clock));
        Assert.Empty(connecting.Errors);
    }

    /// <summary>Connects to a relay that then has forgotten everyone and says no more.</summary>
    private async Task LoseRelayAsync(ManualClock? clock = null)
    {
        await ConnectSilentAsync(clock);
        _relay.Send("INFO: You are not registered, please register again.");
        await _relay.ReceiveAsync("@t=");
    }
}
