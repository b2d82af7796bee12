using System;
using System.Collections.Generic;
using UdpChat.Protocol;

namespace UdpChat.Testing.Extended;

/// <summary>Somebody with a name and a token: the process of a client, which can be killed and started again, and a user who takes what has arrived.</summary>
internal sealed class SimulatedMember : INetworkHost
{
    private readonly SimulatedNetwork _network;
    private readonly SimulatedRelay _relay;
    private readonly DeliveryOracle _oracle;
    private readonly SeededRandom _random;
    private readonly byte[] _token;
    private readonly bool _isSmall;
    private readonly bool _isOurs;
    private readonly SimulatedTimer _timer;
    private readonly Queue<SpecClient.Incoming> _inbox = new();
    private IMemberClient? _client;
    private TimeSpan _takeDue = TimeSpan.MaxValue;
    private long _incarnation;
    private UserMood _mood;

    public SimulatedMember(SimulatedNetwork network, string name, SimulatedRelay relay, DeliveryOracle oracle, SeededRandom random, LinkConditions conditions, bool isSmall, bool isOurs)
    {
        _isOurs = isOurs;
        _network = network;
        _relay = relay;
        _oracle = oracle;
        _random = random;
        _isSmall = isSmall;
        _token = random.NextBytes(16);
        _timer = new SimulatedTimer(network, Tick);
        Name = name;
        Link = network.Attach(this, conditions);
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <summary>Its access to the network.</summary>
    public NetworkLink Link { get; }

    /// <summary>Which start of its process this is.</summary>
    public int Life { get; private set; }

    /// <summary>Whether its process runs.</summary>
    public bool IsRunning => _client is not null;

    /// <summary>Whether it sees nothing and its timers stand still, as on a laptop asleep.</summary>
    public bool IsPaused { get; private set; }

    /// <summary>How its user takes what has arrived.</summary>
    public UserMood Mood
    {
        get => _mood;
        set
        {
            _mood = value;
            PlanTaking();
            AfterCall();
        }
    }

    /// <summary>Whether it is connected, and nothing waits, neither to go out nor to be taken.</summary>
    public bool IsSettled => _client is { IsConnected: true, IsIdle: true } && _inbox.Count == 0;

    /// <summary>Checks that it is settled.</summary>
    public void CheckIdle()
    {
        if (!IsSettled)
            throw new SimulationException($"{Name} is not settled: connected {_client?.IsConnected}, idle {_client?.IsIdle}, {_inbox.Count} messages not taken.");
    }

    /// <summary>Starts its process anew.</summary>
    public void Start()
    {
        Life++;
        _incarnation = Math.Max(_incarnation + 1, SimulatedRelay.Epoch + (long)_network.Now.TotalMilliseconds);
        _network.Trace.Add(Name, $"starts as {_incarnation}, life {Life}");
        IsPaused = false;
        (int messages, int bytes) = _isSmall ? (1 + _random.Next(20), 1 + _random.Next(20_000)) : (1_000, 1 << 20);
        _client = _isOurs
            ? new MachineClient(Name, _token, _incarnation, messages, bytes, _random.Fork(), Send, Changed, Received)
            : new SpecClient(Name, _token, _incarnation, messages, bytes) { Send = Send, Received = Received, Changed = Changed };
        AfterCall();
    }

    /// <summary>Ends its process, without a word to anybody.</summary>
    public void Kill()
    {
        _network.Trace.Add(Name, $"is killed with {_inbox.Count} messages not taken");
        End();
    }

    /// <summary>Leaves.</summary>
    public void Close()
    {
        _network.Trace.Add(Name, $"leaves with {_inbox.Count} messages not taken");
        IMemberClient client = _client!;
        End();
        client.Leave(_network.Now);
    }

    /// <summary>Goes to sleep.</summary>
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

    /// <summary>Sends a message.</summary>
    public void Send(string to, string text)
    {
        var letter = new Letter(Name, Life, to, text, _network.Now);
        _oracle.Add(letter);
        if (_client!.Post(to, text, _network.Now, letter) is { } message)
            (letter.Number, letter.Incarnation) = (message.Number, _incarnation);
        else
            letter.Report = Report.Failed;
        AfterCall();
    }

    /// <inheritdoc/>
    public void Receive(in PeerAddress from, byte[] datagram)
    {
        if (_client is null || IsPaused || from != _relay.Link.Address)
            return;
        _client.Receive(datagram, _network.Now);
        AfterCall();
    }

    private void Send(byte[] datagram) => Link.Send(_relay.Link.Address, datagram);

    private void Received(SpecClient.Incoming message)
    {
        _inbox.Enqueue(message);
        PlanTaking();
    }

    private void Changed(SpecClient.Outgoing message)
    {
        if (_client is not null)
            _oracle.Told((Letter)message.Tag!, message.Report, message.Code, message.MayHaveArrived);
    }

    private void End()
    {
        _oracle.Dies(Name, Life);
        _client = null;
        _inbox.Clear();
        _takeDue = TimeSpan.MaxValue;
        _timer.Stop();
    }

    private void PlanTaking()
    {
        if (_inbox.Count == 0 || _mood == UserMood.Absent)
            _takeDue = TimeSpan.MaxValue;
        else if (_mood == UserMood.Eager)
            _takeDue = _network.Now;
        else if (_takeDue == TimeSpan.MaxValue)
            _takeDue = _network.Now + _random.Between(TimeSpan.Zero, TimeSpan.FromSeconds(3));
    }

    private void Tick()
    {
        if (_network.Now >= _takeDue)
        {
            _takeDue = TimeSpan.MaxValue;
            do
            {
                SpecClient.Incoming message = _inbox.Dequeue();
                _oracle.TakenBy(Name, Life, message.From, message.Incarnation, message.Number, message.Text);
                _client!.Take(message);
            }
            while (_mood == UserMood.Eager && _inbox.Count > 0);
            PlanTaking();
        }
        AfterCall();
    }

    private void AfterCall()
    {
        if (_client is null || IsPaused)
            return;
        _client.Tick(_network.Now);
        if (_client.HasEnded)
        {
            Kill();
            return;
        }
        TimeSpan due = _client.NextTick < _takeDue ? _client.NextTick : _takeDue;
        _timer.Set(due > _network.Now || _takeDue <= _network.Now ? due : _network.Now + TimeSpan.FromMilliseconds(1));
    }
}
