using System;
using System.Linq;
using System.Management.Automation;
using System.Threading.Tasks;
using UdpChat.ModuleTests.Hosting;

namespace UdpChat.ModuleTests;

public class SendChatMessageTests : ModuleTest
{
    /// <summary>Bob sends, and he is Annie's and Carl's friend.</summary>
    public SendChatMessageTests()
    {
        Connect("Annie");
        Connect("Carl");
        Connect("Bob");
        Shell.Run("Send-ChatMessage Bob hi -Connection Annie; $m = Receive-ChatMessage -Count 1 -Timeout 60; $serialized = [System.Management.Automation.PSSerializer]::Deserialize([System.Management.Automation.PSSerializer]::Serialize($m))");
    }

    // Each form with what it sends, as recipient: text.
    [Theory]
    [InlineData("Send-ChatMessage Annie hi", "Annie: hi")]
    [InlineData("Send-ChatMessage -To Annie -Message hi", "Annie: hi")]
    [InlineData("Send-ChatMessage -Recipient Annie -Text hi", "Annie: hi")]
    [InlineData("Send-ChatMessage annie hi", "annie: hi")]
    [InlineData("Send-ChatMessage Annie ''", "Annie: ")]
    [InlineData("Send-ChatMessage Annie ' a: b '", "Annie:  a: b ")]
    [InlineData("Send-ChatMessage Annie, Carl hi", "Annie: hi", "Carl: hi")]
    [InlineData("'hi' | Send-ChatMessage Annie", "Annie: hi")]
    [InlineData("'a', 'b' | Send-ChatMessage Annie, Carl", "Annie: a", "Carl: a", "Annie: b", "Carl: b")]
    [InlineData("'' | Send-ChatMessage Annie", "Annie: ")]
    [InlineData("1, 2.5 | Send-ChatMessage Annie", "Annie: 1", "Annie: 2.5")]
    [InlineData("'hi' | Send-ChatMessage -To { $_ -replace 'hi', 'Annie' }", "Annie: hi")]
    [InlineData("[pscustomobject]@{ To = 'Annie'; Text = 'hi' } | Send-ChatMessage", "Annie: hi")]
    [InlineData("[pscustomobject]@{ To = 'Annie', 'Carl'; Message = 'hi' } | Send-ChatMessage", "Annie: hi", "Carl: hi")]
    [InlineData("[pscustomobject]@{ Name = 'Annie'; Text = 'hi' }, [pscustomobject]@{ Recipient = 'Carl'; Text = 'ho' } | Send-ChatMessage", "Annie: hi", "Carl: ho")]
    [InlineData("[pscustomobject]@{ To = 'Annie'; Other = 'x' } | Send-ChatMessage -Message hi", "Annie: hi")]
    [InlineData("[pscustomobject]@{ Text = 'hi' } | Send-ChatMessage Carl", "Carl: hi")]
    [InlineData("$m | Send-ChatMessage Carl", "Carl: hi")]
    [InlineData("$serialized | Send-ChatMessage -To Carl", "Carl: hi")]
    [InlineData("$m | Send-ChatMessage Carl 'look'", "Carl: look")]
    [InlineData("$m | Send-ChatMessage -To { $_.From } -Message { \"echo: $($_.Text)\" }", "Annie: echo: hi")]
    [InlineData("$serialized | Send-ChatMessage -To { $_.From } -Message { \"echo: $($_.Text)\" }", "Annie: echo: hi")]
    [InlineData("$m | ForEach-Object { Send-ChatMessage $_.From \"echo: $($_.Text)\" }", "Annie: echo: hi")]
    [InlineData("Send-ChatMessage -ReplyTo $m yes", "Annie: yes")]
    [InlineData("Send-ChatMessage -ReplyTo $m -Message yes", "Annie: yes")]
    [InlineData("'yes', 'no' | Send-ChatMessage -ReplyTo $m", "Annie: yes", "Annie: no")]
    [InlineData("$m | Send-ChatMessage -ReplyTo { $_ } -Message yes", "Annie: yes")]
    [InlineData("$m, $m | Send-ChatMessage -ReplyTo { $_ } -Message { \"echo: $($_.Text)\" }", "Annie: echo: hi", "Annie: echo: hi")]
    [InlineData("Send-ChatMessage -ReplyTo $serialized yes", "Annie: yes")]
    [InlineData("$serialized | Send-ChatMessage -ReplyTo { $_ } -Message yes", "Annie: yes")]
    public void Every_form_binds_and_sends(string script, params string[] sent)
    {
        Assert.Empty(Shell.Run(script));
        string passing = script.EndsWith("\" }", StringComparison.Ordinal) && script.Contains("ForEach-Object", StringComparison.Ordinal)
            ? $"{script[..^2]} -PassThru }}"
            : $"{script} -PassThru";
        Assert.Equal(sent, Shell.Run(passing).Select(m => $"{m.Properties["To"].Value}: {m.Properties["Text"].Value}"));
    }

