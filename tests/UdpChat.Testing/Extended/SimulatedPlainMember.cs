using UdpChat.Protocol;
using UdpChat.Protocol.Wire;

namespace UdpChat.Testing.Extended;

/// <summary>A peer that knows the plain profile and no other, as a person at netcat without a terminal's line ends.</summary>
internal sealed class SimulatedPlainMember : INetworkHost
{
    private readonly SimulatedRelay _relay;
    private readonly DeliveryOracle _oracle;
    private readonly SimulatedNetwork _network;

    public SimulatedPlainMember(SimulatedNetwork network, string name, SimulatedRelay relay, DeliveryOracle oracle, LinkConditions conditions)
    {
        _network = network;
        _relay = relay;
        _oracle = oracle;
        Name = name;
        Link = network.Attach(this, conditions);
        oracle.Plain.Add(name);
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <summary>Its access to the network.</summary>
    public NetworkLink Link { get; }

    /// <summary>Registers, or shows that it is still there.</summary>
    public void Register() => Send($"REGISTER: {Name}");

    /// <summary>Leaves.</summary>
    public void Leave() => Send($"UNREGISTER: {Name}");

    /// <summary>Sends a message.</summary>
    public void Send(string to, string text)
    {
        _oracle.Add(new Letter(Name, 0, to, text, _network.Now));
        Send($"SENDTO:{to}: {text}");
    }

    /// <inheritdoc/>
    public void Receive(in PeerAddress from, byte[] datagram)
    {
        PlainMessage message = PlainMessage.Parse(datagram);
        switch (message.Kind)
        {
            case PlainMessageKind.From:
                _oracle.PlainTaken(Name, Utf8.GetString(message.Name), Utf8.GetString(message.Text));
                break;
            case PlainMessageKind.Info:
                break;
            default:
                throw new SimulationException($"{Name} speaks plain, and was sent {Trace.Describe(datagram)}.");
        }
    }

    private void Send(string text) => Link.Send(_relay.Link.Address, Utf8.TryGetBytes(text)!);
}
