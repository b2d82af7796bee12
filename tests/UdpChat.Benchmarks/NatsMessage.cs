using System;

namespace UdpChat.Benchmarks;

/// <summary>A message from NATS, valid until more is received.</summary>
internal readonly ref struct NatsMessage
{
    /// <summary>Reads the rest of a line that began with MSG: subject, subscription, perhaps where to reply, length.</summary>
    public NatsMessage(ReadOnlySpan<byte> line, ReadOnlySpan<byte> payload)
    {
        int end = line.IndexOf((byte)' ');
        Subject = line[..end];
        ReadOnlySpan<byte> rest = line[(end + 1)..line.LastIndexOf((byte)' ')];
        int reply = rest.IndexOf((byte)' ');
        Reply = reply < 0 ? default : rest[(reply + 1)..];
        Payload = payload;
    }

    public ReadOnlySpan<byte> Subject { get; }

    /// <summary>Where to reply; empty if nobody waits for it.</summary>
    public ReadOnlySpan<byte> Reply { get; }

    public ReadOnlySpan<byte> Payload { get; }
}
