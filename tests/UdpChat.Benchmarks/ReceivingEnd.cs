using System;
using UdpChat.Protocol.Link;
using UdpChat.Protocol.Wire;

namespace UdpChat.Benchmarks;

/// <summary>The end of a session that receives messages, and takes each at once.</summary>
internal sealed class ReceivingEnd(UserSocket socket, int user, ulong session) : SessionEnd(socket, user, session)
{
    private long _taken;

    /// <summary>How many messages have come.</summary>
    public long Received { get; private set; }

    /// <inheritdoc/>
    public override void LineReceived(ReadOnlySpan<byte> line, TimeSpan now)
    {
        if (ExtendedLine.Read(line).Verb == ExtendedVerb.From)
            Received++;
    }

    /// <summary>Tells the relay what was taken since it was told last.</summary>
    public void WriteTaken()
    {
        if (_taken == Received || Link.Room < LinkLimits.MaxPayloadBytes)
            return;
        var writer = new AsciiWriter(Link.Reserve(LinkLimits.MaxPayloadBytes));
        writer.Write("TAKEN: "u8);
        NumberRanges.Write(ref writer, new RangeSet.Range(_taken + 1, Received));
        writer.Write((byte)'\n');
        Link.Commit(writer.Length);
        _taken = Received;
    }
}
