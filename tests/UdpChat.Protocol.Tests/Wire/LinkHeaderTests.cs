using System;
using System.Text;
using CsCheck;
using UdpChat.Protocol.Wire;

namespace UdpChat.Protocol.Tests.Wire;

public class LinkHeaderTests
{
    [Theory]
    [InlineData("@s=89abcdef01234567;d=7;o=512;a=3-6;w=4 SENDTO:Annie: hi\n", 7, 512, "3-6", 4, "SENDTO:Annie: hi\n")]
    [InlineData("@s=89abcdef01234567;d=7;o=0;n=5;more SENDTO:Annie: hi\n", 7, 0, "", 0, ";n=5;more SENDTO:Annie: hi\n")]
    [InlineData("@s=89abcdef01234567;d=1;a=9,5-7,1 ACK:", 1, -1, "9,5-7,1", 0, "ACK:")]
    [InlineData("@s=89abcdef01234567;d=1 HEARTBEAT: Bob", 1, -1, "", 0, "HEARTBEAT: Bob")]
    [InlineData("@s=89abcdef01234567;d=1;forget UNREGISTER: Bob", 1, -1, "", 0, ";forget UNREGISTER: Bob")]
    [InlineData("@s=89abcdef01234567;d=999999999999999999;o=999999999999999999;w=999999999999999999  x\n", 999999999999999999, 999999999999999999, "", 1000, " x\n")]
    [InlineData("@s=89abcdef01234567;d=1;o=2;addr=1 x\n", 1, 2, "", 0, ";addr=1 x\n")]
    [InlineData("@s=89abcdef01234567;d=1;o=2 ", 1, 2, "", 0, "")]
    public void It_is_read(string datagram, long number, long offset, string acknowledged, int waited, string lines)
    {
        Assert.True(LinkHeader.TryRead(Encoding.UTF8.GetBytes(datagram), out LinkHeader header));
        Assert.Equal(0x89ab_cdef_0123_4567u, header.Session);
        Assert.Equal((number, offset), (header.Number, header.Offset));
        Assert.Equal(acknowledged, Utf8.GetString(header.Acknowledged));
        Assert.Equal(TimeSpan.FromMilliseconds(waited), header.Waited);
        Assert.Equal(lines, Utf8.GetString(header.Lines));
    }

    [Theory]
    [InlineData("")]
    [InlineData("@")]
    [InlineData("@s=89abcdef01234567")]
    [InlineData("@s=89ABCDEF01234567;d=1 ACK:")]
    [InlineData("@s=89abcdef0123456;d=1 ACK:")]
    [InlineData("@s=89abcdef012345678;d=1 ACK:")]
    [InlineData("@s=89abcdef01234567;code=not-registered INFO:")]
    [InlineData("@s=89abcdef01234567;d= ACK:")]
    [InlineData("@s=89abcdef01234567;d=1")]
    [InlineData("@s=89abcdef01234567;d=x ACK:")]
    [InlineData("@s=89abcdef01234567;d=-1 ACK:")]
    [InlineData("@s=89abcdef01234567;d=1000000000000000000 ACK:")]
    [InlineData("@s=89abcdef01234567;d=1;o= x\n")]
    [InlineData("@s=89abcdef01234567;d=1;o=1x\n")]
    [InlineData("@s=89abcdef01234567;d=1;a= ACK:")]
    [InlineData("@s=89abcdef01234567;d=1;a=2-1 ACK:")]
    [InlineData("@s=89abcdef01234567;d=1;a=1, ACK:")]
    [InlineData("@s=89abcdef01234567;d=1;a=1")]
    [InlineData("@s=89abcdef01234567;d=1;a=1;w= ACK:")]
    public void What_is_none_is_not_read(string datagram) => Assert.False(LinkHeader.TryRead(Encoding.UTF8.GetBytes(datagram), out _));

    [Fact]
    public void Any_bytes_can_be_read() => Gen.Select(Gen.OneOfConst("", "@s=89abcdef01234567", "@s=89abcdef01234567;d=1", "@s=89abcdef01234567;d=1;o=5;a=1-3,"), Gen.Int[0, 1], Gen.Byte.Array[0, 40], Gen.OneOfConst("0123456789;=,- \nadow".ToCharArray()).Array[0, 40])
        .Sample((start, kind, bytes, chars) =>
    {
        byte[] datagram = [.. Encoding.ASCII.GetBytes(start), .. kind == 0 ? bytes : Encoding.ASCII.GetBytes(chars)];
        if (LinkHeader.TryRead(datagram, out LinkHeader header))
            Assert.True(header.Number >= 0 && header.Offset >= -1 && header.Lines.Length < datagram.Length && (header.Acknowledged.IsEmpty || NumberRanges.IsWellFormed(header.Acknowledged)));
    }, iter: 20_000);
}
