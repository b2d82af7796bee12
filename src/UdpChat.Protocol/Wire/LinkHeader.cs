using System;

namespace UdpChat.Protocol.Wire;

/// <summary>
/// What stands once in an extended datagram: <c>@s=</c>session<c>;d=</c>number, then, each if it is there, <c>;o=</c>offset
/// of the lines in the stream, <c>;a=</c>acknowledged datagrams, <c>;w=</c>milliseconds that the acknowledgement waited.
/// </summary>
internal readonly ref struct LinkHeader
{
    private LinkHeader(ulong session, long number, long offset, ReadOnlySpan<byte> acknowledged, long waited, ReadOnlySpan<byte> lines)
    {
        Session = session;
        Number = number;
        Offset = offset;
        Acknowledged = acknowledged;
        Waited = TimeSpan.FromMilliseconds(Math.Min(waited, 1_000));
        Lines = lines;
    }

    /// <summary>The session id.</summary>
    public ulong Session { get; }

    /// <summary>The datagram's number.</summary>
    public long Number { get; }

    /// <summary>Where in the stream its lines belong, or -1 if it has one line that belongs to no stream.</summary>
    public long Offset { get; }

    /// <summary>The datagrams that it acknowledges, as <see cref="NumberRanges"/>; empty if none.</summary>
    public ReadOnlySpan<byte> Acknowledged { get; }

    /// <summary>How long the acknowledgement waited.</summary>
    public TimeSpan Waited { get; }

    /// <summary>The lines. If the first has tags, it begins with <c>;</c> in place of <c>@</c>.</summary>
    public ReadOnlySpan<byte> Lines { get; }

    /// <summary>Reads the header of a datagram.</summary>
    /// <returns>False if it has none, or a malformed one.</returns>
    public static bool TryRead(ReadOnlySpan<byte> datagram, out LinkHeader header)
    {
        header = default;
        if (datagram.Length < 3 + Hex.Digits64 || !datagram.StartsWith("@s="u8) || !Hex.TryRead(datagram.Slice(3, Hex.Digits64), out ulong session))
            return false;
        ReadOnlySpan<byte> rest = datagram.Slice(3 + Hex.Digits64);
        if (!rest.StartsWith(";d="u8) || !TryTakeNumber(ref rest, out long number))
            return false;
        long offset = -1;
        if (rest.StartsWith(";o="u8) && !TryTakeNumber(ref rest, out offset))
            return false;
        ReadOnlySpan<byte> acknowledged = default;
        if (rest.StartsWith(";a="u8))
        {
            rest = rest.Slice(3);
            int length = rest.IndexOfAny((byte)';', (byte)' ');
            if (length < 0 || !NumberRanges.IsWellFormed(rest.Slice(0, length)))
                return false;
            acknowledged = rest.Slice(0, length);
            rest = rest.Slice(length);
        }
        long waited = 0;
        if (rest.StartsWith(";w="u8) && !TryTakeNumber(ref rest, out waited))
            return false;
        if (rest.IsEmpty || rest[0] is not ((byte)' ' or (byte)';'))
            return false;
        header = new LinkHeader(session, number, offset, acknowledged, waited, rest[0] == ' ' ? rest.Slice(1) : rest);
        return true;
    }

    private static bool TryTakeNumber(ref ReadOnlySpan<byte> rest, out long number)
    {
        int digits = DecimalNumber.Read(rest.Slice(3), out number);
        rest = rest.Slice(3 + digits);
        return digits > 0;
    }
}
