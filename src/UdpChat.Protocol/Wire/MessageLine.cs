using System;

namespace UdpChat.Protocol.Wire;

/// <summary>The line of a message that has neither tags nor escapes, as nearly all are. It reads them as <see cref="ExtendedLine"/> does, and faster.</summary>
internal static class MessageLine
{
    /// <summary>Reads a line without its line feed.</summary>
    /// <param name="line">The line.</param>
    /// <param name="verb">SENDTO or FROM, with its colon.</param>
    /// <param name="name">To or from whom: as it was written, not checked.</param>
    /// <param name="text">The text, which has no escapes.</param>
    /// <returns>False if it is anything else, or malformed.</returns>
    public static bool TryRead(ReadOnlySpan<byte> line, ReadOnlySpan<byte> verb, out ReadOnlySpan<byte> name, out ReadOnlySpan<byte> text)
    {
        name = text = default;
        if (!line.StartsWith(verb))
            return false;
        ReadOnlySpan<byte> rest = SkipBlank(line.Slice(verb.Length));
        int colon = rest.IndexOf((byte)':');
        if (colon < 0)
            return false;
        ReadOnlySpan<byte> written = SkipBlank(rest.Slice(colon + 1));
        if (written.IndexOf((byte)'\\') >= 0 || !Utf8.IsValid(line))
            return false;
        name = rest.Slice(0, colon);
        text = written;
        return true;
    }

    private static ReadOnlySpan<byte> SkipBlank(ReadOnlySpan<byte> text) => !text.IsEmpty && text[0] == ' ' ? text.Slice(1) : text;
}
