using System.Collections.Generic;

namespace UdpChat.Protocol.Relay.Sessions;

/// <summary>What sessions need while messages are under way, and give back.</summary>
internal sealed class TrafficPool
{
    private const int MaxKept = 4_096;

    private readonly Stack<SessionTraffic> _kept = new();

    /// <summary>One with nothing in it.</summary>
    public SessionTraffic Rent() => _kept.Count > 0 ? _kept.Pop() : new SessionTraffic();

    /// <summary>Gives one back in which there is nothing.</summary>
    public void Return(SessionTraffic traffic)
    {
        traffic.Verdicts.Trim();
        if (_kept.Count < MaxKept)
            _kept.Push(traffic);
    }
}
