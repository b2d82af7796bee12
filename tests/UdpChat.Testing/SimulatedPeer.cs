using System.Collections.Generic;
using UdpChat.Protocol;
using UdpChat.Protocol.Wire;

namespace UdpChat.Testing;

/// <summary>A peer without a state machine: sends what it is told, and keeps what it gets. It can be netcat, a script or an attacker.</summary>
internal sealed class SimulatedPeer : INetworkHost
{
    internal SimulatedPeer(SimulatedNetwork network, string name, LinkConditions conditions)
    {
        Name = name;
        Link = network.Attach(this, conditions);
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <summary>Its access to the network.</summary>
    public NetworkLink Link { get; }

    /// <summary>What has arrived.</summary>
    public List<byte[]> Received { get; } = [];

    /// <summary>What has arrived, as text; what is not UTF-8 is not text and fails.</summary>
    public IEnumerable<string> ReceivedTexts
    {
        get
        {
            foreach (byte[] datagram in Received)
                yield return Utf8.GetString(datagram);
        }
    }

    /// <summary>Sends bytes.</summary>
    public void Send(SimulatedRelay relay, byte[] datagram) => Link.Send(relay.Link.Address, datagram);

    /// <summary>Sends text.</summary>
    public void Send(SimulatedRelay relay, string text) => Send(relay, Utf8.TryGetBytes(text)!);

    /// <inheritdoc/>
    public void Receive(in PeerAddress from, byte[] datagram) => Received.Add(datagram);
}
