namespace UdpChat.Protocol.Relay.Sessions;

/// <summary>What a session has only while messages are under way.</summary>
internal sealed class SessionTraffic
{
    /// <summary>What its client is to be told of its own messages.</summary>
    public readonly Verdicts Verdicts = new();

    /// <summary>The messages that were written and not taken.</summary>
    public readonly Deliveries Deliveries = new();

    /// <summary>Whether nothing is under way.</summary>
    public bool IsEmpty => Deliveries.Count == 0 && Verdicts.IsEmpty;
}
