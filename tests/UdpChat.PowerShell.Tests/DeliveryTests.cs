using System;
using System.Linq;
using System.Management.Automation;
using System.Threading.Tasks;
using UdpChat.ModuleTests.Hosting;

namespace UdpChat.ModuleTests;

/// <summary>What becomes of a message, and waiting for it.</summary>
public class DeliveryTests : ModuleTest
{
    public DeliveryTests() => Connect("Bob");

    [Theory]
    [InlineData("Accepted")]
    [InlineData("Delivered")]
    public void WaitFor_returns_when_the_message_has_come_so_far(string state)
    {
        Connect("Annie");

        Assert.Contains(Shell.Get<string>($"(Send-ChatMessage Annie hi -Connection Bob -PassThru -WaitFor {state} | Wait-ChatMessage -For {state} -Timeout 60).State"), new[] { state, "Delivered" });
        Assert.Equal("Bob>Annie: hi", Receive("Annie"));
    }

    [Fact]
    public void A_message_to_somebody_who_is_away_is_accepted_and_delivered_when_they_are_back()
    {
        BeAway("Annie");
        Shell.Run("$sent = Send-ChatMessage Annie hi -PassThru -WaitFor Accepted");

        Assert.Equal("Accepted", Shell.Get<string>("$sent.State"));
        Connect("Annie");
        Assert.Equal("Delivered", Shell.Get<string>("($sent | Wait-ChatMessage -Timeout 60).State"));
        Assert.Equal("Delivered", Shell.Get<string>("$sent.State"));
    }

    [Theory]
    [InlineData("Send-ChatMessage Annie hi -WaitFor Delivered -Timeout 0.01")]
    [InlineData("Send-ChatMessage Annie hi -WaitFor Delivered -Timeout 0")]
    [InlineData("Send-ChatMessage Annie hi -PassThru | Wait-ChatMessage -Timeout 0.01")]
    public void A_message_that_takes_longer_than_the_timeout_is_an_error_and_goes_on(string script)
    {
        BeAway("Annie");
        ErrorRecord error = Shell.Complains(script, "DeliveryTimedOut");

        Assert.Equal(ErrorCategory.OperationTimeout, error.CategoryInfo.Category);
        Assert.Contains("not delivered yet; it goes on", error.Exception.Message, StringComparison.Ordinal);
        Connect("Annie");
        Assert.Equal("Bob>Annie: hi", Receive("Annie"));
    }

    [Theory]
    [InlineData("Send-ChatMessage Annie hi -WaitFor Delivered")]
    [InlineData("Send-ChatMessage Annie hi -WaitFor Delivered -Timeout 3600")]
    [InlineData("$sent | Wait-ChatMessage")]
    [InlineData("Wait-ChatMessage $sent -Timeout 3600")]
    public async Task Stopping_a_wait_ends_it_and_the_message_goes_on(string script)
    {
        BeAway("Annie");
        Shell.Run("$sent = Send-ChatMessage Annie first -PassThru -WaitFor Accepted");
        using Invocation waiting = Shell.Start($"'begun'; {script}");
        await waiting.WaitUntilAsync(() => waiting.Output.Count == 1);
        await waiting.StopAsync();

        Assert.Empty(waiting.Errors);
        Connect("Annie");
        Assert.Equal("Bob>Annie: first", Receive("Annie"));
    }

    [Theory]
    [InlineData("Send-ChatMessage Nobody hi -WaitFor Delivered")]
    [InlineData("Send-ChatMessage Nobody hi -WaitFor Accepted")]
    [InlineData("& { Send-ChatMessage Nobody hi -PassThru } | Wait-ChatMessage")]
    public void A_message_to_an_unknown_user_is_an_error_of_the_command_that_waits(string script)
    {
        ErrorRecord error = Shell.Complains(script, "DeliveryFailed");

        Assert.Equal(ErrorCategory.ObjectNotFound, error.CategoryInfo.Category);
        Assert.Contains("no user Nobody", error.Exception.Message, StringComparison.Ordinal);
        Assert.Equal("Failed no-such-user False", Shell.Get<string>("$Error[0].TargetObject | ForEach-Object { \"$($_.State) $($_.ErrorCode) $($_.MayHaveArrived)\" }"));
        using Invocation next = Shell.Invoke("Receive-ChatMessage");
        Assert.Empty(next.Warnings); // It was told.
    }

