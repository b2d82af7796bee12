using System;
using System.Linq;
using System.Management.Automation;
using System.Threading.Tasks;
using UdpChat.ModuleTests.Hosting;

namespace UdpChat.ModuleTests;

public class ConnectChatServerTests : ModuleTest
{
    [Fact]
    public void Connect_gives_a_connection_with_its_server_state_and_figures()
    {
        PSObject connection = Assert.Single(Shell.Run($"Connect-ChatServer -Name Bob -Server {Server}"));

        Assert.Equal("UdpChat.ChatConnection", connection.TypeNames[0]);
        Assert.Equal("Bob", connection.Properties["Name"].Value);
        Assert.Equal(Server, connection.Properties["Server"].Value);
        Assert.Equal("Connected", connection.Properties["State"].Value.ToString());
        Assert.Equal(Server, connection.Properties["RemoteEndPoint"].Value);
        Assert.Equal(TimeSpan.FromSeconds(30), connection.Properties["HeartbeatInterval"].Value);
        Assert.Equal("0 0 0 0 0", Shell.Get<string>("Get-ChatConnection | ForEach-Object { \"$($_.Waiting) $($_.Queued) $($_.Sent) $($_.Received) $($_.Dropped)\" }"));
        Assert.Equal(1, Shell.Get<int>("(Get-ChatRelay).Clients"));
    }

    [Fact]
    public void The_port_may_stand_apart_and_ComputerName_is_another_word_for_Server()
    {
        Shell.Run($"Connect-ChatServer -Name Bob -ComputerName 127.0.0.1 -Port {Port}");

        Assert.Equal(Server, Shell.Get<string>("(Get-ChatConnection).Server"));
    }

    [Fact]
    public void Name_and_server_bind_by_position_and_from_rows()
    {
        Shell.Run($"$null = Connect-ChatServer Bob {Server}; [pscustomobject]@{{ Name = 'Annie'; Server = '127.0.0.1'; Port = {Port} }} | Connect-ChatServer");

        Assert.Equal(["Bob", "Annie"], Shell.Run("(Get-ChatConnection).Name").Select(n => n.ToString()));
    }

