using System;
using System.Collections.Generic;
using System.Text;
using UdpChat.Protocol.Client;
using UdpChat.Testing;

namespace UdpChat.Protocol.Tests.Client;

/// <summary>A client called Bob at whom a test plays the network, its owner and the clock.</summary>
internal sealed class ClientFixture : IClientEvents
{
    public const string Register = "REGISTER: Bob", Heartbeat = "HEARTBEAT: Bob", NotRegistered = "INFO: You are not registered, please register again.";

    private readonly DatagramBatch _output = new(ClientMachine.MaxOutputDatagrams, ClientMachine.MaxOutputBytes);
    private readonly List<string> _sent = [];
    private readonly List<string> _events = [];
    private long _received;

    public ClientFixture(ClientOptions? options = null, ulong seed = 1) =>
        Machine = new ClientMachine(options ?? Options(), Encoding.UTF8.GetBytes("Bob"), null, new SeededRandom(seed), this);

    public ClientMachine Machine { get; }

    /// <summary>What has become of the messages that were sent, one change after another.</summary>
    public List<string> Changes { get; } = [];

    public TimeSpan Now { get; private set; }

    /// <summary>The last echo that was sent, as the relay would forward it.</summary>
    public string Echo { get; private set; } = "";

    public static ClientOptions Options() => new() { Name = "Bob" };

    /// <summary>What was sent since this was asked last; an echo is shown as <c>echo</c>.</summary>
    public string[] Sent()
    {
        string[] sent = [.. _sent];
        _sent.Clear();
        return sent;
    }

    /// <summary>What was told since this was asked last.</summary>
    public string[] Events()
    {
        string[] events = [.. _events];
        _events.Clear();
        return events;
    }

    /// <summary>Begins to connect over a path that opens at once.</summary>
    public void Open()
    {
        Machine.Open(Now);
        Machine.PathOpened(Now, _output);
        Take();
    }

    /// <summary>Connects, and forgets how.</summary>
    public void Connect()
    {
        Open();
        Receive(Echo);
        Assert.Equal(ChatConnectionState.Connected, Machine.State);
        Sent();
        Events();
    }

    public void PathOpened()
    {
        Machine.PathOpened(Now, _output);
        Take();
    }

    public void PathFailed()
    {
        Machine.PathFailed(Now, _output);
        Take();
    }

    public void Probe()
    {
        Machine.Probe(Now, _output);
        Take();
    }

    public void Close()
    {
        Machine.Close(_output);
        Take();
    }

    public SendOutcome Send(string to, string text)
    {
        SendOutcome outcome = Machine.Send(Encoding.UTF8.GetBytes(to), Encoding.UTF8.GetBytes(text), Now, _output, out _);
        Take();
        return outcome;
    }

    public void Receive(string datagram) => Receive(Encoding.UTF8.GetBytes(datagram));

    /// <summary>Gives it a datagram, which has to be counted once, and makes it send a try at most: a REGISTER and an echo.</summary>
    public void Receive(ReadOnlySpan<byte> datagram)
    {
        Machine.Receive(datagram, Now, _output);
        Assert.InRange(_output.Count, 0, 2);
        _received++;
        ClientCounters counters = Machine.Counters;
        Assert.Equal(_received, counters.Messages + counters.Notices + counters.NotRegistered + counters.Echoes + counters.Ignored + counters.Session);
        Take();
    }

    /// <summary>Calls Tick at a time, whether it is due or not.</summary>
    public void TickAt(TimeSpan time)
    {
        Now = time;
        Machine.Tick(Now, _output);
        Take();
    }

    /// <summary>Goes on to when the client wants to be called, and calls it.</summary>
    /// <returns>How long that took.</returns>
    public TimeSpan Tick()
    {
        TimeSpan before = Now;
        TickAt(Machine.NextTick);
        return Now - before;
    }

    /// <summary>Goes on to a time, and calls the client whenever it is due.</summary>
    public void RunTo(TimeSpan time)
    {
        while (Machine.NextTick <= time)
        {
            TimeSpan due = Machine.NextTick;
            TickAt(due > Now ? due : Now);
            Assert.True(Machine.NextTick > due, "Tick left something due undone.");
        }
        Now = time;
    }

    void IClientEvents.Connected() => _events.Add("connected");

    void IClientEvents.Reconnecting(ReconnectReason reason) => _events.Add($"reconnecting: {reason}");

    void IClientEvents.ConnectFailed(ConnectFailure failure) => _events.Add($"failed: {failure}");

    void IClientEvents.PathWanted() => _events.Add("path wanted");

    void IClientEvents.EchoReturned() => _events.Add("echo returned");

    void IClientEvents.MessageChanged(OutgoingMessage message)
    {
        string fate = message.State == OutgoingState.Failed ? $": {message.Code}, {(message.MayHaveArrived ? "may have arrived" : "did not arrive")}" : "";
        Changes.Add($"{message.Number} {message.State}{fate}");
    }

    void IClientEvents.Replaced() => _events.Add("replaced");

    void IClientEvents.Left() => _events.Add("left");

    void IClientEvents.MessageReceived(ReadOnlySpan<byte> from, ReadOnlySpan<byte> text, in MessageOrigin origin, long ticket) =>
        _events.Add($"{Encoding.UTF8.GetString(from)}: {Encoding.UTF8.GetString(text)}");

    void IClientEvents.NoticeReceived(ReadOnlySpan<byte> text, ReadOnlySpan<byte> code) => _events.Add($"notice: {Encoding.UTF8.GetString(text)}");

    /// <summary>Sends what was put out, as the client's owner has to.</summary>
    private void Take()
    {
        while (true)
        {
            for (int i = 0; i < _output.Count; i++)
                Take(Encoding.UTF8.GetString(_output.Data(i)));
            _output.Clear();
            if (!Machine.WriteOutput(Now, _output))
                return;
        }
    }

    private void Take(string datagram)
    {
        const string EchoHead = "SENDTO:Bob: UdpChat echo ";
        if (datagram.StartsWith(EchoHead, StringComparison.Ordinal))
        {
            Echo = "FROM:" + datagram["SENDTO:".Length..];
            _sent.Add("echo");
        }
        else
        {
            _sent.Add(datagram);
        }
    }
}
