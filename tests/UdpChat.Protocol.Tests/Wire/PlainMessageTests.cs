using System;
using System.Text;
using CsCheck;
using UdpChat.Protocol.Wire;

namespace UdpChat.Protocol.Tests.Wire;

public class PlainMessageTests
{
    [Theory]
    [InlineData("REGISTER: Bob", PlainMessageKind.Register, "Bob", "")]
    [InlineData("HEARTBEAT: Bob", PlainMessageKind.Heartbeat, "Bob", "")]
    [InlineData("UNREGISTER: Bob", PlainMessageKind.Unregister, "Bob", "")]
    [InlineData("SENDTO:Annie: hi", PlainMessageKind.SendTo, "Annie", "hi")]
    [InlineData("FROM:Bob: hi", PlainMessageKind.From, "Bob", "hi")]
    [InlineData("INFO: hi", PlainMessageKind.Info, "", "hi")]
    public void Each_message_is_read_word_for_word(string datagram, object kind, string name, string text) => Reads(datagram, (PlainMessageKind)kind, name, text);

    [Theory]
    [InlineData("REGISTER:Bob", PlainMessageKind.Register, "Bob", "")]
    [InlineData("HEARTBEAT:Bob", PlainMessageKind.Heartbeat, "Bob", "")]
    [InlineData("UNREGISTER:Bob", PlainMessageKind.Unregister, "Bob", "")]
    [InlineData("SENDTO: Annie: hi", PlainMessageKind.SendTo, "Annie", "hi")]
    [InlineData("SENDTO:Annie:hi", PlainMessageKind.SendTo, "Annie", "hi")]
    [InlineData("SENDTO: Annie:hi", PlainMessageKind.SendTo, "Annie", "hi")]
    [InlineData("FROM: Bob:hi", PlainMessageKind.From, "Bob", "hi")]
    [InlineData("INFO:hi", PlainMessageKind.Info, "", "hi")]
    public void The_blank_after_a_colon_may_be_missing_or_there(string datagram, object kind, string name, string text) => Reads(datagram, (PlainMessageKind)kind, name, text);

    [Theory]
    [InlineData("REGISTER:  Bob", PlainMessageKind.Register, " Bob", "")]
    [InlineData("SENDTO:Annie:  hi", PlainMessageKind.SendTo, "Annie", " hi")]
    [InlineData("SENDTO:Annie:   ", PlainMessageKind.SendTo, "Annie", "  ")]
    [InlineData("SENDTO:Annie: hi \n\n", PlainMessageKind.SendTo, "Annie", "hi \n\n")]
    [InlineData("SENDTO:Annie: a: b:c", PlainMessageKind.SendTo, "Annie", "a: b:c")]
    [InlineData("SENDTO:Annie: one\r\ntwo", PlainMessageKind.SendTo, "Annie", "one\r\ntwo")]
    [InlineData("SENDTO:Annie:\thi", PlainMessageKind.SendTo, "Annie", "\thi")]
    [InlineData("SENDTO:Annie: ", PlainMessageKind.SendTo, "Annie", "")]
    [InlineData("SENDTO:Annie:", PlainMessageKind.SendTo, "Annie", "")]
    [InlineData("FROM:Bob:  hi ", PlainMessageKind.From, "Bob", " hi ")]
    [InlineData("INFO:  hi ", PlainMessageKind.Info, "", " hi ")]
    [InlineData("INFO:", PlainMessageKind.Info, "", "")]
    public void One_blank_belongs_to_the_colon_and_all_else_to_the_text(string datagram, object kind, string name, string text) => Reads(datagram, (PlainMessageKind)kind, name, text);

    [Theory]
    [InlineData("REGISTER:", PlainMessageKind.Register)]
    [InlineData("REGISTER: ", PlainMessageKind.Register)]
    [InlineData("HEARTBEAT:", PlainMessageKind.Heartbeat)]
    [InlineData("UNREGISTER:", PlainMessageKind.Unregister)]
    [InlineData("SENDTO::", PlainMessageKind.SendTo)]
    [InlineData("SENDTO: : ", PlainMessageKind.SendTo)]
    [InlineData("FROM::", PlainMessageKind.From)]
    public void A_name_may_be_missing(string datagram, object kind) => Reads(datagram, (PlainMessageKind)kind, "", "");

    [Theory]
    [InlineData("register: Bob")]
    [InlineData("Register: Bob")]
    [InlineData("heartbeat: Bob")]
    [InlineData("sendto:Annie: hi")]
    [InlineData("SendTo:Annie: hi")]
    [InlineData("unregister: Bob")]
    [InlineData("from:Bob: hi")]
    [InlineData("info: hi")]
    public void A_verb_is_upper_case(string datagram) => Reads(datagram, PlainMessageKind.Malformed, "", "");

