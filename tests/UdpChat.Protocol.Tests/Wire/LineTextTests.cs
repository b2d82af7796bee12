using System;
using System.Text;
using CsCheck;
using UdpChat.Protocol.Wire;

namespace UdpChat.Protocol.Tests.Wire;

public class LineTextTests
{
    private static readonly Gen<string> Text = Gen.OneOfConst("a", "\n", "\r", "\\", "\\n", "é", "€", "😀", " ", ":").Array[0, 60].Select(string.Concat);

    [Theory]
    [InlineData("", "")]
    [InlineData("plain", "plain")]
    [InlineData("a\nb\r\nc", @"a\nb\r\nc")]
    [InlineData(@"C:\new", @"C:\\new")]
    [InlineData("\\\n", @"\\\n")]
    [InlineData("\t\0é", "\t\0é")]
    public void Line_feed_carriage_return_and_backslash_are_escaped_and_nothing_else(string text, string escaped)
    {
        Assert.Equal(escaped, Utf8.GetString(Escape(text)));
        Assert.Equal(text, Unescape(Encoding.UTF8.GetBytes(escaped)));
    }

    [Theory]
    [InlineData(@"\")]
    [InlineData(@"a\\\")]
    [InlineData(@"\t")]
    [InlineData(@"\N")]
    [InlineData(@"\n\x")]
    public void Another_escape_is_none(string escaped) => Assert.Equal(-1, LineText.UnescapedLength(Encoding.UTF8.GetBytes(escaped)));

    [Fact]
    public void What_is_escaped_and_unescaped_is_the_same() => Text.Sample(text =>
    {
        byte[] escaped = Escape(text);
        Assert.DoesNotContain((byte)'\n', escaped);
        Assert.DoesNotContain((byte)'\r', escaped);
        Assert.Equal(text, Unescape(escaped));
        int length = LineText.Unescape(escaped, escaped); // in place
        Assert.Equal(text, Utf8.GetString(escaped.AsSpan(0, length)));
    });

    [Fact]
    public void Pieces_end_between_characters_and_escapes_and_join_to_the_whole() => Gen.Select(Text, Gen.Int[4, 20]).Sample((text, most) =>
    {
        byte[] escaped = Escape(text);
        var whole = new StringBuilder();
        for (int at = 0; at < escaped.Length;)
        {
            int length = LineText.PieceLength(escaped.AsSpan(at), most);
            Assert.InRange(length, 1, most);
            Assert.True(length > most - 4 || at + length == escaped.Length); // no shorter than it must be
            byte[] piece = escaped.AsSpan(at, length).ToArray();
            Assert.True(Utf8.IsValid(piece));
            whole.Append(Unescape(piece));
            at += length;
        }
        Assert.Equal(text, whole.ToString());
    });

    [Fact]
    public void A_text_of_continuation_bytes_alone_has_no_piece() => Assert.Equal(0, LineText.PieceLength([0x80, 0x80, 0x80, 0x80, 0x80], 4));

    [Fact]
    public void Any_bytes_can_be_cut_and_measured() => Gen.Select(Gen.OneOf(Gen.Byte, Gen.Const((byte)'\\'), Gen.Const((byte)0x80)).Array[0, 50], Gen.Int[4, 20]).Sample((bytes, most) =>
    {
        Assert.InRange(LineText.PieceLength(bytes, most), 0, most);
        Assert.InRange(LineText.UnescapedLength(bytes), -1, bytes.Length);
        Assert.Equal(LineText.EscapedLength(bytes), LineText.Escape(bytes, new byte[2 * bytes.Length]));
    });

    private static byte[] Escape(string text)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        byte[] escaped = new byte[LineText.EscapedLength(bytes)];
        Assert.Equal(escaped.Length, LineText.Escape(bytes, escaped));
        return escaped;
    }

    private static string Unescape(byte[] escaped)
    {
        byte[] text = new byte[LineText.UnescapedLength(escaped)]; // throws if there is another escape
        Assert.Equal(text.Length, LineText.Unescape(escaped, text));
        return Utf8.GetString(text);
    }
}
