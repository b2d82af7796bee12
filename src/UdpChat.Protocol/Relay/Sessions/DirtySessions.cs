using System.Collections.Generic;

namespace UdpChat.Protocol.Relay.Sessions;

/// <summary>The sessions that may have something to send.</summary>
internal sealed class DirtySessions
{
    private readonly Queue<RelaySession> _sessions = new();
    private readonly List<RelaySession> _later = [];

    /// <summary>Whether there are any to be looked at later.</summary>
    public bool HasLater => _later.Count > 0;

    /// <summary>Adds a session.</summary>
    public void Add(RelaySession session)
    {
        if (session.IsDirty)
            return;
        session.IsDirty = true;
        _sessions.Enqueue(session);
    }

    /// <summary>Adds a session once some time has passed.</summary>
    public void Retry(RelaySession session) => _later.Add(session);

    /// <summary>The time has passed.</summary>
    public void AddLater()
    {
        foreach (RelaySession session in _later)
            Add(session);
        _later.Clear();
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
