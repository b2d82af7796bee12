using System;
using System.Diagnostics;
using UdpChat.Protocol.Link;
using UdpChat.Protocol.Wire;

namespace UdpChat.Benchmarks;

/// <summary>A client's end of a session of the extended profile: its link over a socket, and no client around it.</summary>
internal abstract class SessionEnd : ILinkUser
{
    private readonly UserSocket _socket;
    private readonly int _user;
    private readonly byte[] _datagram = new byte[LinkLimits.MaxDatagramBytes];

    protected SessionEnd(UserSocket socket, int user, ulong session)
    {
        (_socket, _user) = (socket, user);
        Link = new ReliableLink(session, this, new MemoryBudget(2 * LinkLimits.StreamWindow));
    }

    /// <summary>Its stream of lines both ways.</summary>
    protected ReliableLink Link { get; }

    private static TimeSpan Now => Stopwatch.GetElapsedTime(0);

    /// <summary>Adds a heartbeat to the batch.</summary>
    public void AddHeartbeat()
    {
        Span<byte> line = stackalloc byte[64];
        var writer = new AsciiWriter(line);
        writer.Write("@pad=0000 HEARTBEAT: "u8);
        UserName.Write(ref writer, _user);
        Add(Link.WriteControl(_datagram, line.Slice(0, writer.Length), Now));
    }

    /// <summary>Adds to the batch what can be sent now.</summary>
    public void AddOutput()
    {
        TimeSpan now = Now;
        if (now >= Link.NextTimeout)
            Link.OnTimeout(now);
        while (Link.WriteDatagram(_datagram, now) is > 0 and int length)
            Add(length);
    }

    /// <summary>Takes a datagram of this session.</summary>
    public void Take(in LinkHeader header)
    {
        if (Link.Receive(header, Now) == LinkOutcome.Received && header.Offset < 0)
            Link.Note(header.Number); // An acknowledgement alone.
    }

    /// <inheritdoc/>
    public abstract void LineReceived(ReadOnlySpan<byte> line, TimeSpan now);

    private void Add(int length) => _socket.Add(_user, _datagram.AsSpan(0, length));
}
