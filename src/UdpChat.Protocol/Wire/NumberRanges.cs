using System;
using UdpChat.Protocol.Link;

namespace UdpChat.Protocol.Wire;

/// <summary>Ranges of numbers as text: <c>1-5,7</c>. A walk through them.</summary>
internal ref struct NumberRanges(ReadOnlySpan<byte> text)
{
    private ReadOnlySpan<byte> _rest = text;

    /// <summary>The ends of the present range, inclusive.</summary>
    public long First { get; private set; }

    /// <inheritdoc cref="First"/>
    public long Last { get; private set; }

    /// <summary>Whether what was read was not ranges of numbers.</summary>
    public bool IsMalformed { get; private set; }

    /// <summary>Goes to the next range.</summary>
    /// <returns>False at the end, and where it is malformed.</returns>
    public bool MoveNext()
    {
        if (_rest.IsEmpty)
            return false;
        int digits = DecimalNumber.Read(_rest, out long first);
        long last = first;
        ReadOnlySpan<byte> rest = _rest.Slice(digits);
        if (digits > 0 && !rest.IsEmpty && rest[0] == '-')
        {
            digits = DecimalNumber.Read(rest.Slice(1), out last);
            rest = rest.Slice(1 + digits);
        }
        if (digits == 0 || last < first || (!rest.IsEmpty && (rest[0] != ',' || rest.Length == 1)))
        {
            IsMalformed = true;
            _rest = default;
            return false;
        }
        _rest = rest.IsEmpty ? rest : rest.Slice(1);
        (First, Last) = (first, last);
        return true;
    }

    /// <summary>Whether a text is one or more ranges.</summary>
    public static bool IsWellFormed(ReadOnlySpan<byte> text)
    {
        var ranges = new NumberRanges(text);
        bool isAny = false;
        while (ranges.MoveNext())
            isAny = true;
        return isAny && !ranges.IsMalformed;
    }

    /// <summary>Writes as many ranges as fit and takes them out of the set, the smallest numbers first.</summary>
    public static void WriteAndRemove(ref AsciiWriter writer, RangeSet set)
    {
        const int MaxRange = 2 * 19 + 1;
        for (bool isFirst = true; set.Count > 0 && writer.Room >= MaxRange; isFirst = false)
        {
            if (!isFirst)
                writer.Write((byte)',');
            Write(ref writer, set.Ranges[0]);
            set.RemoveFirstRange();
        }
    }

    /// <summary>Writes one range.</summary>
    public static void Write(ref AsciiWriter writer, in RangeSet.Range range)
    {
        writer.Write(range.First);
        if (range.Last == range.First)
            return;
        writer.Write((byte)'-');
        writer.Write(range.Last);
    }
}
