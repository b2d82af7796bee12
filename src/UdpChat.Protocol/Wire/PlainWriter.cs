using System;

namespace UdpChat.Protocol.Wire;

/// <summary>Writes the messages of the plain profile. The destination must be large enough: the constants say how large.</summary>
internal static class PlainWriter
{
    /// <summary>The bytes of a <c>FROM</c> besides name, text and line feed.</summary>
    public const int FromOverhead = 7;

    /// <summary>The bytes of a <c>SENDTO</c> besides name and text.</summary>
    public const int SendToOverhead = 9;

    /// <summary>The most bytes that a message without a text has: <c>UNREGISTER: </c> and a name.</summary>
    public const int MaxShortBytes = 12 + WireLimits.MaxNameBytes;

    /// <summary><c>REGISTER: name</c></summary>
    public static int Register(Span<byte> destination, ReadOnlySpan<byte> name) => Join(destination, "REGISTER: "u8, name);

    /// <summary><c>HEARTBEAT: name</c></summary>
    public static int Heartbeat(Span<byte> destination, ReadOnlySpan<byte> name) => Join(destination, "HEARTBEAT: "u8, name);

    /// <summary><c>UNREGISTER: name</c></summary>
    public static int Unregister(Span<byte> destination, ReadOnlySpan<byte> name) => Join(destination, "UNREGISTER: "u8, name);

    /// <summary><c>SENDTO:name: text</c></summary>
    public static int SendTo(Span<byte> destination, ReadOnlySpan<byte> name, ReadOnlySpan<byte> text) => Join(destination, "SENDTO:"u8, name, text);

    /// <summary><c>FROM:name: text</c></summary>
    public static int From(Span<byte> destination, ReadOnlySpan<byte> name, ReadOnlySpan<byte> text) => Join(destination, "FROM:"u8, name, text);

    private static int Join(Span<byte> destination, ReadOnlySpan<byte> verb, ReadOnlySpan<byte> name)
    {
        verb.CopyTo(destination);
        name.CopyTo(destination.Slice(verb.Length));
        return verb.Length + name.Length;
    }

    private static int Join(Span<byte> destination, ReadOnlySpan<byte> verb, ReadOnlySpan<byte> name, ReadOnlySpan<byte> text)
    {
        int at = Join(destination, verb, name);
        destination[at++] = (byte)':';
        destination[at++] = (byte)' ';
        text.CopyTo(destination.Slice(at));
        return at + text.Length;
    }
}