    [Theory]
    [InlineData(" ")]
    [InlineData("hello")]
    [InlineData("REGISTER")]
    [InlineData("REGISTER Bob")]
    [InlineData("REGISTER : Bob")]
    [InlineData(" REGISTER: Bob")]
    [InlineData("REGISTERS: Bob")]
    [InlineData("SENDTO")]
    [InlineData("SENDTO:")]
    [InlineData("SENDTO:Annie")]
    [InlineData("SENDTO: Annie hi")]
    [InlineData("HEARTBEATS: Bob")]
    [InlineData("UNREGISTER")]
    [InlineData("FROM")]
    [InlineData("INFO")]
    [InlineData("~")]
    public void What_is_none_of_the_messages_is_malformed(string datagram) => Reads(datagram, PlainMessageKind.Malformed, "", "");

    [Fact]
    public void A_FROM_without_a_colon_behind_the_name_is_still_a_FROM() => Reads("FROM:Bob", PlainMessageKind.From, "", "");

    [Theory]
    [InlineData("REGISTER: B", 0xFF)]
    [InlineData("SENDTO:Annie: hi ", 0xE9)]
    [InlineData("SENDTO:Annie: hi ", 0xC0)]
    [InlineData("x", 0x80)]
    public void A_message_that_is_not_UTF_8_is_malformed(string before, int last)
    {
        PlainMessage message = PlainMessage.Parse([.. Encoding.UTF8.GetBytes(before), (byte)last]);
        Assert.Equal(PlainMessageKind.Malformed, message.Kind);
        Assert.True(message.Name.IsEmpty && message.Text.IsEmpty);
    }

    [Theory]
    [InlineData("FROM:Bob: caf")]
    [InlineData("INFO: caf")]
    public void A_relays_message_that_is_not_UTF_8_is_a_relays_message_still_so_that_it_is_never_answered(string before)
    {
        PlainMessage message = PlainMessage.Parse([.. Encoding.UTF8.GetBytes(before), 0xE9]);
        Assert.Equal(PlainMessageKind.From, message.Kind);
        Assert.True(message.Name.IsEmpty && message.Text.IsEmpty);
    }

    [Fact]
    public void No_bytes_are_empty() => Reads("", PlainMessageKind.Empty, "", "");

    [Fact]
    public void The_first_byte_says_what_is_no_text_and_what_is_extended()
    {
        for (int first = 0; first <= 255; first++)
        {
            PlainMessageKind kind = PlainMessage.Parse([(byte)first]).Kind;
            PlainMessageKind expected = first is < 32 or > 126 ? PlainMessageKind.NotText : first == '@' ? PlainMessageKind.Extended : PlainMessageKind.Malformed;
            Assert.Equal(expected, kind);
        }
    }

    [Fact]
    public void What_is_written_is_read_the_same() => Gen.Select(Names.Any, Gen.String).Sample((name, text) =>
    {
        if (Utf8.TryGetBytes(text) is not { } textBytes)
            return;
        byte[] nameBytes = Encoding.UTF8.GetBytes(name);
        byte[] buffer = new byte[PlainWriter.SendToOverhead + nameBytes.Length + textBytes.Length + PlainWriter.MaxShortBytes];
        Same(buffer.AsSpan(0, PlainWriter.Register(buffer, nameBytes)), PlainMessageKind.Register, nameBytes, []);
        Same(buffer.AsSpan(0, PlainWriter.Heartbeat(buffer, nameBytes)), PlainMessageKind.Heartbeat, nameBytes, []);
        Same(buffer.AsSpan(0, PlainWriter.Unregister(buffer, nameBytes)), PlainMessageKind.Unregister, nameBytes, []);
        Same(buffer.AsSpan(0, PlainWriter.SendTo(buffer, nameBytes, textBytes)), PlainMessageKind.SendTo, nameBytes, textBytes);
        Same(buffer.AsSpan(0, PlainWriter.From(buffer, nameBytes, textBytes)), PlainMessageKind.From, nameBytes, textBytes);
    });

    private static void Reads(string datagram, PlainMessageKind kind, string name, string text) =>
        Same(Encoding.UTF8.GetBytes(datagram), kind, Encoding.UTF8.GetBytes(name), Encoding.UTF8.GetBytes(text));

    private static void Same(ReadOnlySpan<byte> datagram, PlainMessageKind kind, ReadOnlySpan<byte> name, ReadOnlySpan<byte> text)
    {
        PlainMessage message = PlainMessage.Parse(datagram);
        Assert.Equal(kind, message.Kind);
        Assert.True(name.SequenceEqual(message.Name), $"the name of {Encoding.UTF8.GetString(datagram)}");
        Assert.True(text.SequenceEqual(message.Text), $"the text of {Encoding.UTF8.GetString(datagram)}");
    }
}
