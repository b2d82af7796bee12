using System;
using System.Net;

namespace UdpChat.Testing.Sockets;

/// <summary>How a <see cref="BadProxy"/> is set up.</summary>
internal sealed record BadProxyOptions
{
    /// <summary>Where it listens for clients; by default on any free port of loopback.</summary>
    public IPEndPoint Listen { get; init; } = new(IPAddress.Loopback, 0);

    /// <summary>Where it sends what comes from them.</summary>
    public required IPEndPoint Relay { get; init; }

    /// <summary>What happens on the way to the relay.</summary>
    public LinkConditions ToRelay { get; init; } = LinkConditions.Ideal;

    /// <summary>What happens on the way to the clients.</summary>
    public LinkConditions ToClients { get; init; } = LinkConditions.Ideal;

    /// <summary>How often each client is given another port towards the relay; null if never.</summary>
    public TimeSpan? NewPortInterval { get; init; }

    /// <summary>How long the former port still takes answers.</summary>
    public TimeSpan Grace { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>How long a client is silent until it is forgotten.</summary>
    public TimeSpan IdleTimeout { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Decides what becomes of each datagram: of the first, second, ... of each client each way.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>The clock.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;
}
