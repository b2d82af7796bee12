using System;
using System.Collections.Generic;
using UdpChat.Protocol;
using UdpChat.Protocol.Client;
using UdpChat.Protocol.Wire;

namespace UdpChat.Testing;

/// <summary>
/// A client on the simulated network: its state machine, driven as its owner has to, and a user who may open it again
/// when it could not connect.
/// </summary>
internal sealed class SimulatedClient : INetworkHost, IClientEvents
{
    private readonly SimulatedNetwork _network;
    private readonly SimulatedRelay _relay;
    private readonly ClientSettings _settings;
    private readonly ClientOptions _options;
    private readonly byte[] _nameBytes;
    private readonly DatagramBatch _output = new(ClientMachine.MaxOutputDatagrams, ClientMachine.MaxOutputBytes);
    private readonly SimulatedTimer _timer;
    private TimeSpan _retryDue = TimeSpan.MaxValue;
    private bool _pathWanted;

    internal SimulatedClient(SimulatedNetwork network, string name, SimulatedRelay relay, ClientSettings settings)
    {
        if (ChatName.Check(name, asciiOnly: false, WireLimits.MaxNameBytes, out _nameBytes) != NameError.None)
            throw new ArgumentException($"'{name}' is no name.", nameof(name));
        _network = network;
        _relay = relay;
        _settings = settings;
        _options = new ClientOptions
        {
            Name = name,
            HeartbeatInterval = settings.HeartbeatInterval,
            ConnectTimeout = settings.ConnectTimeout,
            OutboxCapacity = settings.OutboxCapacity,
        };
        _timer = new SimulatedTimer(network, Tick);
        Name = name;
        Link = network.Attach(this, settings.Conditions, settings.Address);
        Machine = CreateMachine();
    }

    /// <summary>A message has arrived. It is told from within the state machine, which must not be called.</summary>
    public event Action<ReceivedMessage>? MessageReceived;

    /// <inheritdoc/>
    public string Name { get; }

    /// <summary>Its access to the network.</summary>
    public NetworkLink Link { get; }

    /// <summary>Its state machine; another one each time it is opened after it has ended.</summary>
    public ClientMachine Machine { get; private set; }

    /// <summary>How it stands to its relay.</summary>
    public ChatConnectionState State => Machine.State;

    /// <summary>Whether it sees nothing and its timers stand still, as on a laptop asleep.</summary>
    public bool IsPaused { get; private set; }

    /// <summary>How many datagrams the present state machine was given.</summary>
    public long DatagramsReceived { get; private set; }

    /// <summary>The messages that it was given.</summary>
    public List<ReceivedMessage> Inbox { get; } = [];

    /// <summary>The notices that it was given.</summary>
    public List<string> Notices { get; } = [];

    /// <summary>Why it registered again, each time.</summary>
    public List<ReconnectReason> Reconnects { get; } = [];

    /// <summary>Why it could not connect, each time.</summary>
    public List<ConnectFailure> Failures { get; } = [];

    /// <summary>How many times it was connected.</summary>
    public int Connects { get; private set; }

    /// <summary>How many echoes have come back while it was connected.</summary>
    public int Echoes { get; private set; }

    /// <summary>Begins to connect; if it has ended before, with a new state machine.</summary>
    public void Open()
    {
        if (State == ChatConnectionState.Disconnected)
            Machine = CreateMachine();
        _network.Trace.Add(Name, "opens");
        _retryDue = TimeSpan.MaxValue;
        Machine.Open(_network.Now);
        _pathWanted = true;
        AfterCall();
    }

    /// <summary>Sends a message.</summary>
    public SendOutcome Send(string to, string text)
    {
        if (ChatName.Check(to, asciiOnly: false, WireLimits.MaxNameBytes, out byte[] recipient) != NameError.None)
            throw new ArgumentException($"'{to}' is no name.", nameof(to));
        SendOutcome outcome = Machine.Send(recipient, Utf8.TryGetBytes(text)!, _network.Now, _output, out _);
        AfterCall();
        return outcome;
    }

