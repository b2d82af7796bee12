namespace UdpChat.Protocol.Relay.Sessions;

/// <summary>The sessions of a relay: found by id, and in the order of their last signs of life.</summary>
internal sealed class SessionTable
{
    private const int MinCapacity = 16;

    // Chains through the sessions themselves. Their ids are the relay's own random numbers and need no hash.
    private RelaySession?[] _byId = new RelaySession?[MinCapacity];
    private RelaySession? _newest;

    /// <summary>How many there are.</summary>
    public int Count { get; private set; }

    /// <summary>The one whose last sign of life is the oldest.</summary>
    public RelaySession? Oldest { get; private set; }

    /// <summary>The session with an id, or null.</summary>
    public RelaySession? Find(ulong id)
    {
        RelaySession? session = PlaceOf(id);
        while (session is not null && session.Id != id)
            session = session.NextInTable;
        return session;
    }

    /// <summary>Adds a session.</summary>
    public void Add(RelaySession session, uint tick)
    {
        if (Count == _byId.Length)
            Resize(_byId.Length * 2);
        Insert(session);
        Count++;
        session.LastSign = tick;
        LinkNewest(session);
    }

    /// <summary>Removes a session that is there.</summary>
    public void Remove(RelaySession session)
    {
        ref RelaySession? place = ref PlaceOf(session.Id);
        while (place != session)
            place = ref place!.NextInTable;
        place = session.NextInTable;
        session.NextInTable = null;
        Count--;
        Unlink(session);
        if (_byId.Length > MinCapacity && Count < _byId.Length >> 3)
            Resize(_byId.Length / 2);
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

    private ref RelaySession? PlaceOf(ulong id) => ref _byId[(int)id & (_byId.Length - 1)];

    private void Insert(RelaySession session)
    {
        ref RelaySession? place = ref PlaceOf(session.Id);
        session.NextInTable = place;
        place = session;
    }

    private void Resize(int capacity)
    {
        _byId = new RelaySession?[capacity];
        for (RelaySession? session = Oldest; session is not null; session = session.Newer)
            Insert(session);
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
