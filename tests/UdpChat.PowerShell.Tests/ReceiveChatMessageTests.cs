using System;
using System.Collections.Generic;
using System.Linq;
using System.Management.Automation;
using System.Threading.Tasks;
using UdpChat.ModuleTests.Hosting;

namespace UdpChat.ModuleTests;

public class ReceiveChatMessageTests : ModuleTest
{
    /// <summary>Bob receives; what Annie and Carl send to him is there once their command has ended.</summary>
    public ReceiveChatMessageTests()
    {
        Connect("Annie");
        Connect("Carl");
        Connect("Bob");
    }

    [Fact]
    public void It_takes_what_has_arrived_in_order_and_does_not_wait()
    {
        Send("Annie", "'one', 'two'");
        Send("Carl", "'three'");

        Assert.Equal(["one", "two", "three"], Texts("Receive-ChatMessage"));
        Assert.Empty(Texts("Receive-ChatMessage"));
    }

    [Fact]
    public void A_message_says_from_whom_to_whom_when_and_over_which_connection()
    {
        Send("Annie", "'hi'");
        PSObject message = Assert.Single(Shell.Run("Receive-ChatMessage"));

        Assert.Equal("UdpChat.ChatMessage", message.TypeNames[0]);
        Assert.Equal("Annie", message.Properties["From"].Value);
        Assert.Equal("Bob", message.Properties["To"].Value);
        Assert.Equal("hi", message.Properties["Text"].Value);
        Assert.Equal("Bob", message.Properties["Connection"].Value);
        Assert.Equal("Received", message.Properties["State"].Value.ToString());
        Assert.Equal(DateTimeKind.Local, ((DateTime)message.Properties["Time"].Value).Kind);
        Assert.NotEmpty((string)message.Properties["Id"].Value);
        Assert.Equal("Annie: hi", message.ToString());
    }

    [Theory]
    [InlineData("-From Annie", "one", "three")]
    [InlineData("annie", "one", "three")]
    [InlineData("-From A*", "one", "three")]
    [InlineData("-From Annie, Carl", "one", "two", "three")]
    [InlineData("-From Nobody")]
    public void From_takes_only_the_messages_of_these_and_leaves_the_others(string arguments, params string[] taken)
    {
        Send("Annie", "'one'");
        Send("Carl", "'two'");
        Send("Annie", "'three'");

        Assert.Equal(taken, Texts($"Receive-ChatMessage {arguments}"));
        Assert.Equal(3 - taken.Length, Shell.Get<int>("(Get-ChatConnection Bob).Waiting"));
    }

    [Fact]
    public void Names_with_brackets_are_names_first()
    {
        Connect("'a[b]'");
        Send("a[b]", "'hi'");

        Assert.Equal(["hi"], Texts("Receive-ChatMessage -From 'a[b]' -Connection Bob"));
        Assert.Empty(Texts("Receive-ChatMessage -From 'a[' -Connection Bob"));
    }

    [Fact]
    public void Count_is_at_most_so_many_and_the_rest_stays()
    {
        Send("Annie", "1..5");

        Assert.Equal(["1", "2"], Texts("Receive-ChatMessage -Count 2"));
        Assert.Equal(["3", "4", "5"], Texts("Receive-ChatMessage -Count 9"));
        Shell.Fails("Receive-ChatMessage -Count 0", "ParameterArgumentValidationError");
    }

    [Fact]
    public void Keep_shows_without_taking()
    {
        Send("Annie", "'one', 'two', 'three'");

        Assert.Equal(["one", "two", "three"], Texts("Receive-ChatMessage -Keep"));
        Assert.Equal(["one", "two"], Texts("Receive-ChatMessage -Keep -Count 2"));
        Assert.Equal(["one", "two", "three"], Texts("Receive-ChatMessage"));
    }

