using System.Collections.Generic;

namespace UdpChat.Protocol.Relay.Sessions;

/// <summary>The sessions of a relay: found by id, and in the order of their last signs of life.</summary>
internal sealed class SessionTable
{
    private readonly Dictionary<ulong, RelaySession> _byId = [];
    private RelaySession? _newest;

    /// <summary>How many there are.</summary>
    public int Count => _byId.Count;

    /// <summary>The one whose last sign of life is the oldest.</summary>
    public RelaySession? Oldest { get; private set; }

    /// <summary>The session with an id, or null.</summary>
    public RelaySession? Find(ulong id) => _byId.TryGetValue(id, out RelaySession? session) ? session : null;

    /// <summary>Adds a session.</summary>
    public void Add(RelaySession session, uint tick)
    {
        _byId.Add(session.Id, session);
        session.LastSign = tick;
        LinkNewest(session);
    }

    /// <summary>Removes a session.</summary>
    public void Remove(RelaySession session)
    {
        _byId.Remove(session.Id);
        Unlink(session);
    }

    /// <summary>Notes a sign of life.</summary>
    public void Touch(RelaySession session, uint tick)
    {
        if (session.LastSign == tick)
            return;
        session.LastSign = tick;
        if (session == _newest)
            return;
        Unlink(session);
        LinkNewest(session);
    }

    private void LinkNewest(RelaySession session)
    {
        session.Older = _newest;
        session.Newer = null;
        if (_newest is not null)
            _newest.Newer = session;
        else
            Oldest = session;
        _newest = session;
    }

    private void Unlink(RelaySession session)
    {
        if (session.Older is not null)
            session.Older.Newer = session.Newer;
        else
            Oldest = session.Newer;
        if (session.Newer is not null)
            session.Newer.Older = session.Older;
        else
            _newest = session.Older;
        session.Older = session.Newer = null;
    }
}
