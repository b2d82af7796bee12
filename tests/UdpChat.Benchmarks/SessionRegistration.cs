using System;
using System.Collections.Generic;
using System.Text;
using UdpChat.Protocol;
using UdpChat.Protocol.Client;
using UdpChat.Protocol.Wire;

namespace UdpChat.Benchmarks;

/// <summary>Users of the extended profile, and the sessions that they have begun; none has proven its address yet.</summary>
internal sealed class SessionRegistration
{
    private static readonly ClientIdentity Identity = new(new byte[16], 1);
    private static readonly ClientOptions Options = new() { Name = "u" };

    private readonly UserSocket _socket;
    private readonly ulong[] _sessions;
    private readonly Dictionary<ulong, int> _users;
    private readonly DatagramBatch _datagram = new(1, 1024);

    /// <summary>Begins the sessions.</summary>
    /// <param name="socket">From where they send. Its datagrams have room for a registration.</param>
    /// <param name="users">How many.</param>
    public SessionRegistration(UserSocket socket, int users)
    {
        _socket = socket;
        _sessions = new ulong[users];
        _users = new Dictionary<ulong, int>(users);
        socket.AskForAll(users, Register, TakeAnswer);
    }

    /// <summary>The session of a user.</summary>
    public ulong this[int user] => _sessions[user];

    /// <summary>Whose session it is.</summary>
    public bool TryFind(ulong session, out int user) => _users.TryGetValue(session, out user);

    private void Register(int user)
    {
        RegisterLine.Write(_datagram, Encoding.ASCII.GetBytes(UserName.Of(user)), Identity, registration: 1, lowest: 1, Options);
        _socket.Add(user, _datagram.Data(0));
        _datagram.Clear();
    }

    private void TakeAnswer(int index)
    {
        const string Welcome = "Welcome ";
        ExtendedLine line = ExtendedLine.Read(_socket[index]);
        if (!line.Code.SequenceEqual("registered"u8) || !UserName.TryRead(line.Text.Slice(Welcome.Length), out int user))
            throw new InvalidOperationException($"The relay refused a registration: {Encoding.ASCII.GetString(_socket[index])}");
        _sessions[user] = line.Session;
        _users[line.Session] = user;
    }
}