    [Fact]
    public async Task Keep_and_Wait_show_each_once_a_call()
    {
        Send("Annie", "'one', 'two'");
        using var other = new Session();
        using Invocation showing = Shell.Start("Receive-ChatMessage -Keep -Wait -Count 4");
        await showing.WaitUntilAsync(() => showing.Output.Count == 2);
        other.Run("'three', 'four' | Send-ChatMessage Bob -Connection Annie");
        await showing.EndAsync();

        Assert.Equal(["one", "two", "three", "four"], showing.Output.Select(Text));
        Assert.Equal(4, Shell.Get<int>("(Get-ChatConnection Bob).Waiting"));
    }

    [Fact]
    public async Task Wait_goes_on_until_it_is_stopped_and_takes_nothing_after_that()
    {
        using var other = new Session();
        using Invocation receiving = Shell.Start("Receive-ChatMessage -Wait");
        other.Run("Send-ChatMessage Bob one -Connection Annie");
        await receiving.WaitUntilAsync(() => receiving.Output.Count == 1);
        other.Run("Send-ChatMessage Bob two -Connection Annie");
        await receiving.WaitUntilAsync(() => receiving.Output.Count == 2);
        await receiving.StopAsync();
        other.Run("Send-ChatMessage Bob three -Connection Annie");

        Assert.Equal(["three"], Texts("Receive-ChatMessage"));
    }

    [Fact]
    public async Task Timeout_waits_and_is_the_time_in_all_whatever_arrives()
    {
        using var clock = new ManualClock();
        using var other = new Session();
        using Invocation receiving = Shell.Start("Receive-ChatMessage -Timeout 10");
        await clock.TimerSetAsync(TimeSpan.FromSeconds(10));
        clock.Advance(TimeSpan.FromSeconds(9));
        other.Run("Send-ChatMessage Bob one -Connection Annie");
        await receiving.WaitUntilAsync(() => receiving.Output.Count == 1);
        await clock.TimerSetAsync(TimeSpan.FromSeconds(1));
        Assert.Equal(PSInvocationState.Running, receiving.State);
        clock.Advance(TimeSpan.FromSeconds(1));
        await receiving.EndAsync();

        Assert.Single(receiving.Output);
        Assert.Empty(receiving.Errors);
        Assert.Empty(receiving.Warnings);
    }

    [Fact]
    public void A_timeout_of_zero_takes_what_is_there()
    {
        Send("Annie", "'one'");

        Assert.Equal(["one"], Texts("Receive-ChatMessage -Wait -Timeout 0"));
    }

    [Fact]
    public async Task A_very_long_timeout_waits()
    {
        using var other = new Session();
        using Invocation receiving = Shell.Start("Receive-ChatMessage -Timeout ([TimeSpan]::MaxValue) -Count 1");
        other.Run("Send-ChatMessage Bob one -Connection Annie");
        await receiving.EndAsync();

        Assert.Single(receiving.Output);
    }

    [Fact]
    public void It_takes_from_several_connections()
    {
        Send("Annie", "'to Bob'");
        Shell.Run("Send-ChatMessage Carl 'to Carl' -Connection Annie");

        Assert.Equal(["to Bob", "to Carl"], Texts("Receive-ChatMessage -Connection Bob, (Get-ChatConnection Carl) -Wait -Count 2").Order());
        Send("Annie", "'again'");
        Assert.Equal(["again"], Texts("Get-ChatConnection | Receive-ChatMessage"));
        Send("Annie", "'and again'");
        Assert.Equal(["and again"], Texts("Receive-ChatMessage -Connection *"));
    }

    [Fact]
    public void Count_is_of_all_connections_together()
    {
        Shell.Run("'one', 'two' | Send-ChatMessage Bob, Carl -Connection Annie; while ((Get-ChatConnection Bob).Waiting + (Get-ChatConnection Carl).Waiting -lt 4) { }");

        Assert.Single(Texts("Receive-ChatMessage -Connection Bob, Carl -Wait -Count 1"));
        Assert.Equal(2, Texts("Receive-ChatMessage -Connection Bob, Carl -Count 2").Count());
        Assert.Single(Texts("Receive-ChatMessage -Connection Bob, Carl"));
    }

