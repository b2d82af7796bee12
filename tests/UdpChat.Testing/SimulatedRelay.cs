using System;
using System.Collections.Generic;
using UdpChat.Protocol;
using UdpChat.Protocol.Link;
using UdpChat.Protocol.Relay;
using UdpChat.Protocol.Relay.Storage;

namespace UdpChat.Testing;

/// <summary>A relay on the simulated network: its state machine, driven as its owner has to, and its end and new beginning.</summary>
internal sealed class SimulatedRelay : INetworkHost
{
    /// <summary>What a state machine is given as the time of the day when the network begins: 2026-11-23, about 18:00 UTC.</summary>
    public const long Epoch = 1_795_460_000_000;

    private const int OutputDatagrams = 4;

    private static readonly TimeSpan MinWait = TimeSpan.FromMilliseconds(1);

    private readonly SimulatedNetwork _network;
    private readonly RelaySettings _settings;
    private readonly DatagramBatch _output = new(OutputDatagrams, OutputDatagrams * LinkLimits.MaxDatagramBytes + RelayMachine.MaxAnswerBytes);
    private readonly List<StoreCommand> _commands = [];
    private readonly SimulatedTimer _timer;
    private TimeSpan _sweepDue;
    private TimeSpan _stepDue = TimeSpan.MaxValue;

    internal SimulatedRelay(SimulatedNetwork network, RelaySettings settings)
    {
        _network = network;
        _settings = settings;
        _output.WhenFull = SendOutput;
        _timer = new SimulatedTimer(network, Step);
        Name = settings.Name;
        Link = network.Attach(this, settings.Conditions, settings.Address);
        if (settings.Store is { } store)
            store.Completed = Complete;
        Machine = CreateMachine();
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <summary>Its access to the network.</summary>
    public NetworkLink Link { get; }

    /// <summary>Its state machine; another one after each restart.</summary>
    public RelayMachine Machine { get; private set; }

    /// <summary>Its options.</summary>
    public RelayOptions Options => _settings.Options;

    /// <summary>Its store; null if it has none.</summary>
    public SimulatedStore? Store => _settings.Store;

    /// <summary>Whether it runs; otherwise what arrives is lost.</summary>
    public bool IsRunning { get; private set; } = true;

    /// <summary>Whether it has nothing to look at, and its store has nothing to do.</summary>
    public bool IsIdle => _stepDue == TimeSpan.MaxValue && Store is not { IsIdle: false };

    /// <summary>How many datagrams the present state machine was given.</summary>
    public long Received { get; private set; }

    /// <summary>The sum of the present state machine's counters over all outcomes.</summary>
    public long Counted
    {
        get
        {
            long sum = 0;
            for (DatagramOutcome outcome = 0; (int)outcome < RelayCounters.OutcomeCount; outcome++)
                sum += Machine.Counters[outcome];
            return sum;
        }
    }

    private RelayTime Clock => new(_network.Now, Epoch + (long)_network.Now.TotalMilliseconds);

    /// <summary>Ends it, without a word to anybody: what it had in memory, and what its store has not done, is gone.</summary>
    public void Stop()
    {
        _network.Trace.Add(Name, "stops");
        IsRunning = false;
        Store?.Cut();
        _output.Clear();
        _timer.Stop();
    }

    /// <summary>Ends it as its owner does: what it has goes to the store.</summary>
    public void Shut()
    {
        _network.Trace.Add(Name, "shuts down");
        Machine.Stop(Clock);
        PostCommands();
        Store?.Drain();
        Stop();
    }

    /// <summary>Starts it anew: it remembers what its store holds.</summary>
    public void Start()
    {
        _network.Trace.Add(Name, "starts");
        Machine = CreateMachine();
        Received = 0;
        IsRunning = true;
    }

    /// <summary>Ends it and starts it anew at once.</summary>
    public void Restart()
    {
        Stop();
        Start();
    }

    /// <inheritdoc/>
    public void Receive(in PeerAddress from, byte[] datagram)
    {
        if (!IsRunning)
            return;
        Received++;
        Machine.Receive(from, datagram, Clock, _output);
        if (Counted != Received)
            throw new SimulationException($"{Name} was given {Received} datagrams and counted {Counted}.");
        if (_settings.StepDelay == TimeSpan.Zero)
            Step();
        else if (_stepDue == TimeSpan.MaxValue)
            SetTimer(_network.Now + _settings.StepDelay);
    }

    private RelayMachine CreateMachine()
    {
        var machine = new RelayMachine(_settings.Options, _network.Random.Fork(), Clock, Store?.Load());
        _sweepDue = _network.Now + machine.SweepInterval;
        _timer.Set(_sweepDue);
        return machine;
    }

    private void Complete(IReadOnlyList<StoreCommand> commands)
    {
        foreach (StoreCommand command in commands)
            Machine.Complete(command, Clock, _output);
        Step();
    }

    private void Step()
    {
        if (_network.Now >= _sweepDue)
        {
            while (Machine.Sweep(Clock))
            {
            }
            _sweepDue = _network.Now + Machine.SweepInterval;
        }
        Machine.Tick(Clock);
        Machine.Flush(Clock, _output);
        SendOutput();
        PostCommands();
        SetTimer(TimeSpan.MaxValue);
    }

    private void SetTimer(TimeSpan stepDue)
    {
        _stepDue = stepDue;
        TimeSpan due = Machine.NextTick < _sweepDue ? Machine.NextTick : _sweepDue;
        if (due < _network.Now + MinWait)
            due = _network.Now + MinWait;
        _timer.Set(stepDue < due ? stepDue : due);
    }

    private void PostCommands()
    {
        Machine.TakeStoreCommands(_commands);
        if (_commands.Count > 0)
            Store!.Post(_commands);
        _commands.Clear();
    }

    private void SendOutput()
    {
        for (int i = 0; i < _output.Count; i++)
            Link.Send(_output.Address(i), _output.Data(i).ToArray());
        _output.Clear();
    }
}
