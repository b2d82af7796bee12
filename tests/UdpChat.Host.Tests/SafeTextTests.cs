using UdpChat.Host.Chat;

namespace UdpChat.Host.Tests;

public class SafeTextTests
{
    [Theory]
    [InlineData("\e[2J\a", @"\x1B[2J\x07")]
    [InlineData("a\rb\nc\td\0", @"a\x0Db\x0Ac\x09d\x00")]
    [InlineData("\u009B2J\u0085\u007F", @"\x9B2J\x85\x7F")]
    [InlineData("\u202Egnp.exe\u2066\u200F\uFEFF\u00AD", @"\u202Egnp.exe\u2066\u200F\uFEFF\xAD")]
    [InlineData("\u2028\u2029\u200D", @"\u2028\u2029\u200D")]
    [InlineData("\U000E0041\U0001F600", "\\U000E0041\U0001F600")]
    [InlineData("Zoë, 日本, \\x1B", "Zoë, 日本, \\x1B")]
    public void What_could_control_a_terminal_is_shown_as_its_code(string text, string expected) => Assert.Equal(expected, SafeText.Escape(text));

    [Theory]
    [InlineData("", "")]
    [InlineData("hi\n", "hi")]
    [InlineData("a\nb\r\nc\rd\n\n", "a", "b", "c", "d")]
    [InlineData("a\n\n b", "a", "", " b")]
    [InlineData("\tx\u200Dy\u200Cz\e\u202E", "\tx\u200Dy\u200Cz\\x1B\\u202E")]
    public void A_message_is_shown_as_lines_with_its_tabs_and_joiners(string text, params string[] expected) => Assert.Equal(expected, SafeText.EscapeLines(text));
}
