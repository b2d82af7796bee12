using System;
using System.Net;

namespace UdpChat.Benchmarks;

/// <summary>Two users of the plain profile.</summary>
internal sealed class PlainPair : SocketPair
{
    private readonly NamedDatagram _message = new("SENDTO:", ": " + Clients.Text);

    /// <summary>Registers them.</summary>
    public PlainPair(IPEndPoint relay)
        : base(relay)
    {
        var register = new NamedDatagram("REGISTER: ");
        Socket.AskForAll(Users, user => Socket.Add(user, register.For(user)));
    }

    protected override bool TrySend()
    {
        Socket.Add(Sender, _message.For(Recipient));
        return true;
    }

    protected override void AddOthers()
    {
    }

    protected override void Take(ReadOnlySpan<byte> datagram)
    {
        if (datagram.StartsWith("FROM:"u8))
            Received++;
    }

    /// <summary>What has not come is lost, and others go in its place.</summary>
    protected override void Silent() => Sent = Received;
}
