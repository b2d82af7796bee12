using UdpChat.Protocol;

namespace UdpChat.Testing;

/// <summary>A host's access to the network, and the address under which the network sees it.</summary>
internal sealed class NetworkLink
{
    private readonly SimulatedNetwork _network;
    private LinkState _state;

    internal NetworkLink(SimulatedNetwork network, INetworkHost host, PeerAddress address, LinkConditions conditions)
    {
        _network = network;
        Host = host;
        Address = address;
        Outgoing = new LinkDirection(conditions);
        Incoming = new LinkDirection(conditions);
    }

    /// <summary>Whose access it is.</summary>
    public INetworkHost Host { get; }

    /// <summary>Where the network sees the host. A NAT may change it: <see cref="MoveTo"/>.</summary>
    public PeerAddress Address { get; private set; }

    /// <summary>From the host into the network.</summary>
    public LinkDirection Outgoing { get; }

    /// <summary>From the network to the host.</summary>
    public LinkDirection Incoming { get; }

    /// <summary>Whether it carries datagrams. What is under way to the host is lost if it does not when it would arrive.</summary>
    public LinkState State
    {
        get => _state;
        set
        {
            if (_state != value)
                _network.Trace.Add(Host.Name, $"link: {value}");
            _state = value;
        }
    }

    /// <summary>Sets the conditions of both directions.</summary>
    public void Become(LinkConditions conditions)
    {
        _network.Trace.Add(Host.Name, $"link: {conditions}");
        Outgoing.Conditions = conditions;
        Incoming.Conditions = conditions;
    }

    /// <summary>Sends a datagram from this host.</summary>
    public void Send(in PeerAddress to, byte[] datagram) => _network.Send(this, to, datagram);

    /// <summary>The NAT gives the host another port. What is sent to the old one no longer arrives.</summary>
    public void ChangePort() => MoveTo(_network.NewPort(Address));

    /// <summary>The host is somewhere else. What is sent to its old address no longer arrives.</summary>
    public void ChangeAddress() => MoveTo(_network.NewAddress());

    /// <summary>Gives the host this address, which nobody may have.</summary>
    public void MoveTo(in PeerAddress address)
    {
        _network.Readdress(this, address);
        _network.Trace.Add(Host.Name, $"moves to {Trace.Describe(address)}");
        Address = address;
    }
}
