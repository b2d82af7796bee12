using System.Text;
using CsCheck;
using UdpChat.Protocol.Wire;

namespace UdpChat.Protocol.Tests.Wire;

public class ExtendedLineTests
{
    [Theory]
    [InlineData("REGISTER: Bob", (int)ExtendedVerb.Register, "Bob", "")]
    [InlineData("REGISTER:Bob", (int)ExtendedVerb.Register, "Bob", "")]
    [InlineData("UNREGISTER: Zoë", (int)ExtendedVerb.Unregister, "Zoë", "")]
    [InlineData("HEARTBEAT: Bob", (int)ExtendedVerb.Heartbeat, "Bob", "")]
    [InlineData("ACK:", (int)ExtendedVerb.Ack, "", "")]
    [InlineData("CHALLENGE: 0123456789abcdef", (int)ExtendedVerb.Challenge, "", "0123456789abcdef")]
    [InlineData("RESPONSE: 0123456789abcdef", (int)ExtendedVerb.Response, "", "0123456789abcdef")]
    [InlineData("SENDTO:Annie: hi: there", (int)ExtendedVerb.SendTo, "Annie", "hi: there")]
    [InlineData("SENDTO: Annie:hi", (int)ExtendedVerb.SendTo, "Annie", "hi")]
    [InlineData("SENDTO:Annie:", (int)ExtendedVerb.SendTo, "Annie", "")]
    [InlineData("SENDTO:Annie:  two blanks ", (int)ExtendedVerb.SendTo, "Annie", " two blanks ")]
    [InlineData(@"FROM:Bob: a\n\r\\", (int)ExtendedVerb.From, "Bob", @"a\n\r\\")]
    [InlineData(@"INFO: x\\n", (int)ExtendedVerb.Info, "", @"x\\n")]
    [InlineData("INFO:", (int)ExtendedVerb.Info, "", "")]
    [InlineData("TAKEN: 1-4,6", (int)ExtendedVerb.Taken, "", "1-4,6")]
    [InlineData("WATCH:Annie: 3-9", (int)ExtendedVerb.Watch, "Annie", "3-9")]
    [InlineData("ACCEPTED: 1-5", (int)ExtendedVerb.Accepted, "", "1-5")]
    [InlineData("DELIVERED: 7", (int)ExtendedVerb.Delivered, "", "7")]
    [InlineData("OPEN: Annie", (int)ExtendedVerb.Open, "Annie", "")]
    public void Each_verb_is_read(string line, int verb, string name, string text)
    {
        foreach (string tags in new[] { "", "@x ", ";x ", "@ ", "@x=;y=1;more;; " })
        {
            ExtendedLine read = Read(tags + line);
            Assert.Equal((ExtendedVerb)verb, read.Verb);
            Assert.Equal((name, text), (Utf8.GetString(read.Name), Utf8.GetString(read.Text)));
        }
    }

    [Fact]
    public void Each_tag_is_read()
    {
        ExtendedLine line = Read("@n=5-7,9;i=1;r=2;t=ff;s=00000000000000ff;more;code=expired;time=2026-11-23T19:00:00.000Z;retry;low=3;inbox=10,20;addr=[::1]:9000;timeout=4;start=5;until=6;forget;store=fedcba9876543210;pad=xx;+other=y=z INFO: x");
        Assert.Equal(ExtendedVerb.Info, line.Verb);
        Assert.Equal((1L, 2L, 3L, 4L, 5L, 6L), (line.Incarnation, line.Registration, line.Lowest, line.Timeout, line.Start, line.Until));
        Assert.Equal((0xFFul, 0xFEDC_BA98_7654_3210ul), (line.Session, line.Store));
        Assert.True(line.HasMore && line.IsRetry && line.Forget);
        Assert.Equal(("5-7,9", "ff", "expired"), (Utf8.GetString(line.Numbers), Utf8.GetString(line.Token), Utf8.GetString(line.Code)));
        Assert.Equal(("2026-11-23T19:00:00.000Z", "10,20", "[::1]:9000"), (Utf8.GetString(line.Time), Utf8.GetString(line.Inbox), Utf8.GetString(line.Address)));
    }

