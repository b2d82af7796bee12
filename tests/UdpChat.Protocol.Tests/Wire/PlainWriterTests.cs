using System;
using System.Text;
using UdpChat.Protocol.Wire;

namespace UdpChat.Protocol.Tests.Wire;

public class PlainWriterTests
{
    private delegate int Writing(Span<byte> destination, ReadOnlySpan<byte> name);

    [Fact]
    public void Each_message_is_written_word_for_word()
    {
        Assert.Equal("REGISTER: Bob", Written("Bob", PlainWriter.Register));
        Assert.Equal("HEARTBEAT: Bob", Written("Bob", PlainWriter.Heartbeat));
        Assert.Equal("UNREGISTER: Bob", Written("Bob", PlainWriter.Unregister));
        Assert.Equal("SENDTO:Bob: hi: there\n", Written("Bob", (to, name) => PlainWriter.SendTo(to, name, "hi: there\n"u8)));
        Assert.Equal("FROM:Bob:  hi ", Written("Bob", (to, name) => PlainWriter.From(to, name, " hi "u8)));
    }

    [Fact]
    public void Text_outside_ASCII_is_written_as_UTF_8() =>
        Assert.Equal("FROM:Zoë: 😀", Written("Zoë", (to, name) => PlainWriter.From(to, name, "😀"u8)));

    [Fact]
    public void The_constants_say_how_much_room_a_message_needs()
    {
        byte[] name = Encoding.UTF8.GetBytes(Names.OfLength(WireLimits.MaxNameBytes));
        Assert.Equal(PlainWriter.MaxShortBytes, PlainWriter.Unregister(new byte[200], name));
        Assert.Equal(PlainWriter.SendToOverhead + name.Length + 2, PlainWriter.SendTo(new byte[200], name, "hi"u8));
        Assert.Equal(PlainWriter.FromOverhead + name.Length + 2, PlainWriter.From(new byte[200], name, "hi"u8));
    }

    private static string Written(string name, Writing write)
    {
        byte[] buffer = new byte[200];
        return Encoding.UTF8.GetString(buffer, 0, write(buffer, Encoding.UTF8.GetBytes(name)));
    }
}
