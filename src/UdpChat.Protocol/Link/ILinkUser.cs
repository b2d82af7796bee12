using System;

namespace UdpChat.Protocol.Link;

/// <summary>Takes the lines that a link has received.</summary>
internal interface ILinkUser
{
    /// <summary>A line has arrived, after all before it and exactly once.</summary>
    /// <param name="line">The line without its line feed. If the first of a datagram has tags, it begins with <c>;</c> in place of <c>@</c>.</param>
    /// <param name="now">The time.</param>
    void LineReceived(ReadOnlySpan<byte> line, TimeSpan now);
}