    [Fact]
    public void What_is_sent_arrives()
    {
        Shell.Run("Send-ChatMessage Annie, Carl 'a: b'");

        Assert.Equal("Bob>Annie: a: b", Receive("Annie"));
        Assert.Equal("Bob>Carl: a: b", Receive("Carl"));
    }

    [Fact]
    public void PassThru_gives_a_message_with_its_state()
    {
        PSObject sent = Assert.Single(Shell.Run("Send-ChatMessage Annie hi -PassThru"));

        Assert.Equal("Bob Annie hi Delivered Bob", Shell.Get<string>("Send-ChatMessage Annie hi -PassThru -WaitFor Delivered | Wait-ChatMessage | ForEach-Object { \"$($_.From) $($_.To) $($_.Text) $($_.State) $($_.Connection)\" }"));
        Assert.Equal(DateTimeKind.Local, ((DateTime)sent.Properties["Time"].Value).Kind);
    }

    [Theory]
    [InlineData("$m | Send-ChatMessage")]
    [InlineData("$serialized | Send-ChatMessage")]
    [InlineData("$m | Send-ChatMessage -Message hi")]
    public void A_received_message_without_a_recipient_is_an_error_and_is_not_sent_to_oneself(string script)
    {
        string message = Shell.Complains(script, "MessageWithoutRecipient").Exception.Message;

        Assert.Contains("Send-ChatMessage -To", message, StringComparison.Ordinal);
        Assert.Contains("-ReplyTo", message, StringComparison.Ordinal);
        Assert.Equal(0, Shell.Get<int>("(Get-ChatConnection Bob).Sent"));
    }

    [Theory]
    [InlineData("[pscustomobject]@{ To = 'Annie'; Other = 'x' } | Send-ChatMessage")]
    [InlineData("[pscustomobject]@{ Other = 'x' } | Send-ChatMessage Annie")]
    [InlineData("@{ Text = 'x' } | Send-ChatMessage Annie")]
    [InlineData("[pscustomobject]@{ ReplyTo = $m; Other = 'x' } | Send-ChatMessage")]
    public void A_row_without_a_text_is_an_error_and_is_not_sent(string script)
    {
        Shell.Complains(script, "TextMissing");
        Assert.Equal(0, Shell.Get<int>("(Get-ChatConnection Bob).Sent"));
    }

    [Fact]
    public void A_wrong_row_does_not_keep_the_others_from_being_sent()
    {
        using Invocation sending = Shell.Invoke("[pscustomobject]@{ To = 'Annie' }, [pscustomobject]@{ To = 'Carl'; Text = 'hi' } | Send-ChatMessage");

        Assert.Single(sending.Errors);
        Assert.Equal("Bob>Carl: hi", Receive("Carl"));
    }

