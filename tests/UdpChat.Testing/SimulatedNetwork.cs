using System;
using System.Collections.Generic;
using UdpChat.Protocol;

namespace UdpChat.Testing;

/// <summary>
/// A network in memory with a clock of its own, which jumps from one event to the next. Everything that happens on it
/// follows from the seed, so that whatever goes wrong can be repeated.
/// </summary>
/// <param name="seed">Decides all that is left to chance.</param>
/// <param name="traceCapacity">How many of the latest happenings <see cref="Trace"/> keeps.</param>
internal sealed class SimulatedNetwork(ulong seed, int traceCapacity = 1_000)
{
    private const uint FirstAddress = 0x0A00_0001; // 10.0.0.1
    private const ushort FirstPort = 40_000;

    private readonly EventQueue _events = new();
    private readonly Dictionary<PeerAddress, NetworkLink> _links = new();
    private Trace? _trace;
    private uint _addresses;
    private ushort _ports;

    /// <summary>What decides all that is left to chance.</summary>
    public ulong Seed { get; } = seed;

    /// <summary>The chance of this network. A story may draw from it, too.</summary>
    public SeededRandom Random { get; } = new(seed);

    /// <summary>The time since the network began.</summary>
    public TimeSpan Now { get; private set; }

    /// <summary>What has happened.</summary>
    public Trace Trace => _trace ??= new Trace(() => Now, traceCapacity);

    /// <summary>How much is still to happen: datagrams under way and timers.</summary>
    public int Pending => _events.Count;

    /// <summary>Sees every datagram when it is sent: where it comes from and goes to, and its bytes.</summary>
    public Action<PeerAddress, PeerAddress, byte[]>? Tap { get; set; }

    /// <summary>Puts a datagram into the network whose source may be forged. It arrives after a while, unless the receiver's link loses it.</summary>
    public void Inject(PeerAddress from, PeerAddress to, byte[] datagram, TimeSpan delay) => After(delay, () => Enter(from, to, datagram));

    /// <summary>Adds a relay, on a link without delay or loss: what the way to it is like is its clients' matter.</summary>
    public SimulatedRelay AddRelay(RelaySettings? settings = null) => new(this, settings ?? new RelaySettings());

    /// <summary>Adds a client, which does nothing until it is opened.</summary>
    public SimulatedClient AddClient(string name, SimulatedRelay relay, ClientSettings? settings = null) => new(this, name, relay, settings ?? new ClientSettings());

    /// <summary>Adds a peer without a state machine.</summary>
    public SimulatedPeer AddPeer(string name, LinkConditions? conditions = null) => new(this, name, conditions ?? LinkConditions.Clean);

    /// <summary>Attaches a host.</summary>
    /// <param name="host">Is given what arrives.</param>
    /// <param name="conditions">What its link is like, both ways.</param>
    /// <param name="address">Where it is; by default an address that nobody had before.</param>
    public NetworkLink Attach(INetworkHost host, LinkConditions conditions, PeerAddress? address = null)
    {
        var link = new NetworkLink(this, host, address ?? NewAddress(), conditions);
        _links.Add(link.Address, link);
        return link;
    }

    /// <summary>An address that nobody had before.</summary>
    public PeerAddress NewAddress() => PeerAddress.FromIPv4(FirstAddress + _addresses++, FirstPort);

    /// <summary>Another port of the same address, which nobody had before.</summary>
    public PeerAddress NewPort(in PeerAddress address) => address with { Port = checked((ushort)(FirstPort + ++_ports)) };

    /// <summary>Makes something happen at a time, which may not be past.</summary>
    public void At(TimeSpan due, Action action) => _events.Add(due, action);

    /// <summary>Makes something happen after a while.</summary>
    public void After(TimeSpan delay, Action action) => _events.Add(Now + delay, action);

    /// <summary>Makes something happen again and again until the network is no longer run.</summary>
    public void Every(TimeSpan interval, Action action) => After(interval, () =>
    {
        action();
        Every(interval, action);
    });

    /// <summary>Lets time pass: all that is due until then happens.</summary>
    public void Run(TimeSpan duration)
    {
        TimeSpan end = Now + duration;
        while (_events.NextDue <= end)
            Step();
        Now = end;
    }

    /// <summary>Lets time pass until something has come about.</summary>
    /// <returns>Whether it has come about within the limit.</returns>
    public bool RunUntil(Func<bool> condition, TimeSpan limit)
    {
        TimeSpan end = Now + limit;
        while (!condition())
        {
            if (_events.NextDue > end)
            {
                Now = end;
                return false;
            }
            Step();
        }
        return true;
    }

    internal void Send(NetworkLink sender, PeerAddress to, byte[] datagram)
    {
        Trace.Add(sender.Host.Name, "sends to", to, datagram);
        if (sender.State != LinkState.Up)
            return;
        PeerAddress from = sender.Address;
        Tap?.Invoke(from, to, datagram);
        Pass(sender.Outgoing, sender.Host, datagram, () => Enter(from, to, datagram));
    }

    internal void Readdress(NetworkLink link, in PeerAddress address)
    {
        _links.Add(address, link);
        _links.Remove(link.Address);
    }

    /// <summary>A datagram has reached the last link of its way.</summary>
    private void Enter(PeerAddress from, PeerAddress to, byte[] datagram)
    {
        if (_links.TryGetValue(to, out NetworkLink? receiver))
            Pass(receiver.Incoming, receiver.Host, datagram, () => Arrive(from, to, datagram));
        else
            Trace.Add("nobody", "is at", to, datagram);
    }

    private void Arrive(PeerAddress from, PeerAddress to, byte[] datagram)
    {
        if (!_links.TryGetValue(to, out NetworkLink? receiver) || receiver.State != LinkState.Up)
        {
            Trace.Add("nobody", "is at", to, datagram);
            return;
        }
        Trace.Add(receiver.Host.Name, "gets from", from, datagram);
        receiver.Host.Receive(from, datagram);
    }

    private void Pass(LinkDirection direction, INetworkHost host, byte[] datagram, Action next)
    {
        Span<TimeSpan> arrivals = stackalloc TimeSpan[LinkDirection.MaxCopies];
        int count = direction.Pass(Now, Random, arrivals);
        if (count == 0)
            Trace.Add(host.Name, "link loses", default, datagram);
        foreach (TimeSpan arrival in arrivals.Slice(0, count))
            At(arrival, next);
    }

    private void Step()
    {
        Now = _events.NextDue;
        _events.Take()();
    }
}
