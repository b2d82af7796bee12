using System;

namespace UdpChat.Protocol.Wire;

/// <summary>Texts in lines: a line feed, a carriage return and a backslash are written <c>\n</c>, <c>\r</c>, <c>\\</c>; nothing else is escaped.</summary>
internal static class LineText
{
    /// <summary>How many bytes a text has when it is escaped.</summary>
    public static int EscapedLength(ReadOnlySpan<byte> text)
    {
        int length = text.Length;
        for (int at; (at = text.IndexOfAny((byte)'\n', (byte)'\r', (byte)'\\')) >= 0; text = text.Slice(at + 1))
            length++;
        return length;
    }

    /// <summary>Escapes a text.</summary>
    /// <param name="text">The text.</param>
    /// <param name="destination">Room for <see cref="EscapedLength"/>.</param>
    /// <returns>How many bytes were written.</returns>
    public static int Escape(ReadOnlySpan<byte> text, Span<byte> destination)
    {
        int length = 0;
        for (int at; (at = text.IndexOfAny((byte)'\n', (byte)'\r', (byte)'\\')) >= 0; text = text.Slice(at + 1))
        {
            text.Slice(0, at).CopyTo(destination.Slice(length));
            length += at;
            destination[length++] = (byte)'\\';
            destination[length++] = text[at] switch
            {
                (byte)'\n' => (byte)'n',
                (byte)'\r' => (byte)'r',
                _ => (byte)'\\',
            };
        }
        text.CopyTo(destination.Slice(length));
        return length + text.Length;
    }

    /// <summary>How many bytes an escaped text has when it is not, or -1 if it has another escape.</summary>
    public static int UnescapedLength(ReadOnlySpan<byte> escaped)
    {
        int length = escaped.Length;
        for (int at; (at = escaped.IndexOf((byte)'\\')) >= 0; escaped = escaped.Slice(at + 2), length--)
        {
            if (at + 1 == escaped.Length || escaped[at + 1] is not ((byte)'n' or (byte)'r' or (byte)'\\'))
                return -1;
        }
        return length;
    }

    /// <summary>Takes the escapes out of a text in which <see cref="UnescapedLength"/> found no other.</summary>
    /// <param name="escaped">The text.</param>
    /// <param name="destination">Room for as many bytes; may be the same memory.</param>
    /// <returns>How many bytes were written.</returns>
    public static int Unescape(ReadOnlySpan<byte> escaped, Span<byte> destination)
    {
        int length = 0;
        for (int at; (at = escaped.IndexOf((byte)'\\')) >= 0; escaped = escaped.Slice(at + 2))
        {
            escaped.Slice(0, at).CopyTo(destination.Slice(length));
            length += at;
            destination[length++] = escaped[at + 1] switch
            {
                (byte)'n' => (byte)'\n',
                (byte)'r' => (byte)'\r',
                _ => (byte)'\\',
            };
        }
        escaped.CopyTo(destination.Slice(length));
        return length + escaped.Length;
    }

    /// <summary>How long the first piece of an escaped text can be: whole characters and whole escapes.</summary>
    /// <param name="escaped">The text.</param>
    /// <param name="most">The most bytes; at least 4.</param>
    public static int PieceLength(ReadOnlySpan<byte> escaped, int most)
    {
        if (escaped.Length <= most)
            return escaped.Length;
        int length = most;
        while (length > 0 && (escaped[length] & 0xC0) == 0x80)
            length--;
        // An odd number of backslashes before the cut means that the last begins an escape.
        int slashes = 0;
        while (slashes < length && escaped[length - 1 - slashes] == '\\')
            slashes++;
        return length - (slashes & 1);
    }
}