    /// <summary>Sends a message to itself to see whether messages pass.</summary>
    public void Probe()
    {
        Machine.Probe(_network.Now, _output);
        AfterCall();
    }

    /// <summary>Leaves.</summary>
    public void Close()
    {
        _network.Trace.Add(Name, "closes");
        Machine.Close(_output);
        AfterCall();
    }

    /// <summary>Goes to sleep: it sees nothing, and its timers stand still.</summary>
    public void Pause()
    {
        _network.Trace.Add(Name, "pauses");
        IsPaused = true;
        _timer.Stop();
    }

    /// <summary>Wakes up: what has become due meanwhile is due now.</summary>
    public void Resume()
    {
        _network.Trace.Add(Name, "resumes");
        IsPaused = false;
        AfterCall();
    }

    /// <inheritdoc/>
    public void Receive(in PeerAddress from, byte[] datagram)
    {
        if (IsPaused)
            return;
        DatagramsReceived++;
        Machine.Receive(datagram, _network.Now, _output);
        AfterCall();
        ClientCounters counters = Machine.Counters;
        long counted = counters.Messages + counters.Notices + counters.NotRegistered + counters.Echoes + counters.Ignored + counters.Session;
        if (counted != DatagramsReceived)
            throw new SimulationException($"{Name} was given {DatagramsReceived} datagrams and counted {counted}.");
    }

    void IClientEvents.Connected()
    {
        Connects++;
        _network.Trace.Add(Name, "is connected");
    }

    void IClientEvents.Reconnecting(ReconnectReason reason)
    {
        Reconnects.Add(reason);
        _network.Trace.Add(Name, $"reconnects: {reason}");
    }

    void IClientEvents.ConnectFailed(ConnectFailure failure)
    {
        Failures.Add(failure);
        _network.Trace.Add(Name, $"can't connect: {failure}");
        if (_settings.RetryAfterFailure is { } pause)
            _retryDue = _network.Now + pause;
    }

    void IClientEvents.PathWanted() => _pathWanted = true;

    void IClientEvents.EchoReturned() => Echoes++;

    void IClientEvents.MessageReceived(ReadOnlySpan<byte> from, ReadOnlySpan<byte> text, in MessageOrigin origin, long ticket)
    {
        var message = new ReceivedMessage(_network.Now, Utf8.GetString(from), Utf8.GetString(text));
        Inbox.Add(message);
        MessageReceived?.Invoke(message);
    }

    void IClientEvents.MessageChanged(OutgoingMessage message)
    {
    }

    void IClientEvents.Replaced()
    {
    }

    void IClientEvents.Left()
    {
    }

    void IClientEvents.NoticeReceived(ReadOnlySpan<byte> text, ReadOnlySpan<byte> code) => Notices.Add(Utf8.GetString(text));

    private ClientMachine CreateMachine()
    {
        DatagramsReceived = 0;
        return new ClientMachine(_options, _nameBytes, null, _network.Random.Fork(), this);
    }

    private void Tick()
    {
        if (_network.Now >= _retryDue)
        {
            Open();
            return;
        }
        Machine.Tick(_network.Now, _output);
        AfterCall();
    }

    /// <summary>What a client's owner has to do after each call: open the path if it is wanted, send all output, set the timer.</summary>
    private void AfterCall()
    {
        SendOutput();
        if (_pathWanted)
        {
            _pathWanted = false;
            if (Link.State == LinkState.Unplugged)
                Machine.PathFailed(_network.Now, _output);
            else
                Machine.PathOpened(_network.Now, _output);
            SendOutput();
        }
        if (!IsPaused)
            _timer.Set(_retryDue < Machine.NextTick ? _retryDue : Machine.NextTick);
    }

    private void SendOutput()
    {
        while (true)
        {
            for (int i = 0; i < _output.Count; i++)
                Link.Send(_relay.Link.Address, _output.Data(i).ToArray());
            _output.Clear();
            if (!Machine.WriteOutput(_network.Now, _output))
                return;
        }
    }
}
