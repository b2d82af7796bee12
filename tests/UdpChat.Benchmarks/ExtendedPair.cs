using System;
using System.Net;
using UdpChat.Protocol.Wire;

namespace UdpChat.Benchmarks;

/// <summary>Two users of the extended profile.</summary>
internal sealed class ExtendedPair : SocketPair
{
    private readonly SessionRegistration _sessions;
    private readonly SendingEnd _sender;
    private readonly ReceivingEnd _recipient;

    /// <summary>Begins their sessions, and proves their addresses.</summary>
    public ExtendedPair(IPEndPoint relay)
        : base(relay)
    {
        _sessions = new SessionRegistration(Socket, Users);
        _sender = new SendingEnd(Socket, Sender, _sessions[Sender]);
        _recipient = new ReceivingEnd(Socket, Recipient, _sessions[Recipient]);
        Socket.AskForAll(Users, user => EndOf(user).AddHeartbeat(), index => Take(Socket[index]));
    }

    protected override bool TrySend() => _sender.TrySend(Recipient);

    protected override void AddOthers()
    {
        _recipient.WriteTaken();
        _sender.AddOutput();
        _recipient.AddOutput();
    }

    protected override void Take(ReadOnlySpan<byte> datagram)
    {
        if (LinkHeader.TryRead(datagram, out LinkHeader header) && _sessions.TryFind(header.Session, out int user))
            EndOf(user).Take(header);
        Received = _recipient.Received;
    }

    /// <summary>The timers of the sessions see to what is lost.</summary>
    protected override void Silent()
    {
    }

    private SessionEnd EndOf(int user) => user == Sender ? _sender : _recipient;
}
