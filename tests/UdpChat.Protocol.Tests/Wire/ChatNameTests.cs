using System.Linq;
using System.Text;
using UdpChat.Protocol.Wire;

namespace UdpChat.Protocol.Tests.Wire;

public class ChatNameTests
{
    [Theory]
    [InlineData("a")]
    [InlineData("Bob")]
    [InlineData("Zoë")]
    [InlineData("中文")]
    [InlineData("😀")]
    [InlineData("[bob]")]
    [InlineData("a.b-c_d!?/\\'\"`~$%^&+=|<>(){}")]
    public void A_name_is_any_text_without_the_forbidden(string name) => IsName(name, name);

    [Theory]
    [InlineData(':')]
    [InlineData('@')]
    [InlineData(';')]
    [InlineData(',')]
    [InlineData('*')]
    [InlineData('#')]
    [InlineData(' ')]
    [InlineData('\t')]
    [InlineData('\n')]
    [InlineData('\r')]
    [InlineData('\0')]
    [InlineData('\u001B')]
    [InlineData('\u007F')] // Cc
    [InlineData('\u0085')]
    [InlineData('\u009F')]
    [InlineData('\u00A0')] // white space
    [InlineData('\u1680')]
    [InlineData('\u2003')]
    [InlineData('\u2028')]
    [InlineData('\u2029')]
    [InlineData('\u202F')]
    [InlineData('\u205F')]
    [InlineData('\u3000')]
    [InlineData('\u00AD')] // Cf
    [InlineData('\u061C')]
    [InlineData('\u200B')]
    [InlineData('\u200D')]
    [InlineData('\u200E')]
    [InlineData('\u202E')]
    [InlineData('\u2060')]
    [InlineData('\u2066')]
    [InlineData('\uFEFF')]
    [InlineData('\u037E')] // in NFC it is a semicolon
    public void A_forbidden_character_is_refused_wherever_it_stands(char forbidden)
    {
        foreach (string name in new[] { $"{forbidden}", $"{forbidden}Bob", $"B{forbidden}ob", $"Bob{forbidden}", $"Zo{forbidden}ë" })
            IsRefused(name, NameError.ForbiddenCharacter);
    }

    [Theory]
    [InlineData("\U000E0001")] // language tag
    [InlineData("\U000110BD")] // Kaithi number sign
    [InlineData("\U0001D173")] // musical begin beam
    public void A_format_character_outside_the_BMP_is_refused(string forbidden) => IsRefused("Bob" + forbidden, NameError.ForbiddenCharacter);

    [Fact]
    public void Every_control_format_and_white_space_character_is_refused_and_no_other_of_the_BMP()
    {
        for (int value = 0; value <= 0xFFFF; value++)
        {
            char c = (char)value;
            if (char.IsSurrogate(c) || value is 0xFFFE or 0xFFFF)
                continue;
            bool forbidden = char.IsControl(c) || char.IsWhiteSpace(c) || char.GetUnicodeCategory(c) == System.Globalization.UnicodeCategory.Format
                || ":@;,*#".Contains(c) || c == '\u037E';
            NameError error = ChatName.Check($"a{c}", asciiOnly: false, 64, out _);
            // Spaces that NFC replaces, by others, are white space before and after.
            Assert.True(error == (forbidden ? NameError.ForbiddenCharacter : NameError.None), $"U+{value:X4}: {error}");
        }
    }

    [Fact]
    public void A_name_has_1_to_64_bytes()
    {
        IsRefused("", NameError.Empty);
        IsName(Names.OfLength(64), Names.OfLength(64));
        IsRefused(Names.OfLength(65), NameError.TooLong);
        IsRefused(Names.OfLength(1000), NameError.TooLong);
        IsName(Repeat("é", 32), Repeat("é", 32));
        IsRefused(Repeat("é", 32) + "a", NameError.TooLong);
        IsName(Repeat("😀", 16), Repeat("😀", 16));
        IsRefused(Repeat("😀", 16) + "a", NameError.TooLong);
    }

    [Fact]
    public void A_name_is_measured_in_NFC()
    {
        IsName(Repeat("e\u0301", 32), Repeat("é", 32));                // 96 bytes as written, 64 in NFC
        IsRefused(Repeat("e\u0301", 32) + "a", NameError.TooLong);
        IsName(Repeat("ι\u0308\u0301", 32), Repeat("ΐ", 32));          // 192 bytes as written, three times as long
        IsRefused(Repeat("ι\u0308\u0301", 32) + "a", NameError.TooLong);
    }

    [Fact]
    public void A_name_is_kept_in_NFC_and_in_its_owners_letter_case()
    {
        IsName("Zoe\u0308", "Zoë");
        IsName("\u212A", "K");
        IsName("BoB", "BoB");
    }

    [Fact]
    public void The_longest_name_can_be_set()
    {
        Assert.Equal(NameError.None, ChatName.Check("12345", asciiOnly: false, 5, out _));
        Assert.Equal(NameError.TooLong, ChatName.Check("123456", asciiOnly: false, 5, out byte[] name));
        Assert.Empty(name);
        Assert.Equal(NameError.TooLong, ChatName.Check("ééé", asciiOnly: false, 5, out _));
    }

    [Fact]
    public void Without_ICU_only_ASCII_is_accepted()
    {
        Assert.Equal(NameError.NotAscii, ChatName.Check("Zoë", asciiOnly: true, 64, out byte[] name));
        Assert.Empty(name);
        Assert.Equal(NameError.None, ChatName.Check("Zoe", asciiOnly: true, 64, out _));
        Assert.True(ChatName.CanNormalize, "These tests need ICU.");
    }

    [Fact]
    public void Half_a_surrogate_pair_is_refused() => IsRefused("Bob\uD83D", NameError.NotUnicode);

    [Fact]
    public void A_noncharacter_never_fails()
    {
        foreach (string name in new[] { "a\uFFFE", "a\uFFFF", "a\U0010FFFF" })
            Assert.True(ChatName.Check(name, asciiOnly: false, 64, out _) is NameError.None or NameError.ForbiddenCharacter);
    }

    private static string Repeat(string text, int count) => string.Concat(Enumerable.Repeat(text, count));

    private static void IsName(string written, string kept)
    {
        Assert.Equal(NameError.None, ChatName.Check(written, asciiOnly: false, 64, out byte[] name));
        Assert.Equal(kept, Encoding.UTF8.GetString(name));
        Assert.Equal(NameError.None, ChatName.Check(Encoding.UTF8.GetBytes(written), asciiOnly: false, 64, out byte[] sameName));
        Assert.Equal(name, sameName);
    }

    private static void IsRefused(string written, NameError expected)
    {
        Assert.Equal(expected, ChatName.Check(written, asciiOnly: false, 64, out byte[] name));
        Assert.Empty(name);
    }
}
