using System;

namespace UdpChat.Benchmarks;

/// <summary>Users of the plain profile, each of whom sends messages to himself: one datagram in, one out, as a heartbeat and its acknowledgement are.</summary>
internal sealed class SelfSenders : IdleUsers
{
    private readonly NamedDatagram _message = new("SENDTO:", ": ");

    /// <summary>Registers them.</summary>
    public SelfSenders(RelayProcess relay, int users)
        : base(relay, users)
    {
        var register = new NamedDatagram("REGISTER: ");
        Socket.AskForAll(users, user => Socket.Add(user, register.For(user)));
    }

    protected override void Add(int user) => Socket.Add(user, _message.For(user));

    protected override bool IsAnswer(ReadOnlySpan<byte> datagram) => datagram.StartsWith("FROM:"u8);
}