    [Theory]
    [InlineData("Send-ChatMessage -ReplyTo 'Annie' hi", "CannotConvertArgumentNoMessage")]
    [InlineData("Send-ChatMessage -ReplyTo $m -To Annie hi", "AmbiguousParameterSet")]
    [InlineData("Send-ChatMessage '' hi", "ParameterArgumentValidationError")]
    [InlineData("Send-ChatMessage Annie $null", "ParameterArgumentValidationErrorNullNotAllowed")]
    public void What_cannot_be_meant_does_not_bind(string script, string id)
    {
        using Invocation sending = Shell.Invoke($"try {{ {script} }} catch {{ throw }}");

        Assert.StartsWith($"{id},", sending.Failure!.FullyQualifiedErrorId, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Send-ChatMessage 'a b' hi", "InvalidRecipient", ErrorCategory.InvalidArgument)]
    [InlineData("Send-ChatMessage Annie ('x' * 65537)", "MessageTooLarge", ErrorCategory.LimitsExceeded)]
    [InlineData("Send-ChatMessage Annie ([string][char]0xD800)", "SendFailed", ErrorCategory.ConnectionError)]
    public void What_cannot_be_sent_is_an_error_that_does_not_end_the_command(string script, string id, ErrorCategory category)
    {
        ErrorRecord error = Shell.Complains($"{script}; Send-ChatMessage Annie after", id);

        Assert.Equal(category, error.CategoryInfo.Category);
        Assert.Equal("Bob>Annie: after", Receive("Annie"));
    }

    [Fact]
    public void One_bad_recipient_does_not_keep_the_others_from_their_message()
    {
        Shell.Complains("Send-ChatMessage 'a b', Annie hi", "InvalidRecipient");
        Assert.Equal("Bob>Annie: hi", Receive("Annie"));
    }

    [Fact]
    public void A_mistyped_name_is_an_error_of_the_command_while_a_person_still_looks()
    {
        ErrorRecord error = Shell.Complains("Send-ChatMessage Anie hi", "DeliveryFailed");

        Assert.Contains("no user Anie here", error.Exception.Message, StringComparison.Ordinal);
        Assert.Equal(ErrorCategory.ObjectNotFound, error.CategoryInfo.Category);
        Assert.Equal("Anie", Assert.IsType<PSObject>(PSObject.AsPSObject(error.TargetObject)).Properties["To"].Value);
    }

    [Fact]
    public void In_a_script_a_failed_message_is_a_warning_of_the_next_command_on_the_connection_and_told_once()
    {
        Subscribe("Get-ChatConnection Bob", "MessageFailed");
        for (int i = 1, told = 1; told > 0; i++)
        {
            using Invocation sending = Shell.Invoke("& { Send-ChatMessage Anie hi }");
            told = sending.Errors.Count; // If it has failed before the command ended, that tells it.
            WaitForEvents(i);
        }
        using Invocation next = Shell.Invoke("& { Send-ChatMessage Annie hi -WaitFor Delivered; Send-ChatMessage Annie hi }");

        Assert.Contains("no user Anie here", Assert.Single(next.Warnings), StringComparison.Ordinal);
        Assert.Empty(next.Errors);
    }

    [Fact]
    public async Task In_a_script_nobody_waits_and_the_next_command_on_the_connection_warns()
    {
        using var relay = new PlainPeer();
        using Invocation connecting = Shell.Start($"$eve = Connect-ChatServer Eve 127.0.0.1:{relay.Port} -Timeout 60");
        await relay.AcceptAsync("Eve", connecting);
        Subscribe("$eve", "NoticeReceived");
        using Invocation sending = Shell.Invoke("& { Send-ChatMessage Anie hi }");
        Assert.Equal("SENDTO:Anie: hi", await relay.ReceiveAsync("SENDTO"));
        relay.Send("INFO: There is no user Anie here.\u001b[2J");
        WaitForEvents(1);
        using Invocation next = Shell.Invoke("& { Send-ChatMessage Annie hi }");

        Assert.Empty(sending.Warnings);
        Assert.EndsWith("says to Eve: There is no user Anie here.\\u001b[2J", Assert.Single(next.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void Connection_says_over_which_connection_by_object_or_name()
    {
        Shell.Run("Send-ChatMessage Bob one -Connection Annie; Send-ChatMessage Bob two -Connection (Get-ChatConnection Carl); Send-ChatMessage Bob three -Connection c*");

        Assert.Equal(["Annie one", "Carl two", "Carl three"], Shell.Run("Receive-ChatMessage -Connection Bob -Count 3 -Timeout 60 | ForEach-Object { \"$($_.From) $($_.Text)\" }").Select(o => o.ToString()));
    }

    [Fact]
    public void A_reply_goes_over_the_connection_by_which_the_message_came()
    {
        Connect("Dora");
        Shell.Run("Send-ChatMessage -ReplyTo $m yes; Send-ChatMessage -ReplyTo $serialized again; Send-ChatMessage -ReplyTo $m dora -Connection Dora");

        Assert.Equal("Bob>Annie: yes", Receive("Annie"));
        Assert.Equal("Bob>Annie: again", Receive("Annie"));
        Assert.Equal("Dora>Annie: dora", Receive("Annie"));
    }

    [Fact]
    public void A_reply_whose_connection_was_replaced_goes_over_the_new_one_and_else_is_an_error()
    {
        Shell.Run($"$null = Connect-ChatServer Bob {Server} -Force; Send-ChatMessage -ReplyTo $m yes");
        Assert.Equal("Bob>Annie: yes", Receive("Annie"));

        Shell.Run("Disconnect-ChatServer Bob");
        Shell.Complains("Send-ChatMessage -ReplyTo $m yes", "ReplyConnectionNotFound");
    }

    [Fact]
    public void A_serialized_message_of_a_name_at_two_relays_needs_to_be_told_which()
    {
        Shell.Run("$null = Connect-ChatServer Bob \"127.0.0.1:$((Start-ChatRelay 0 -Address 127.0.0.1).Port)\"");

        Shell.Complains("Send-ChatMessage -ReplyTo $serialized yes", "AmbiguousConnection");
        Shell.Run("Send-ChatMessage -ReplyTo $m yes");
        Assert.Equal("Bob>Annie: yes", Receive("Annie"));
    }

    [Fact]
    public async Task While_the_relay_is_away_messages_are_queued_and_leave_later()
    {
        using var relay = new PlainPeer();
        using Invocation connecting = Shell.Start($"$null = Connect-ChatServer Eve 127.0.0.1:{relay.Port} -Timeout 60");
        await relay.AcceptAsync("Eve", connecting);
        relay.Send("INFO: You are not registered, please register again.");
        await relay.ReceiveAsync("REGISTER: Eve");

        Assert.Equal("Queued", Shell.Get<string>("(Send-ChatMessage Annie later -PassThru 3> $null).State"));
        await relay.AnswerEchoAsync("Eve");
        Assert.Equal("SENDTO:Annie: later", await relay.ReceiveAsync("SENDTO:Annie"));
    }

    [Fact]
    public void Messages_can_be_told_apart_and_serialize_small()
    {
        Shell.Run("'a', 'b' | Send-ChatMessage Bob -Connection Annie; $got = Receive-ChatMessage -Connection Bob -Count 2 -Timeout 60");

        Assert.NotEqual(Shell.Get<string>("$got[0].Id"), Shell.Get<string>("$got[1].Id"));
        Assert.Equal("Connection Error ErrorCode From Id IsFinal MayHaveArrived State Text Time To", string.Join(' ', Shell.Run("$got[0].psobject.Properties.Name").Select(p => p.ToString()).Order()));
        Assert.Equal("DateTime", Shell.Get<string>("[System.Management.Automation.PSSerializer]::Deserialize([System.Management.Automation.PSSerializer]::Serialize($got[0])).Time.GetType().Name"));
        Assert.InRange(Shell.Get<int>("[System.Management.Automation.PSSerializer]::Serialize($got[0]).Length"), 1, 1500);
    }

    /// <summary>Lets the engine collect an event. When it has it, the connection's next command has to tell of it.</summary>
    private void Subscribe(string connection, string name) =>
        Shell.Run($"$null = $ExecutionContext.Events.SubscribeEvent(({connection}), '{name}', '{name}', $null, [scriptblock]$null, $false, $false)");

    private void WaitForEvents(int count) => Shell.Run($"while ($ExecutionContext.Events.ReceivedEvents.Count -lt {count}) {{ }}");
}