    [Fact]
    public void A_port_in_both_places_is_an_error()
    {
        ErrorRecord error = Shell.Fails("Connect-ChatServer Bob 127.0.0.1:9000 -Port 9000", "InvalidServer");

        Assert.Contains("twice", error.Exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("'no host'")]
    [InlineData("127.0.0.1:0")]
    [InlineData("127.0.0.1:65536")]
    [InlineData("[::1")]
    public void An_address_that_is_none_is_an_error_that_says_how_to_write_one(string server)
    {
        ErrorRecord error = Shell.Fails($"Connect-ChatServer Bob {server}", "InvalidServer");

        Assert.Contains(":9000", error.Exception.Message, StringComparison.Ordinal);
        Assert.Equal(ErrorCategory.InvalidArgument, error.CategoryInfo.Category);
    }

    [Theory]
    [InlineData("'Bob Miller'")]
    [InlineData("'a:b'")]
    [InlineData("('x' * 65)")]
    public void A_name_that_is_none_is_an_error_before_anything_is_sent(string name)
    {
        Shell.Fails($"Connect-ChatServer {name} {Server}", "InvalidName");
        Assert.Equal(0, Shell.Get<long>("(Get-ChatRelay).GetStatistics().Received"));
    }

    [Theory]
    [InlineData("-Timeout 0.5", "-Timeout: ")]
    [InlineData("-HeartbeatInterval 3601", "-HeartbeatInterval: ")]
    public void A_time_out_of_range_is_an_error_that_names_the_parameter(string argument, string beginning)
    {
        Assert.StartsWith(beginning, Shell.Fails($"Connect-ChatServer Bob {Server} {argument}", "OutOfRange").Exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_name_that_another_has_is_refused_in_the_words_of_the_relay()
    {
        using var bob = new PlainPeer(Port);
        await bob.RegisterAsync("Bob");

        ErrorRecord error = Shell.Fails($"Connect-ChatServer Bob {Server}", "NameRefused");
        Assert.Contains("It said: This name is taken, please choose another.", error.Exception.Message, StringComparison.Ordinal);
        Assert.Equal(ErrorCategory.ResourceExists, error.CategoryInfo.Category);
        Assert.Empty(Shell.Run("Get-ChatConnection"));
    }

    [Fact]
    public void A_name_that_is_reserved_for_another_token_is_refused_with_until_when_and_what_to_do()
    {
        Connect("Bob");

        // Under another name of the relay there is another token.
        string message = Shell.Fails($"Connect-ChatServer bob localhost:{Port}", "NameRefused").Exception.Message;
        Assert.Contains($"reserved until {DateTime.UtcNow.AddDays(7):yyyy-MM-dd}", message, StringComparison.Ordinal);
        Assert.Contains("Choose another, or connect with the token", message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_newer_client_with_the_same_token_replaces_the_older_which_ends_with_a_warning()
    {
        using var other = new Session();
        Shell.Run($"$old = Connect-ChatServer Bob {Server}; Send-ChatMessage Bob hi");
        other.Set("token", Shell.Get<PSObject>("$old.GetToken()"));
        using Invocation receiving = Shell.Start("Receive-ChatMessage -Wait");
        await receiving.WaitUntilAsync(() => receiving.Output.Count == 1);
        other.Run($"$new = Connect-ChatServer Bob localhost:{Port} -Token $token");
        await receiving.EndAsync();

        Assert.Contains("Another client has registered Bob with the same token", Assert.Single(receiving.Warnings), StringComparison.Ordinal);
        Assert.Equal(PSInvocationState.Completed, receiving.State);
        Assert.Equal("Connected", other.Get<string>("$new.State"));
        Assert.Contains("another client has registered Bob", Shell.Fails("Send-ChatMessage Bob hi -Connection $old", "ConnectionClosed").Exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task When_another_client_ends_the_default_a_script_does_not_go_on_under_an_older_name()
    {
        using var other = new Session();
        Connect("Annie");
        Shell.Run($"$bob = Connect-ChatServer Bob {Server}; Send-ChatMessage Bob hi");
        other.Set("token", Shell.Get<PSObject>("$bob.GetToken()"));
        using Invocation receiving = Shell.Start("Receive-ChatMessage -Wait");
        await receiving.WaitUntilAsync(() => receiving.Output.Count == 1);
        other.Run($"$null = Connect-ChatServer Bob localhost:{Port} -Token $token");
        await receiving.EndAsync();

        Assert.Contains("has ended, because another client has registered Bob", Shell.Fails("Send-ChatMessage Annie hi", "ConnectionClosed").Exception.Message, StringComparison.Ordinal);
        Shell.Fails("Receive-ChatMessage", "ConnectionClosed");
        Assert.Equal("Annie", Shell.Get<string>("(Send-ChatMessage Annie hi -Connection Annie -PassThru).From"));
        Shell.Run("$bob | Disconnect-ChatServer");
        Assert.Equal("Annie", Shell.Get<string>("(Send-ChatMessage Annie hi -PassThru).From"));
    }

    [Fact]
    public async Task A_relay_that_does_not_answer_is_an_error_once_the_timeout_has_passed()
    {
        using var clock = new ManualClock();
        using var relay = new PlainPeer();
        using Invocation connecting = Shell.Start($"try {{ Connect-ChatServer Bob 127.0.0.1:{relay.Port} -Timeout 7 }} catch {{ throw }}");
        await relay.ReceiveAsync("@t=");
        await clock.TimerSetAsync(TimeSpan.FromSeconds(0.5)); // for the next try

        clock.Advance(TimeSpan.FromSeconds(6.9));
        Assert.Equal(PSInvocationState.Running, connecting.State);
        clock.Advance(TimeSpan.FromSeconds(0.2));
        await connecting.EndAsync();
        Assert.StartsWith("ConnectTimeout,", connecting.Failure!.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Equal(ErrorCategory.OperationTimeout, connecting.Failure.CategoryInfo.Category);
        Assert.Contains("within 7 s", connecting.Failure.Exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_port_where_nothing_listens_is_an_error()
    {
        int port;
        using (var gone = new PlainPeer())
            port = gone.Port;

        ErrorRecord error = Shell.Fails($"Connect-ChatServer Bob 127.0.0.1:{port} -Timeout 60", "ServerUnreachable");
        Assert.Equal($"127.0.0.1:{port}", error.TargetObject.ToString());
        Assert.Equal(ErrorCategory.ConnectionError, error.CategoryInfo.Category);
    }

    [Fact]
    public async Task It_connects_to_a_relay_that_never_answers_REGISTER()
    {
        using var relay = new PlainPeer();
        using Invocation connecting = Shell.Start($"Connect-ChatServer Bob 127.0.0.1:{relay.Port} -Timeout 60");
        await relay.AcceptAsync("Bob", connecting);

        Assert.Single(connecting.Output);
        Assert.Empty(connecting.Errors);
    }

    [Fact]
    public async Task It_comes_back_by_itself_to_a_relay_that_forgets_everyone_and_warns_once()
    {
        using var relay = new PlainPeer();
        using Invocation connecting = Shell.Start($"$null = Connect-ChatServer Bob 127.0.0.1:{relay.Port} -Timeout 60; Receive-ChatMessage -Wait");
        await relay.AnswerEchoAsync("Bob");
        relay.Send("FROM:Annie: before");
        await connecting.WaitUntilAsync(() => connecting.Output.Count == 1);
        relay.ForgetReceived();
        relay.Send("INFO: You are not registered, please register again.");
        await relay.ReceiveAsync("REGISTER: Bob");
        await relay.AnswerEchoAsync("Bob");
        relay.Send("FROM:Annie: after");
        await connecting.WaitUntilAsync(() => connecting.Output.Count == 2);

        Assert.Contains("doesn't know Bob any more", Assert.Single(connecting.Warnings), StringComparison.Ordinal);
        Assert.Equal("after", connecting.Output[1].Properties["Text"].Value);
        await connecting.StopAsync();
    }

    [Fact]
    public void Connecting_again_gives_the_open_connection_and_makes_it_the_default()
    {
        Shell.Run($"$bob = Connect-ChatServer Bob {Server}; $annie = Connect-ChatServer Annie {Server}; $again = Connect-ChatServer bob {Server}");

        Assert.True(Shell.Get<bool>("[object]::ReferenceEquals($bob, $again)"));
        Assert.Equal("Bob", Shell.Get<string>("(Send-ChatMessage Annie hi -PassThru).From"));
        Assert.Equal(2, Shell.Get<int>("(Get-ChatRelay).Clients"));
    }

    [Fact]
    public void Force_replaces_the_open_connection()
    {
        Shell.Run($"$bob = Connect-ChatServer Bob {Server}; $again = Connect-ChatServer Bob {Server} -Force");

        Assert.False(Shell.Get<bool>("[object]::ReferenceEquals($bob, $again)"));
        Assert.Equal("Disconnected Connected", Shell.Get<string>("\"$($bob.State) $($again.State)\""));
        Assert.Single(Shell.Run("Get-ChatConnection"));
    }

    [Fact]
    public void The_welcome_is_part_of_the_story_and_no_warning()
    {
        using Invocation connecting = Shell.Invoke($"Connect-ChatServer Bob {Server} -Verbose; Receive-ChatMessage");

        Assert.Empty(connecting.Warnings);
        Assert.Contains(connecting.Verbose, v => v.StartsWith($"Connecting Bob at {Server}", StringComparison.Ordinal));
        Assert.Contains(connecting.Verbose, v => v.Contains("Welcome Bob", StringComparison.Ordinal));
        Assert.Contains(connecting.Verbose, v => v.Contains("Bob is registered", StringComparison.Ordinal));
        Assert.Contains(connecting.Verbose, v => v.Contains("a heartbeat goes out", StringComparison.Ordinal));
    }
}
