using System;

namespace UdpChat.Protocol.Client;

/// <summary>What a client remembers beyond its sessions.</summary>
internal sealed class ClientState(ClientOptions options, IClientEvents events)
{
    /// <summary>What its user has sent.</summary>
    public Outbox Outbox { get; } = new(options, events);

    /// <summary>What was taken in of whom.</summary>
    public SenderHistory History { get; } = new();

    /// <summary>What its user has not taken.</summary>
    public Untaken Untaken { get; } = new();

    /// <summary>How long a message waits.</summary>
    public TimeSpan MessageLifetime => options.MessageLifetime;
}