    [Fact]
    public async Task A_wait_ends_when_its_connections_are_disconnected_and_not_before()
    {
        using var other = new Session();
        using Invocation receiving = Shell.Start("Receive-ChatMessage -Wait -Connection Bob, Carl");
        other.Run("Send-ChatMessage Bob one -Connection Annie");
        await receiving.WaitUntilAsync(() => receiving.Output.Count == 1);
        other.Run("Disconnect-ChatServer Bob; Send-ChatMessage Carl two -Connection Annie");
        await receiving.WaitUntilAsync(() => receiving.Output.Count == 2);
        other.Run("Disconnect-ChatServer Carl");
        await receiving.EndAsync();

        Assert.Equal(PSInvocationState.Completed, receiving.State);
        Assert.Empty(receiving.Errors);
    }

    [Fact]
    public async Task Two_waits_on_one_connection_share_and_each_message_goes_to_one()
    {
        using var second = new Session();
        using var sender = new Session();
        using Invocation one = Shell.Start("Receive-ChatMessage -Wait -Connection Bob");
        using Invocation two = second.Start("Receive-ChatMessage -Wait -Connection Bob");
        sender.Run("1..200 | Send-ChatMessage Bob -Connection Annie");
        bool All() => one.Output.Count + two.Output.Count == 200;
        await await Task.WhenAny(one.WaitUntilAsync(All), two.WaitUntilAsync(All));
        sender.Run("Disconnect-ChatServer Bob");
        await one.EndAsync();
        await two.EndAsync();

        Assert.Equal(Enumerable.Range(1, 200), one.Output.Concat(two.Output).Select(m => int.Parse(Text(m), System.Globalization.CultureInfo.InvariantCulture)).Order());
    }

    [Fact]
    public async Task A_full_inbox_drops_the_newest_and_the_next_command_says_how_many()
    {
        using var relay = new PlainPeer();
        using Invocation connecting = Shell.Start($"$null = Connect-ChatServer Eve 127.0.0.1:{relay.Port} -Timeout 60");
        await relay.AcceptAsync("Eve", connecting);
        // One at a time, each seen to have arrived, so that no datagram is lost on the way.
        Shell.Run("$eve = Get-ChatConnection Eve");
        for (int sent = 0; sent < 10_005; sent += 5)
        {
            for (int i = 0; i < 5; i++)
                relay.Send("FROM:Annie: spam");
            Shell.Run($"while ($eve.Waiting + $eve.Dropped -lt {sent + 5}) {{ }}");
        }
        using Invocation receiving = Shell.Start("Receive-ChatMessage -From Bob -Wait -Connection Eve");
        await receiving.WaitUntilAsync(() => receiving.Warnings.Count == 2);
        await receiving.StopAsync();

        Assert.Contains("5 messages were dropped", receiving.Warnings[0], StringComparison.Ordinal);
        Assert.Contains("nearly full of messages from others", receiving.Warnings[1], StringComparison.Ordinal);
        Assert.Equal(10_000, Shell.Run("Receive-ChatMessage -Connection Eve").Count);
        Assert.Equal(5, Shell.Get<int>("$eve.Dropped"));
    }

    [Fact]
    public void What_was_not_written_because_the_pipeline_was_left_stays()
    {
        Send("Annie", "'one', 'two', 'three'");

        Assert.Equal(["one"], Texts("foreach ($once in 1) { Receive-ChatMessage | ForEach-Object { $_; break } }"));
        Assert.Equal(["two"], Texts("foreach ($once in 1) { Receive-ChatMessage -Wait | ForEach-Object { $_; break } }"));
        Assert.Equal(["three"], Texts("Receive-ChatMessage"));
    }

    /// <summary>Sends to Bob, and waits until it is in his inbox.</summary>
    private void Send(string from, string texts) =>
        Shell.Run($"$to = Get-ChatConnection Bob; $before = $to.Waiting; $sent = @({texts} | Send-ChatMessage Bob -Connection '{from}' -PassThru); while ($to.Waiting -lt $before + $sent.Count) {{ }}");

    private IEnumerable<string> Texts(string script) => Shell.Run(script).Select(Text);

    private static string Text(PSObject message) => (string)message.Properties["Text"].Value;
}
