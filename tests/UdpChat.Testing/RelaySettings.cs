using System;
using UdpChat.Protocol;
using UdpChat.Protocol.Relay;

namespace UdpChat.Testing;

/// <summary>How a simulated relay is set up.</summary>
internal sealed record RelaySettings
{
    /// <summary>Its name in the trace.</summary>
    public string Name { get; init; } = "relay";

    /// <summary>How it treats its clients.</summary>
    public RelayOptions Options { get; init; } = new();

    /// <summary>What its link is like.</summary>
    public LinkConditions Conditions { get; init; } = LinkConditions.Ideal;

    /// <summary>Where it is; by default an address of its own.</summary>
    public PeerAddress? Address { get; init; }

    /// <summary>Its store; null if it has none.</summary>
    public SimulatedStore? Store { get; init; }

    /// <summary>For how long datagrams gather before it looks at what is due and sends what comes of them.</summary>
    public TimeSpan StepDelay { get; init; }
}
