using System;
using System.IO;
using System.Management.Automation;
using System.Threading.Tasks;
using UdpChat.ModuleTests.Hosting;

namespace UdpChat.ModuleTests;

/// <summary>Names that are reserved by tokens, and what a relay keeps for them.</summary>
public sealed class ReservedNameTests : ModuleTest
{
    private readonly string _folder = Directory.CreateTempSubdirectory("UdpChat").FullName;

    public override void Dispose()
    {
        base.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task A_token_carries_the_name_to_another_data_folder()
    {
        Shell.Run($"$bob = Connect-ChatServer Bob {Server}; $token = $bob.GetToken(); Disconnect-ChatServer");
        string token = Shell.Get<string>("[System.Net.NetworkCredential]::new('', $token).Password");
        string connect = $"Import-Module '{ModuleUnderTest.Manifest}'; try {{ $null = Connect-ChatServer Bob {Server} -Verbose -Debug }} catch {{ \"$_\" }}";
        // Every process of the tests has a data folder of its own.
        string output = await ChildProcess.RunAsync($"{connect}; (Connect-ChatServer Bob {Server} -Token ([System.Net.NetworkCredential]::new('', '{token}').SecurePassword) -Verbose -Debug *>&1) -join \"`n\"; (Connect-ChatServer Bob {Server}).State");

        Assert.Contains("is reserved until", output, StringComparison.Ordinal);
        Assert.Contains("Connected", output, StringComparison.Ordinal);
        Assert.Contains("@t=(hidden)", output, StringComparison.Ordinal);
        Assert.DoesNotContain(token, output, StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [InlineData("'0123456789abcdef0123456789abcdef'", "ParameterArgumentTransformationError")]
    [InlineData("([System.Net.NetworkCredential]::new('', '0123456789abcdef0123456789abcdeg').SecurePassword)", "TokenFailed")]
    public void What_is_no_token_is_an_error_that_does_not_repeat_it(string token, string id)
    {
        ErrorRecord error = Shell.Fails($"Connect-ChatServer Bob {Server} -Token {token}", id);

        Assert.DoesNotContain("0123456789", $"{error} {error.Exception} {error.ErrorDetails} {error.CategoryInfo}", StringComparison.Ordinal);
    }

    [Fact]
    public void Forget_frees_the_name_and_WhatIf_does_not()
    {
        Connect("Bob");
        Shell.Run("Disconnect-ChatServer -Forget -WhatIf");
        Assert.Single(Shell.Run("Get-ChatConnection"));
        Shell.Run("Disconnect-ChatServer");
        Shell.Fails($"Connect-ChatServer Bob localhost:{Port}", "NameRefused");

        Shell.Run($"$null = Connect-ChatServer Bob {Server}; Disconnect-ChatServer -Forget");
        Shell.Run($"$null = Connect-ChatServer Bob localhost:{Port}");
    }

    [Fact]
    public void A_name_that_could_not_be_given_up_keeps_its_token()
    {
        Shell.Run($"$bob = Connect-ChatServer Bob {Server}; Stop-ChatRelay {Port}");
        using Invocation leaving = Shell.Invoke("Disconnect-ChatServer -Forget");

        Assert.Contains("Bob is still reserved", Assert.Single(leaving.Warnings), StringComparison.Ordinal);
        Assert.NotEmpty(Shell.Run("$bob.GetToken()"));
    }

    [Theory]
    [InlineData("Disconnect-ChatServer -Timeout 0")]
    [InlineData("Disconnect-ChatServer -Timeout 0.01")]
    public void Disconnect_warns_of_the_messages_that_a_relay_that_is_gone_does_not_hold(string script)
    {
        Shell.Run($"$bob = Connect-ChatServer Bob {Server}; Stop-ChatRelay {Port}; $sent = 1..3 | & {{ process {{ $_ }} }} | Send-ChatMessage Bob -PassThru");
        using Invocation leaving = Shell.Invoke(script);

        Assert.Contains(leaving.Warnings, w => w.Contains("with 3 messages that the relay does not hold", StringComparison.Ordinal));
        Assert.Equal("3 Failed closed", Shell.Get<string>("\"$($bob.Lost) $($sent[0].State) $($sent[0].ErrorCode)\""));
    }

    [Fact]
    public void Disconnect_waits_until_the_relay_holds_what_was_sent()
    {
        Connect("Annie");
        Connect("Bob");
        Shell.Run("& { $script:sent = 1..500 | Send-ChatMessage Annie -PassThru; Disconnect-ChatServer Bob }");

        Assert.Equal(0, Shell.Get<int>("@($sent | Where-Object { $_.State -notin 'Accepted', 'Delivered' }).Count"));
        Assert.Equal(500, Shell.Get<int>("@(Receive-ChatMessage -Connection Annie -Count 500 -Timeout 60).Count"));
    }

    [Fact]
    public void A_store_keeps_names_and_mail_over_the_end_of_the_relay()
    {
        Shell.Run($"$null = $ExecutionContext.SessionState.Path.SetLocation('{_folder}'); $relay = Start-ChatRelay 0 -Address 127.0.0.1 -Store ./relay.db -MailboxMessages 10 -MailboxBytes 100000 -MailLifetime 3600 -NameLifetime 7200; $server = \"127.0.0.1:$($relay.Port)\"");
        Assert.True(File.Exists(Path.Combine(_folder, "relay.db")));
        Shell.Run("$null = Connect-ChatServer Annie $server; Disconnect-ChatServer; $null = Connect-ChatServer Bob $server; 'one', 'two' | Send-ChatMessage Annie -WaitFor Accepted; Disconnect-ChatServer; $relay | Stop-ChatRelay");
        Shell.Run("$again = Start-ChatRelay $relay.Port -Address 127.0.0.1 -Store ./relay.db; $null = Connect-ChatServer Annie $server");

        Assert.Equal("one two", Shell.Get<string>("\"$((Receive-ChatMessage -Count 2 -Timeout 60).Text)\""));
        Shell.Fails("Connect-ChatServer Bob \"localhost:$($relay.Port)\"", "NameRefused");
        Shell.Run("Disconnect-ChatServer Annie; Get-ChatRelay | Stop-ChatRelay");
        Assert.Equal("10 100000 3600 7200", Shell.Get<string>("$relay.Options | ForEach-Object { \"$($_.MailboxMessages) $($_.MailboxBytes) $($_.MailLifetime.TotalSeconds) $($_.NameLifetime.TotalSeconds)\" }"));
    }

    [Fact]
    public void A_store_that_can_not_be_opened_is_an_error_that_names_the_file()
    {
        string file = Path.Combine(_folder, "none.db");
        File.WriteAllText(file, "This is no database, and long enough for one to be looked at: ".PadRight(2000, '.'));
        ErrorRecord error = Shell.Fails($"Start-ChatRelay 0 -Address 127.0.0.1 -Store '{file}'", "StoreFailed");

        Assert.Contains(file, error.Exception.Message, StringComparison.Ordinal);
        Assert.Equal(ErrorCategory.ResourceUnavailable, error.CategoryInfo.Category);
        Assert.Empty(Shell.Run("Get-ChatRelay"));
    }
}
