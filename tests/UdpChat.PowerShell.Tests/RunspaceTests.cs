using System;
using System.Linq;
using System.Management.Automation;
using System.Threading.Tasks;
using UdpChat.ModuleTests.Hosting;

namespace UdpChat.ModuleTests;

public class RunspaceTests : ModuleTest
{
    [Fact]
    public void Each_runspace_means_the_youngest_connection_of_its_own()
    {
        using var other = new Session();
        Connect("Annie");
        Connect("Bob");
        other.Run($"$null = Connect-ChatServer Carl {Server}");

        Assert.Equal("Bob", WhoSends(Shell));
        Assert.Equal("Carl", WhoSends(other));
        Shell.Run("Disconnect-ChatServer");
        Assert.Equal("Annie", WhoSends(Shell));
    }

    [Fact]
    public void A_runspace_without_one_means_the_only_one_of_the_process()
    {
        using var other = new Session();
        Connect("Bob");

        Assert.Equal("Bob", WhoSends(other));
        Connect("Annie");
        ErrorRecord error = other.Fails("Send-ChatMessage Bob hi", "AmbiguousConnection");
        Assert.Contains($"Bob at {Server}, Annie at {Server}", error.Exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Connect-ChatServer $unset 127.0.0.1", "InvalidName")]
    [InlineData("Connect-ChatServer Bob $unset", "InvalidServer")]
    public void A_connect_without_a_value_is_a_failed_connect(string connect, string error)
    {
        Connect("Bob");
        Shell.Fails(connect, error);

        Shell.Fails("Send-ChatMessage Bob hi", "LastConnectFailed");
    }

    [Theory]
    [InlineData("Get-ChatConnection -Name $unset")]
    [InlineData("Get-ChatRelay -Port $unset")]
    [InlineData("Stop-ChatRelay -Port $unset")]
    public void A_variable_that_is_not_set_selects_nothing(string script)
    {
        Connect("Bob");
        Shell.Fails(script, "ParameterArgumentValidationError");

        Assert.Single(Shell.Run("Get-ChatConnection Bob"));
    }

    [Fact]
    public void After_a_failed_connect_a_script_does_not_go_on_under_an_older_name()
    {
        using var other = new Session();
        Connect("Bob");
        Shell.Fails("Connect-ChatServer 'no name' 127.0.0.1", "InvalidName");

        Shell.Fails("Send-ChatMessage Bob hi", "LastConnectFailed");
        Shell.Fails("Receive-ChatMessage", "LastConnectFailed");
        Assert.Equal("Bob", Shell.Get<string>("(Send-ChatMessage Bob hi -Connection Bob -PassThru).From"));
        Assert.Equal("Bob", WhoSends(other));
        Connect("Bob");
        Assert.Equal("Bob", WhoSends(Shell));
    }

    [Fact]
    public void One_connection_serves_many_runspaces_at_once()
    {
        Connect("Bob");
        Connect("Annie");
        Shell.Run("$c = Get-ChatConnection Annie; 1..4 | ForEach-Object -Parallel { Import-Module $using:Manifest; foreach ($i in 1..25) { Send-ChatMessage Bob \"$_ $i\" -Connection $using:c } } -ThrottleLimit 4");
        string[] texts = [.. Shell.Run("(Receive-ChatMessage -Connection Bob -Count 100 -Timeout 60).Text").Select(t => t.ToString())];

        Assert.Equal(100, texts.Distinct().Count());
        foreach (int sender in Enumerable.Range(1, 4))
            Assert.Equal(Enumerable.Range(1, 25).Select(i => $"{sender} {i}"), texts.Where(t => t.StartsWith($"{sender} ", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Closing_a_runspace_ends_its_waits_and_leaves_its_connections_to_others()
    {
        var closing = new Session();
        closing.Run($"$null = Connect-ChatServer Bob {Server}");
        using Invocation receiving = closing.Start("Receive-ChatMessage -Wait");
        Shell.Run("Send-ChatMessage Bob one -Connection Bob");
        await receiving.WaitUntilAsync(() => receiving.Output.Count == 1);
        await Task.Run(closing.Runspace.Close, TestContext.Current.CancellationToken).WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
        await receiving.EndAsync();

        Assert.Equal(PSInvocationState.Stopped, receiving.State);
        Shell.Run("Send-ChatMessage Bob two -Connection Bob");
        Assert.Equal("Bob>Bob: two", Receive("Bob"));
    }

    [Fact]
    public void Removing_the_module_ends_what_this_runspace_opened_and_no_more()
    {
        Connect("Bob");
        using (var other = new Session())
            other.Run($"$null = Connect-ChatServer Annie {Server}; $relay = Start-ChatRelay 0 -Address 127.0.0.1; Remove-Module UdpChat; if ($relay.IsRunning) {{ throw 'runs on' }}");

        Assert.Equal("Bob", Shell.Get<string>("(Get-ChatConnection).Name"));
        Assert.Equal(Port, Shell.Get<int>("(Get-ChatRelay).Port"));
    }

    [Fact]
    public void Removing_the_module_from_the_last_runspace_that_has_it_ends_everything()
    {
        var closed = new Session();
        closed.Run($"$null = Connect-ChatServer Annie {Server}");
        closed.Runspace.Close();
        Connect("Bob");
        Shell.Run("$all = @(Get-ChatConnection) + @(Get-ChatRelay)");
        Assert.Equal(3, Shell.Get<int>("$all.Count"));
        Shell.Run("Remove-Module UdpChat");

        Assert.Equal("Disconnected Disconnected False", Shell.Get<string>("\"$($all[0].State) $($all[1].State) $($all[2].IsRunning)\""));
    }

    [Fact]
    public async Task Removing_the_module_ends_the_waits_of_other_runspaces_on_what_it_closes()
    {
        using var other = new Session();
        Connect("Bob");
        using Invocation receiving = other.Start("Receive-ChatMessage -Wait");
        Shell.Run("Send-ChatMessage Bob one");
        await receiving.WaitUntilAsync(() => receiving.Output.Count == 1);
        Shell.Run("Remove-Module UdpChat");
        await receiving.EndAsync();

        Assert.Equal(PSInvocationState.Completed, receiving.State);
    }

    [Fact]
    public void The_module_can_be_imported_again()
    {
        Connect("Bob");
        Shell.Fails("Connect-ChatServer 'no name' 127.0.0.1", "InvalidName");
        Shell.Run("Import-Module $Manifest -Force");
        Shell.Fails("Receive-ChatMessage", "NoConnection");
        Assert.Empty(Shell.Run("Get-ChatConnection"));

        Shell.Run("$relay = Start-ChatRelay 0 -Address 127.0.0.1; $null = Connect-ChatServer Bob $relay.LocalEndPoint");
        Assert.Equal("Bob", WhoSends(Shell));
    }

    private static string WhoSends(Session session) => session.Get<string>("(Send-ChatMessage Bob hi -PassThru).From");
}
