using System;
using System.Net;

namespace UdpChat.Testing.Sockets;

/// <summary>A client of a <see cref="BadProxy"/>, and its port towards the relay.</summary>
internal sealed class ProxySession(IPEndPoint client, LinkDirection toRelay, LinkDirection toClient, SeededRandom random)
{
    /// <summary>Where the client is.</summary>
    public IPEndPoint Client { get; } = client;

    /// <summary>From the client to the relay.</summary>
    public LinkDirection ToRelay { get; } = toRelay;

    /// <summary>From the relay to the client.</summary>
    public LinkDirection ToClient { get; } = toClient;

    /// <summary>Decides on the way to the relay.</summary>
    public SeededRandom ToRelayRandom { get; } = random.Fork();

    /// <summary>Decides on the way to the client.</summary>
    public SeededRandom ToClientRandom { get; } = random.Fork();

    /// <summary>Its present port; null when the client is forgotten.</summary>
    public ProxySocket? Port { get; set; }

    /// <summary>When the client was last heard.</summary>
    public TimeSpan LastHeard { get; set; }
}
