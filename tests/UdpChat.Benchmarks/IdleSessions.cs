using System;
using UdpChat.Protocol.Wire;

namespace UdpChat.Benchmarks;

/// <summary>Users of the extended profile, each in a session that it keeps by heartbeats, which are acknowledged.</summary>
internal sealed class IdleSessions : IdleUsers
{
    private readonly SessionRegistration _sessions;
    private readonly int[] _numbers; // of the datagrams sent last
    private readonly byte[] _datagram = new byte[128];

    /// <summary>Begins their sessions, and proves their addresses.</summary>
    public IdleSessions(RelayProcess relay, int users)
        : base(relay, users)
    {
        _sessions = new SessionRegistration(Socket, users);
        _numbers = new int[users];
        Socket.AskForAll(users, Add);
    }

    protected override void Add(int user)
    {
        var writer = new AsciiWriter(_datagram);
        writer.Write("@s="u8);
        writer.WriteHex(_sessions[user]);
        writer.Write(";d="u8);
        writer.Write(++_numbers[user]);
        writer.Write(";pad=0000 HEARTBEAT: "u8);
        UserName.Write(ref writer, user);
        Socket.Add(user, _datagram.AsSpan(0, writer.Length));
    }

    protected override bool IsAnswer(ReadOnlySpan<byte> datagram)
    {
        if (!LinkHeader.TryRead(datagram, out LinkHeader header) || !_sessions.TryFind(header.Session, out int user))
            return false;
        var acknowledged = new NumberRanges(header.Acknowledged);
        return acknowledged.MoveNext() && acknowledged.Last == _numbers[user];
    }
}
