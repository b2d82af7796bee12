using System;

namespace UdpChat.Protocol.Wire;

/// <summary>One datagram of the plain profile, taken apart in place. Reading never fails: what is wrong is said by <see cref="Kind"/>.</summary>
internal readonly ref struct PlainMessage
{
    private PlainMessage(PlainMessageKind kind, ReadOnlySpan<byte> name = default, ReadOnlySpan<byte> text = default)
    {
        Kind = kind;
        Name = name;
        Text = text;
    }

    /// <summary>What the datagram is.</summary>
    public PlainMessageKind Kind { get; }

    /// <summary>The name as it was written, not yet checked: whose (<c>REGISTER</c>, <c>HEARTBEAT</c>, <c>UNREGISTER</c>), to or from whom.</summary>
    public ReadOnlySpan<byte> Name { get; }

    /// <summary>The text of <c>SENDTO</c>, <c>FROM</c> and <c>INFO</c>: valid UTF-8.</summary>
    public ReadOnlySpan<byte> Text { get; }

    /// <summary>Reads a datagram, from which a line peer's line ending has been taken already.</summary>
    public static PlainMessage Parse(ReadOnlySpan<byte> datagram)
    {
        if (datagram.IsEmpty)
            return new(PlainMessageKind.Empty);
        byte first = datagram[0];
        if (first is < 0x20 or > 0x7E)
            return new(PlainMessageKind.NotText);
        if (first == '@')
            return new(PlainMessageKind.Extended);
        // Nothing that looks like a relay's message may ever be answered, so what can't be read of one is of its kind still.
        if (!Utf8.IsValid(datagram))
            return new(datagram.StartsWith("FROM:"u8) || datagram.StartsWith("INFO:"u8) ? PlainMessageKind.From : PlainMessageKind.Malformed);
        return first switch
        {
            (byte)'S' when datagram.StartsWith("SENDTO:"u8) => Addressed(PlainMessageKind.SendTo, datagram.Slice(7)),
            (byte)'H' when datagram.StartsWith("HEARTBEAT:"u8) => new(PlainMessageKind.Heartbeat, SkipBlank(datagram.Slice(10))),
            (byte)'R' when datagram.StartsWith("REGISTER:"u8) => new(PlainMessageKind.Register, SkipBlank(datagram.Slice(9))),
            (byte)'U' when datagram.StartsWith("UNREGISTER:"u8) => new(PlainMessageKind.Unregister, SkipBlank(datagram.Slice(11))),
            (byte)'F' when datagram.StartsWith("FROM:"u8) => Addressed(PlainMessageKind.From, datagram.Slice(5)),
            (byte)'I' when datagram.StartsWith("INFO:"u8) => new(PlainMessageKind.Info, default, SkipBlank(datagram.Slice(5))),
            _ => new(PlainMessageKind.Malformed),
        };
    }

    private static PlainMessage Addressed(PlainMessageKind kind, ReadOnlySpan<byte> rest)
    {
        rest = SkipBlank(rest);
        int colon = rest.IndexOf((byte)':');
        // A FROM without a name is of the same kind still, for the same reason.
        if (colon < 0)
            return new(kind == PlainMessageKind.From ? kind : PlainMessageKind.Malformed);
        return new(kind, rest.Slice(0, colon), SkipBlank(rest.Slice(colon + 1)));
    }

    private static ReadOnlySpan<byte> SkipBlank(ReadOnlySpan<byte> text) => !text.IsEmpty && text[0] == ' ' ? text.Slice(1) : text;
}