    [Fact]
    public void One_that_fails_does_not_keep_the_others_from_being_waited_for()
    {
        using Invocation waiting = Shell.Invoke("'a', 'b' | Send-ChatMessage Bob, Nobody -PassThru -WaitFor Delivered | ForEach-Object { \"$($_.To) $($_.Text)\" }; Receive-ChatMessage");

        Assert.Equal(2, waiting.Errors.Count);
        Assert.Equal(["Bob a", "Nobody a", "Bob b", "Nobody b", "Bob: a", "Bob: b"], waiting.Output.Select(o => o.ToString()));
    }

    [Fact]
    public void Wait_takes_messages_from_the_pipeline_and_gives_them_in_order()
    {
        Assert.Equal(["1 Delivered", "2 Delivered", "3 Delivered"], Shell.Run("1..3 | Send-ChatMessage Bob -PassThru | Wait-ChatMessage | ForEach-Object { \"$($_.Text) $($_.State)\" }").Select(o => o.ToString()));
    }

    [Fact]
    public void What_was_received_can_not_be_waited_for()
    {
        Shell.Run("Send-ChatMessage Bob hi; $received = Receive-ChatMessage -Count 1 -Timeout 60");

        Assert.Contains("-PassThru", Shell.Complains("$received | Wait-ChatMessage", "NotSentHere").Exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task To_a_plain_client_the_wait_ends_when_the_relay_has_the_message()
    {
        using var annie = new PlainPeer(Port);
        await annie.RegisterAsync("Annie");

        Assert.Equal("Accepted", Shell.Get<string>("(Send-ChatMessage Annie hi -PassThru -WaitFor Delivered).State"));
    }

    [Fact]
    public async Task A_wait_ends_when_the_connection_ends()
    {
        BeAway("Annie");
        using var other = new Session();
        using Invocation waiting = Shell.Start("Send-ChatMessage Annie hi -PassThru -WaitFor Delivered");
        await waiting.WaitUntilAsync(() => waiting.Output.Count == 1);
        other.Run("Disconnect-ChatServer Bob");
        await waiting.EndAsync();

        Assert.Equal("Accepted", waiting.Output[0].Properties["State"].Value.ToString());
    }

    [Fact]
    public void Mail_comes_in_order_with_the_time_at_which_the_relay_took_it()
    {
        BeAway("Annie");
        Shell.Run("$sent = 1..3 | Send-ChatMessage Annie -PassThru -WaitFor Accepted; $until = [datetime]::Now.AddMinutes(3)");
        Connect("Annie");
        Shell.Run("$mail = Receive-ChatMessage -Count 3 -Timeout 60");

        Assert.Equal("1 2 3", Shell.Get<string>("\"$($mail.Text)\""));
        Assert.True(Shell.Get<bool>("-not ($mail | Where-Object { $_.Time -gt $until })"));
    }

    [Fact]
    public void What_was_not_taken_before_the_end_of_the_connection_comes_again()
    {
        Connect("Annie");
        Shell.Run("'one', 'two', 'three' | Send-ChatMessage Annie -Connection Bob -WaitFor Delivered");
        Assert.Equal("Bob>Annie: one", Receive("Annie"));
        Shell.Run("Disconnect-ChatServer Annie");
        Connect("Annie");

        Assert.Equal("Bob>Annie: two", Receive("Annie"));
        Assert.Equal("Bob>Annie: three", Receive("Annie"));
        Assert.Empty(Shell.Run("Receive-ChatMessage -Connection Annie"));
    }

    /// <summary>Reserves a name, so that mail for it is kept; the default connection is as before.</summary>
    private void BeAway(string name) => Shell.Run($"$null = Connect-ChatServer {name} {Server}; Disconnect-ChatServer {name}");
}
