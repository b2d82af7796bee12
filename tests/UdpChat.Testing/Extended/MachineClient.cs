using System;
using System.Collections.Generic;
using UdpChat.Protocol;
using UdpChat.Protocol.Client;
using UdpChat.Protocol.Wire;

namespace UdpChat.Testing.Extended;

/// <summary>Our own client's state machine, driven as its owner has to.</summary>
internal sealed class MachineClient : IMemberClient, IClientEvents
{
    private readonly ClientMachine _machine;
    private readonly DatagramBatch _output = new(ClientMachine.MaxOutputDatagrams, ClientMachine.MaxOutputBytes);
    private readonly Action<byte[]> _send;
    private readonly Action<SpecClient.Outgoing> _changed;
    private readonly Action<SpecClient.Incoming> _received;
    private readonly HashSet<OutgoingMessage> _undecided = [];
    private readonly bool _keepsMessages;
    private bool _pathWanted = true;
    private bool _isOpen;

    public MachineClient(string name, byte[] token, long incarnation, int inboxMessages, int inboxBytes, IRandomSource random, Action<byte[]> send, Action<SpecClient.Outgoing> changed, Action<SpecClient.Incoming> received)
    {
        var options = new ClientOptions
        {
            Name = name,
            Profile = ChatProfile.Extended,
            ConnectTimeout = TimeSpan.FromHours(1),
            InboxCapacity = inboxMessages,
            InboxBytes = Math.Max(inboxBytes, 64 << 10),
        };
        _machine = new ClientMachine(options, Utf8.TryGetBytes(name)!, new ClientIdentity(token, incarnation), random, this);
        (_send, _changed, _received) = (send, changed, received);
        _keepsMessages = ((incarnation ^ token[^1]) & 1) == 0; // In its other lives it uses their memory again.
    }

    public bool HasEnded => _machine.State == ChatConnectionState.Disconnected;

    public bool IsConnected => _machine.State == ChatConnectionState.Connected;

    public bool IsIdle => _undecided.Count == 0 && _machine.OutboxCount == 0;

    public TimeSpan NextTick => _machine.NextTick;

    public SpecClient.Outgoing? Post(string to, string text, TimeSpan now, object tag)
    {
        _machine.Send(Utf8.TryGetBytes(to), Utf8.TryGetBytes(text), now, _output, out OutgoingMessage? message, _keepsMessages);
        if (message is null)
            return null;
        var outgoing = new SpecClient.Outgoing(message.Number, to, []) { Tag = tag };
        message.Tag = outgoing;
        _undecided.Add(message);
        return outgoing;
    }

    public void Take(SpecClient.Incoming message) => _machine.Taken(message.Count);

    public void Leave(TimeSpan now)
    {
        _machine.Close(_output);
        SendOutput();
    }

    public void Tick(TimeSpan now)
    {
        if (!_isOpen)
        {
            _isOpen = true;
            _machine.Open(now);
        }
        if (now >= _machine.NextTick)
            _machine.Tick(now, _output);
        SendOutput();
        if (_pathWanted)
        {
            _pathWanted = false;
            _machine.PathOpened(now, _output);
            SendOutput();
        }
        while (_machine.WriteOutput(now, _output))
            SendOutput();
    }

    public void Receive(byte[] datagram, TimeSpan now)
    {
        _machine.Receive(datagram, now, _output);
        SendOutput();
    }

    void IClientEvents.Connected()
    {
    }

    void IClientEvents.Reconnecting(ReconnectReason reason)
    {
    }

    void IClientEvents.ConnectFailed(ConnectFailure failure)
    {
    }

    void IClientEvents.PathWanted() => _pathWanted = true;

    void IClientEvents.EchoReturned()
    {
    }

    void IClientEvents.MessageReceived(ReadOnlySpan<byte> from, ReadOnlySpan<byte> text, in MessageOrigin origin, long ticket) =>
        _received(new SpecClient.Incoming(Utf8.GetString(from), origin.Incarnation, origin.Number, Utf8.GetString(text)) { Count = ticket });

    void IClientEvents.MessageChanged(OutgoingMessage message)
    {
        var outgoing = (SpecClient.Outgoing)message.Tag!;
        outgoing.Report = message.State switch
        {
            OutgoingState.Sent => Report.Sent,
            OutgoingState.Accepted => Report.Accepted,
            OutgoingState.Delivered => Report.Delivered,
            OutgoingState.Failed => Report.Failed,
            _ => Report.None,
        };
        (outgoing.Code, outgoing.MayHaveArrived) = (message.Code.Text ?? "", message.MayHaveArrived);
        if (outgoing.Report != Report.None)
            _undecided.Remove(message);
        _changed(outgoing);
    }

    void IClientEvents.NoticeReceived(ReadOnlySpan<byte> text, ReadOnlySpan<byte> code)
    {
    }

    void IClientEvents.Replaced()
    {
    }

    void IClientEvents.Left()
    {
    }

    private void SendOutput()
    {
        for (int i = 0; i < _output.Count; i++)
            _send(_output.Data(i).ToArray());
        _output.Clear();
    }
}
