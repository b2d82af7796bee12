using UdpChat.Protocol;

namespace UdpChat.Testing;

/// <summary>Something that is attached to the network.</summary>
internal interface INetworkHost
{
    /// <summary>Its name in the trace.</summary>
    string Name { get; }

    /// <summary>A datagram has arrived.</summary>
    void Receive(in PeerAddress from, byte[] datagram);
}
