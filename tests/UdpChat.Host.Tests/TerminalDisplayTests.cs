using System;
using System.IO;
using UdpChat.Host.Chat;

namespace UdpChat.Host.Tests;

public sealed class TerminalDisplayTests : IDisposable
{
    private static readonly DateTimeOffset HalfPastNine = new(2026, 1, 2, 9, 30, 0, TimeSpan.Zero);

    private readonly StringWriter _terminal = new();

    public void Dispose() => _terminal.Dispose();

    [Fact]
    public void What_arrives_is_inserted_above_the_line_being_typed()
    {
        var display = new TerminalDisplay(_terminal, () => 40, canInsert: true);
        display.ShowPrompt("Bob");
        display.ShowMessage(new ChatMessage("Annie", "Bob", "hi", HalfPastNine));
        Assert.Equal("Bob> \eD\eM\e7\r\e[L09:30 Annie: hi\e8\e[B", _terminal.ToString());
    }

    [Fact]
    public void On_a_terminal_that_can_not_insert_the_prompt_comes_again()
    {
        var display = new TerminalDisplay(_terminal, () => 40, canInsert: false);
        display.ShowPrompt("Bob");
        display.ShowRemark("There is no user Dave");
        Assert.Equal("Bob> \r* There is no user Dave\nBob> ", _terminal.ToString());
    }

    [Fact]
    public void No_row_of_a_message_looks_like_another_message()
    {
        var display = new TerminalDisplay(_terminal, () => 21, canInsert: false);
        display.ShowMessage(new ChatMessage("An\e", "Bob", "x\nCarol: y      Dave: z", HalfPastNine));
        Assert.Equal("\r09:30 An\\x1B: x\n\r      Carol: y\n\r      Dave: z\n", _terminal.ToString().Replace("     \n", "\n", StringComparison.Ordinal));
    }
}
