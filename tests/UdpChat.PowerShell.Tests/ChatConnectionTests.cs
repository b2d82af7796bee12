using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading.Tasks;
using UdpChat.ModuleTests.Hosting;

namespace UdpChat.ModuleTests;

public class ChatConnectionTests : ModuleTest
{
    [Fact]
    public void Get_lists_open_connections_oldest_first()
    {
        Connect("Bob");
        Connect("Annie");

        Assert.Equal(["Bob", "Annie"], Names("Get-ChatConnection"));
    }

    [Fact]
    public void Names_are_found_whatever_their_case_and_by_wildcard()
    {
        Connect("Bob");
        Connect("Annie");

        Assert.Equal(["Bob"], Names("Get-ChatConnection bOB"));
        Assert.Equal(["Annie"], Names("Get-ChatConnection -Name a*"));
        Assert.Equal(["Annie", "Bob"], Names("'Annie', 'Bob' | Get-ChatConnection"));
        Assert.Empty(Names("Get-ChatConnection x*"));
    }

    [Fact]
    public void A_name_that_is_there_is_no_wildcard()
    {
        Connect("'a[b]'");
        Connect("ab");

        Assert.Equal(["a[b]"], Names("Get-ChatConnection 'a[b]'"));
        Assert.Equal(["ab"], Names("$null = Disconnect-ChatServer 'a[b]'; Get-ChatConnection 'a[b]'"));
        Shell.Complains("Get-ChatConnection 'a['", "ConnectionNotFound");
    }

    [Fact]
    public void A_name_that_nobody_has_is_an_error_that_does_not_end_the_command()
    {
        Connect("Bob");

        Assert.Equal("Carl", Shell.Complains("Get-ChatConnection Carl", "ConnectionNotFound").TargetObject);
        Assert.Equal(["Bob"], Names("Get-ChatConnection Carl, Bob -ErrorAction Ignore"));
        Shell.Complains("Disconnect-ChatServer Carl", "ConnectionNotFound");
    }

    [Fact]
    public async Task Disconnect_tells_the_relay_and_gives_nothing()
    {
        using var relay = new PlainPeer();
        using Invocation connecting = Shell.Start($"$bob = Connect-ChatServer Bob 127.0.0.1:{relay.Port} -Timeout 60");
        await relay.AcceptAsync("Bob", connecting);

        Assert.Empty(Shell.Run("Disconnect-ChatServer"));
        Assert.Equal("UNREGISTER: Bob", await relay.ReceiveAsync("UNREGISTER"));
        Assert.Equal("Disconnected", Shell.Get<string>("$bob.State"));
        Assert.Empty(Shell.Run("Get-ChatConnection"));
    }

    [Fact]
    public void Disconnect_takes_objects_names_and_wildcards_also_from_the_pipeline()
    {
        Array.ForEach(["Bob", "Annie", "Carl", "Dora", "Doris"], Connect);

        Shell.Run("Disconnect-ChatServer (Get-ChatConnection Bob)");
        Shell.Run("Get-ChatConnection Annie | Disconnect-ChatServer");
        Shell.Run("'Carl' | Disconnect-ChatServer");
        Assert.Equal(["Dora", "Doris"], Names("Get-ChatConnection"));
        Assert.Equal(["Dora", "Doris"], Names("Disconnect-ChatServer d* -PassThru"));
        Assert.Empty(Names("Get-ChatConnection"));
    }

    [Fact]
    public void Disconnect_WhatIf_ends_nothing()
    {
        Connect("Bob");

        Shell.Run("Disconnect-ChatServer -WhatIf");
        Assert.Equal(["Bob"], Names("Get-ChatConnection"));
    }

    [Fact]
    public void Disconnecting_what_has_ended_is_no_error()
    {
        Shell.Run($"$bob = Connect-ChatServer Bob {Server}; $bob | Disconnect-ChatServer; $bob | Disconnect-ChatServer");
    }

