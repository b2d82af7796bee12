using System.Collections.Generic;

namespace UdpChat.Protocol.Relay.Sessions;

/// <summary>The sessions that may have something to send.</summary>
internal sealed class DirtySessions
{
    private readonly Queue<RelaySession> _sessions = new();

    /// <summary>Adds a session.</summary>
    public void Add(RelaySession session)
    {
        if (session.IsDirty)
            return;
        session.IsDirty = true;
        _sessions.Enqueue(session);
    }

    /// <summary>Takes the next.</summary>
    public bool TryTake(out RelaySession session)
    {
        if (_sessions.Count == 0)
        {
            session = null!;
            return false;
        }
        session = _sessions.Dequeue();
        session.IsDirty = false;
        return true;
    }
}
