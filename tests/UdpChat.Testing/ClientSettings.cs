using System;
using UdpChat.Protocol;

namespace UdpChat.Testing;

/// <summary>How a simulated client is set up.</summary>
internal sealed record ClientSettings
{
    /// <summary>The longest time between two heartbeats.</summary>
    public TimeSpan HeartbeatInterval { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long to try to connect.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How many messages can wait while the client reconnects.</summary>
    public int OutboxCapacity { get; init; } = 1_000;

    /// <summary>After how long the client's user opens it again when it could not connect; null if never.</summary>
    public TimeSpan? RetryAfterFailure { get; init; }

    /// <summary>What its link is like, both ways.</summary>
    public LinkConditions Conditions { get; init; } = LinkConditions.Clean;

    /// <summary>Where it is; by default an address of its own.</summary>
    public PeerAddress? Address { get; init; }
}
