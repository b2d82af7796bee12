using System;

namespace UdpChat.Protocol.Wire;

/// <summary>The line ending, LF or CRLF, with which a person at netcat ends each datagram.</summary>
internal static class LineEnding
{
    /// <summary>Whether the datagram ends in one.</summary>
    public static bool IsPresent(ReadOnlySpan<byte> datagram) => !datagram.IsEmpty && datagram[datagram.Length - 1] == '\n';

    /// <summary>The datagram without the one at its end.</summary>
    public static ReadOnlySpan<byte> Trim(ReadOnlySpan<byte> datagram)
    {
        if (!IsPresent(datagram))
            return datagram;
        datagram = datagram.Slice(0, datagram.Length - 1);
        return !datagram.IsEmpty && datagram[datagram.Length - 1] == '\r' ? datagram.Slice(0, datagram.Length - 1) : datagram;
    }
}