    [Fact]
    public void Tags_that_are_missing_are_told_from_zero()
    {
        ExtendedLine line = Read("@i=0 INFO:");
        Assert.Equal((0L, -1L, -1L, -1L, -1L, -1L), (line.Incarnation, line.Registration, line.Lowest, line.Timeout, line.Start, line.Until));
        Assert.False(line.HasMore || line.IsRetry || line.Forget || line.Store != 0);
        Assert.True(line.Numbers.IsEmpty && line.Code.IsEmpty && line.Token.IsEmpty);
    }

    [Theory]
    [InlineData("")]
    [InlineData("@")]
    [InlineData("@n=5")]
    [InlineData("@n=5 ")]
    [InlineData("@n= SENDTO:Annie: hi")]
    [InlineData("@n SENDTO:Annie: hi")]
    [InlineData("@n=5- SENDTO:Annie: hi")]
    [InlineData("@i=x FROM:Annie: hi")]
    [InlineData("@i=-1 FROM:Annie: hi")]
    [InlineData("@r=1234567890123456789 REGISTER: Bob")]
    [InlineData("@s=123 INFO:")]
    [InlineData("@low= REGISTER: Bob")]
    [InlineData("@timeout=1s INFO:")]
    [InlineData("SENDTO")]
    [InlineData("SENDTO:Annie")]
    [InlineData("sendto:Annie: hi")]
    [InlineData(" SENDTO:Annie: hi")]
    [InlineData("SENDTOO:Annie: hi")]
    [InlineData(":")]
    [InlineData("XYZ: hi")]
    [InlineData(@"SENDTO:Annie: a\tb")]
    [InlineData(@"INFO: a\")]
    [InlineData("TAKEN:")]
    [InlineData("TAKEN: 1-4,")]
    [InlineData("WATCH:Annie:")]
    [InlineData("ACCEPTED: 4-1")]
    [InlineData("DELIVERED: x")]
    [InlineData("CHALLENGE: 0123")]
    [InlineData("RESPONSE: 0123456789ABCDEF")]
    public void What_is_malformed_is_unknown(string line) => Assert.Equal(ExtendedVerb.Unknown, Read(line).Verb);

    [Theory]
    [InlineData("@code=\u00ff INFO: x")]
    [InlineData("@x=\u00ff INFO: x")]
    [InlineData("SENDTO:\u00ff: x")]
    [InlineData("SENDTO:Annie: \u00ff")]
    public void A_line_that_is_not_UTF_8_anywhere_is_unknown(string latin1) =>
        Assert.Equal(ExtendedVerb.Unknown, ExtendedLine.Read(Encoding.Latin1.GetBytes(latin1)).Verb);

    [Fact]
    public void Any_bytes_can_be_read_and_what_is_known_is_text() => Gen.Select(Gen.OneOfConst("", "@n=1;", "@code=", ";more ", "SENDTO:", "@i=1 FROM:Bob: ", "INFO: ", "WATCH:A: 1"), Gen.Int[0, 1], Gen.Byte.Array[0, 30], Gen.OneOfConst("0123456789;=,-: \\nrit@SENDTOINFO".ToCharArray()).Array[0, 30])
        .Sample((start, kind, bytes, chars) =>
    {
        ExtendedLine line = ExtendedLine.Read([.. Encoding.ASCII.GetBytes(start), .. kind == 0 ? bytes : Encoding.ASCII.GetBytes(chars)]);
        if (line.Verb == ExtendedVerb.Unknown)
            return;
        Assert.True(Utf8.IsValid(line.Name) && Utf8.IsValid(line.Text) && Utf8.IsValid(line.Code) && Utf8.IsValid(line.Token) && Utf8.IsValid(line.Time));
        if (line.Verb is ExtendedVerb.SendTo or ExtendedVerb.From or ExtendedVerb.Info)
            Assert.Equal(LineText.UnescapedLength(line.Text), LineText.Unescape(line.Text, new byte[line.Text.Length]));
    }, iter: 20_000);

    private static ExtendedLine Read(string line) => ExtendedLine.Read(Encoding.UTF8.GetBytes(line));
}