    [Fact]
    public async Task Disconnect_warns_of_messages_that_never_left()
    {
        using var relay = new PlainPeer();
        using Invocation connecting = Shell.Start($"$bob = Connect-ChatServer Bob 127.0.0.1:{relay.Port} -Timeout 60");
        await relay.AcceptAsync("Bob", connecting);
        relay.Send("INFO: You are not registered, please register again.");
        await relay.ReceiveAsync("@t=");
        using Invocation disconnecting = Shell.Invoke("Send-ChatMessage Annie hi 3> $null; Disconnect-ChatServer -Timeout 0");

        Assert.Empty(disconnecting.Errors);
        Assert.Contains(disconnecting.Warnings, w => w.Contains("with 1 messages that the relay does not hold", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("Send-ChatMessage Annie hi -Connection $bob")]
    [InlineData("Receive-ChatMessage -Connection $bob")]
    public void A_connection_that_has_ended_is_an_error_that_says_to_connect_again(string script)
    {
        Shell.Run($"$bob = Connect-ChatServer Bob {Server}; Disconnect-ChatServer");

        Assert.Contains("Connect-ChatServer", Shell.Fails(script, "ConnectionClosed").Exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Send-ChatMessage Annie hi")]
    [InlineData("Receive-ChatMessage")]
    [InlineData("Disconnect-ChatServer")]
    public void Without_any_connection_the_error_says_how_to_connect(string script)
    {
        Assert.Contains("Connect-ChatServer -Name Bob", Shell.Fails(script, "NoConnection").Exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Send-ChatMessage Annie hi -Connection Carl")]
    [InlineData("Receive-ChatMessage -Connection Carl")]
    public void A_connection_of_no_such_name_is_an_error(string script)
    {
        Connect("Bob");

        Shell.Fails(script, "ConnectionNotFound");
    }

    [Theory]
    [InlineData("Send-ChatMessage Annie hi -Connection 5")]
    [InlineData("Receive-ChatMessage -Connection 5")]
    [InlineData("Disconnect-ChatServer 5")]
    public void What_is_neither_a_connection_nor_a_name_is_an_error(string script)
    {
        Shell.Fails(script, "InvalidConnection");
    }

    [Fact]
    public void One_name_at_two_relays_is_ambiguous_and_the_error_names_both()
    {
        Connect("Bob");
        string other = $"127.0.0.1:{Shell.Get<int>("(Start-ChatRelay 0 -Address 127.0.0.1).Port")}";
        Shell.Run($"$other = Connect-ChatServer Bob {other}");

        string message = Shell.Fails("Send-ChatMessage Bob hi -Connection Bob", "AmbiguousConnection").Exception.Message;
        Assert.Contains($"Bob at {Server}, Bob at {other}", message, StringComparison.Ordinal);
        Shell.Run("Send-ChatMessage Bob hi -Connection $other");
    }

    [Fact]
    public async Task Its_events_tell_of_messages_failures_and_changes()
    {
        Connect("Bob");
        var received = new List<string>();
        var all = new TaskCompletionSource();
        Shell.Runspace.Events.ReceivedEvents.PSEventReceived += (_, e) =>
        {
            received.Add(e.SourceIdentifier);
            if (received.Count == 3)
                all.SetResult();
        };
        // What Register-ObjectEvent does; the bare engine lacks the command.
        Shell.Run("$bob = Get-ChatConnection; foreach ($e in 'MessageReceived', 'MessageFailed', 'StateChanged') { $null = $ExecutionContext.Events.SubscribeEvent($bob, $e, $e, $null, [scriptblock]$null, $false, $false) }");
        Shell.Run("Send-ChatMessage Bob hi -WaitFor Delivered; Send-ChatMessage Nobody hi -WaitFor Delivered -ErrorAction Ignore; Disconnect-ChatServer");
        await all.Task.WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);

        Assert.Equal("hi", Shell.Get<string>("$ExecutionContext.Events.ReceivedEvents[0].SourceEventArgs.Message.Text"));
        Assert.Contains("no user Nobody", Shell.Get<string>("$ExecutionContext.Events.ReceivedEvents[1].SourceEventArgs.Message.Error"), StringComparison.Ordinal);
        Assert.Equal("Disconnected Disconnected.", Shell.Get<string>("$ExecutionContext.Events.ReceivedEvents[2].SourceEventArgs | ForEach-Object { \"$($_.State) $($_.Reason)\" }"));
    }

    [Fact]
    public async Task An_event_tells_of_notices()
    {
        using var relay = new PlainPeer();
        using Invocation connecting = Shell.Start($"$bob = Connect-ChatServer Bob 127.0.0.1:{relay.Port} -Timeout 60");
        await relay.AcceptAsync("Bob", connecting);
        Shell.Run("$null = $ExecutionContext.Events.SubscribeEvent($bob, 'NoticeReceived', 'n', $null, [scriptblock]$null, $false, $false)");
        relay.Send("INFO: The relay closes at noon.");
        Shell.Run("while ($ExecutionContext.Events.ReceivedEvents.Count -eq 0) { }");

        Assert.Equal("The relay closes at noon.", Shell.Get<string>("$ExecutionContext.Events.ReceivedEvents[0].SourceEventArgs.Text"));
    }

    [Fact]
    public void While_somebody_listens_to_the_event_messages_do_not_go_to_the_inbox()
    {
        Connect("Bob");
        Shell.Run("$bob = Get-ChatConnection; $s = $ExecutionContext.Events.SubscribeEvent($bob, 'MessageReceived', 'm', $null, [scriptblock]$null, $false, $false); Send-ChatMessage Bob one");
        Shell.Run("$ExecutionContext.Events.UnsubscribeEvent($s); Send-ChatMessage Bob two");

        Assert.Equal("Bob>Bob: two", Receive("Bob"));
        Assert.Equal(0, Shell.Get<int>("$bob.Waiting"));
    }

    private IEnumerable<string> Names(string script) => Shell.Run(script).Select(c => (string)c.Properties["Name"].Value);
}
