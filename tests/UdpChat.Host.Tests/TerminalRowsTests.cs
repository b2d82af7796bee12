using UdpChat.Host.Chat;

namespace UdpChat.Host.Tests;

public class TerminalRowsTests
{
    [Theory]
    [InlineData("* ", "one two three four five", "* one two three four", "      five")]
    [InlineData("* ", "01234567890123456789012345678901", "* 012345678901234567", "      89012345678901")]
    [InlineData("* ", "a 01234567890123456789", "* a 0123456789012345", "      6789")]
    [InlineData("09:30 Annie: ", "日本語日本語日", "09:30 Annie: 日本語", "      日本語日")]
    [InlineData("* ", "a\tb\tc\td", "* a\tb\t", "      c\td")]
    [InlineData("", "", "")]
    public void Rows_fit_and_are_cut_at_blanks_where_there_are_some(string head, string text, params string[] expected) =>
        Assert.Equal(expected, TerminalRows.Cut(head, [text], 20));

    [Fact]
    public void Lines_begin_rows() => Assert.Equal(["* a", "      b", "      ", "      c"], TerminalRows.Cut("* ", ["a", "b", "", "c"], 20));
}
