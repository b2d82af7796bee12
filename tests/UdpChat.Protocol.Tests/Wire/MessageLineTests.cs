using System;
using System.Text;
using CsCheck;
using UdpChat.Protocol.Wire;

namespace UdpChat.Protocol.Tests.Wire;

public class MessageLineTests
{
    private const string Marks = ":;@\\ ,=\n\rnSENDTOFROMé\0";

    [Theory]
    [InlineData("SENDTO:Annie: hi: there", "Annie", "hi: there")]
    [InlineData("SENDTO: Annie:hi", "Annie", "hi")]
    [InlineData("SENDTO:  Annie: hi", " Annie", "hi")]
    [InlineData("SENDTO:Zoë:  é ", "Zoë", " é ")]
    [InlineData("SENDTO:Annie:", "Annie", "")]
    [InlineData("SENDTO::", "", "")]
    [InlineData("SENDTO:Ann\\ie: hi", "Ann\\ie", "hi")]
    public void A_message_without_tags_and_escapes_is_read(string line, string name, string text)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(line);
        Assert.True(MessageLine.TryRead(bytes, "SENDTO:"u8, out ReadOnlySpan<byte> readName, out ReadOnlySpan<byte> readText));
        Assert.Equal((name, text), (Utf8.GetString(readName), Utf8.GetString(readText)));
        AssertReadAlike(bytes);
    }

    [Theory]
    [InlineData("")]
    [InlineData("SENDTO")]
    [InlineData("SENDTO:")]
    [InlineData("SENDTO:Annie")]
    [InlineData("FROM:Annie: hi")]
    [InlineData("sendto:Annie: hi")]
    [InlineData(" SENDTO:Annie: hi")]
    [InlineData("@n=1 SENDTO:Annie: hi")]
    [InlineData(";n=1 SENDTO:Annie: hi")]
    [InlineData(@"SENDTO:Annie: a\nb")]
    [InlineData(@"SENDTO:Annie: a\")]
    [InlineData("SENDTO:Annie: \u00ff")]
    [InlineData("SENDTO:\u00ff: hi")]
    public void Anything_else_is_left_to_others(string latin1) =>
        Assert.False(MessageLine.TryRead(Encoding.Latin1.GetBytes(latin1), "SENDTO:"u8, out _, out _));

    [Fact]
    public void Whatever_it_reads_is_read_as_an_extended_line_is() => Gen.Select(
        Gen.OneOfConst("SENDTO:", "FROM:", "SENDTO: ", "FROM: ", "@n=1 SENDTO:", "SENDTOO:", "INFO:", ""),
        Gen.OneOf(Gen.String["Annie: "], Gen.String[Marks]),
        Gen.OneOf(Gen.String["hi: "], Gen.String[Marks]),
        Gen.Int[0, 3],
        Gen.Byte)
        .Sample((start, name, text, changes, value) =>
    {
        byte[] line = Encoding.UTF8.GetBytes($"{start}{name}:{text}");
        for (int i = 0; i < changes && line.Length > 0; i++)
            line[(value * (i + 1) + 31 * i) % line.Length] = (byte)(value + i);
        AssertReadAlike(line);
    }, iter: 100_000);

    [Fact]
    public void Every_message_that_has_no_escapes_is_read() => Gen.Select(Gen.String["Anniéë "], Gen.String["hi: @;é\t"])
        .Sample((name, text) =>
    {
        byte[] line = Encoding.UTF8.GetBytes($"FROM:{name}: {text}");
        Assert.True(MessageLine.TryRead(line, "FROM:"u8, out _, out ReadOnlySpan<byte> read));
        Assert.Equal(text, Utf8.GetString(read));
        AssertReadAlike(line);
    }, iter: 10_000);

    /// <summary>What is read here is read so there, and what is a message there without tags and escapes is read here.</summary>
    private static void AssertReadAlike(byte[] line)
    {
        ExtendedLine other = ExtendedLine.Read(line);
        foreach (ExtendedVerb verb in new[] { ExtendedVerb.SendTo, ExtendedVerb.From })
        {
            bool isRead = MessageLine.TryRead(line, verb == ExtendedVerb.SendTo ? "SENDTO:"u8 : "FROM:"u8, out ReadOnlySpan<byte> name, out ReadOnlySpan<byte> text);
            Assert.Equal(other.Verb == verb && line[0] is not ((byte)'@' or (byte)';') && other.Text.IndexOf((byte)'\\') < 0, isRead);
            if (!isRead)
                continue;
            Assert.True(name.SequenceEqual(other.Name) && text.SequenceEqual(other.Text));
            Assert.True(other.Numbers.IsEmpty && other.Time.IsEmpty && other is { HasMore: false, IsRetry: false, Incarnation: -1, Lowest: -1 });
        }
    }
}
