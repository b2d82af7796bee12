using System;
using System.Collections.Generic;
using System.Text;
using UdpChat.Protocol;
using UdpChat.Protocol.Client;
using UdpChat.Protocol.Wire;

namespace UdpChat.Benchmarks;

/// <summary>Users of the extended profile, each in a session that it keeps by heartbeats, which are acknowledged.</summary>
internal sealed class IdleSessions : IdleUsers
{
    private static readonly ClientIdentity Identity = new(new byte[16], 1);
    private static readonly ClientOptions Options = new() { Name = "u" };

    private readonly ulong[] _sessions;
    private readonly int[] _numbers; // of the datagrams sent last
    private readonly Dictionary<ulong, int> _users;
    private readonly DatagramBatch _registration = new(1, 1024);
    private readonly byte[] _datagram = new byte[128];

    /// <summary>Begins their sessions, and proves their addresses.</summary>
    public IdleSessions(RelayProcess relay, int users)
        : base(relay, users)
    {
        _sessions = new ulong[users];
        _numbers = new int[users];
        _users = new Dictionary<ulong, int>(users);
        Socket.AskForAll(users, Register, TakeRegistered);
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
        UserName.Write(_datagram.AsSpan(writer.Length), user);
        Socket.Add(user, _datagram.AsSpan(0, writer.Length + UserName.Bytes));
    }

    protected override bool IsAnswer(ReadOnlySpan<byte> datagram)
    {
        if (!LinkHeader.TryRead(datagram, out LinkHeader header) || !_users.TryGetValue(header.Session, out int user))
            return false;
        var acknowledged = new NumberRanges(header.Acknowledged);
        return acknowledged.MoveNext() && acknowledged.Last == _numbers[user];
    }

    private void Register(int user)
    {
        RegisterLine.Write(_registration, Encoding.ASCII.GetBytes(UserName.Of(user)), Identity, registration: 1, lowest: 1, Options);
        Socket.Add(user, _registration.Data(0));
        _registration.Clear();
    }

    private void TakeRegistered(int index)
    {
        const string Welcome = "Welcome ";
        ExtendedLine line = ExtendedLine.Read(Socket[index]);
        if (!line.Code.SequenceEqual("registered"u8) || !UserName.TryRead(line.Text.Slice(Welcome.Length), out int user))
            throw new InvalidOperationException($"The relay refused a registration: {Encoding.ASCII.GetString(Socket[index])}");
        _sessions[user] = line.Session;
        _users[line.Session] = user;
    }
}
