using UdpChat.Protocol;
using UdpChat.Protocol.Relay;

namespace UdpChat.Testing;

/// <summary>A relay on the simulated network: its state machine, its sweep, and its end and new beginning.</summary>
internal sealed class SimulatedRelay : INetworkHost
{
    private readonly SimulatedNetwork _network;
    private readonly RelayOptions _options;
    private readonly DatagramBatch _output = new(1, RelayMachine.MaxAnswerBytes);
    private readonly SimulatedTimer _sweep;

    internal SimulatedRelay(SimulatedNetwork network, RelaySettings settings)
    {
        _network = network;
        _options = settings.Options;
        _sweep = new SimulatedTimer(network, Sweep);
        Name = settings.Name;
        Link = network.Attach(this, settings.Conditions, settings.Address);
        Machine = new RelayMachine(_options, network.Random.Fork());
        _sweep.Set(network.Now + Machine.SweepInterval);
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <summary>Its access to the network.</summary>
    public NetworkLink Link { get; }

    /// <summary>Its state machine; another one after each restart.</summary>
    public RelayMachine Machine { get; private set; }

    /// <summary>Whether it runs; otherwise what arrives is lost.</summary>
    public bool IsRunning { get; private set; } = true;

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

    /// <summary>Ends it, without a word to anybody.</summary>
    public void Stop()
    {
        _network.Trace.Add(Name, "stops");
        IsRunning = false;
        _sweep.Stop();
    }

    /// <summary>Starts it anew: it remembers nobody.</summary>
    public void Start()
    {
        _network.Trace.Add(Name, "starts");
        Machine = new RelayMachine(_options, _network.Random.Fork());
        Received = 0;
        IsRunning = true;
        _sweep.Set(_network.Now + Machine.SweepInterval);
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
        Machine.Receive(from, datagram, new RelayTime(_network.Now, 0), _output);
        if (_output.Count > 0)
        {
            PeerAddress to = _output.Address(0);
            byte[] answer = _output.Data(0).ToArray();
            _output.Clear();
            Link.Send(to, answer);
        }
        if (Counted != Received)
            throw new SimulationException($"{Name} was given {Received} datagrams and counted {Counted}.");
    }

    private void Sweep()
    {
        while (Machine.Sweep(new RelayTime(_network.Now, 0)))
        {
        }
        _sweep.Set(_network.Now + Machine.SweepInterval);
    }
}
