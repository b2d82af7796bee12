using System;
using System.Text;
using UdpChat.Protocol.Link;
using UdpChat.Protocol.Wire;

namespace UdpChat.Benchmarks;

/// <summary>The end of a session that sends messages.</summary>
internal sealed class SendingEnd(UserSocket socket, int user, ulong session) : SessionEnd(socket, user, session)
{
    private const int LowestInterval = 1024; // after so many the relay is told again what is decided

    private static readonly byte[] Text = Encoding.ASCII.GetBytes(Clients.Text);

    private long _number, _decided;

    /// <summary>Writes a message.</summary>
    /// <returns>False if there is no room for it.</returns>
    public bool TrySend(int recipient)
    {
        if (Link.Room < LinkLimits.MaxPayloadBytes)
            return false;
        var writer = new AsciiWriter(Link.Reserve(LinkLimits.MaxPayloadBytes));
        if (_number++ % LowestInterval == 0)
        {
            writer.Write("@n="u8);
            writer.Write(_number);
            writer.Write(";low="u8);
            writer.Write(_decided + 1);
            writer.Write((byte)' ');
        }
        writer.Write("SENDTO:"u8);
        UserName.Write(ref writer, recipient);
        writer.Write(": "u8);
        writer.Write(Text);
        writer.Write((byte)'\n');
        Link.Commit(writer.Length);
        return true;
    }

    /// <inheritdoc/>
    public override void LineReceived(ReadOnlySpan<byte> line, TimeSpan now)
    {
        ExtendedLine read = ExtendedLine.Read(line);
        if (read.Verb == ExtendedVerb.Info)
            throw new InvalidOperationException($"The relay refused a message: {Encoding.ASCII.GetString(line)}");
        var ranges = new NumberRanges(read.Verb is ExtendedVerb.Accepted or ExtendedVerb.Delivered ? read.Text : default);
        // One recipient who takes all of them: they are decided in order.
        while (ranges.MoveNext())
            _decided = Math.Max(_decided, ranges.Last);
    }
}
