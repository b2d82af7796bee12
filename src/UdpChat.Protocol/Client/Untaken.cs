using UdpChat.Protocol.Link;

namespace UdpChat.Protocol.Client;

/// <summary>The messages that were received and their user has not taken, by ticket; and what the relay is to be told of those taken.</summary>
internal sealed class Untaken
{
    private Item[] _ring = new Item[64];
    private long _first = 1;
    private long _next = 1;
    private long _searchFrom = 1;

    /// <summary>The messages of the present session that were taken and that the relay was not told of, by their count in it.</summary>
    public RangeSet Taken { get; } = new();

    /// <summary>Adds a message.</summary>
    /// <param name="sender">Who sent it.</param>
    /// <param name="number">Its number.</param>
    /// <param name="count">Its count in the session.</param>
    /// <returns>Its ticket.</returns>
    public long Add(SenderHistory.Sender sender, long number, long count)
    {
        if (_next - _first == _ring.Length)
            Grow();
        _ring[_next & (_ring.Length - 1)] = new Item { Sender = sender, Number = number, Count = count };
        return _next++;
    }

    /// <summary>The user has a message.</summary>
    public void Take(long ticket)
    {
        if (ticket < _first || ticket >= _next)
            return;
        ref Item item = ref _ring[ticket & (_ring.Length - 1)];
        if (item.Sender is null)
            return;
        if (item.Count > 0)
            Taken.Add(item.Count);
        item = default;
        while (_first < _next && _ring[_first & (_ring.Length - 1)].Sender is null)
            _first++;
    }

    /// <summary>A message has come again, in a new session.</summary>
    public void Repeated(SenderHistory.Sender sender, long number, long count)
    {
        // They come again in the order in which they came first, so the search goes on where the last one ended.
        long length = _next - _first;
        if (_searchFrom < _first || _searchFrom >= _next)
            _searchFrom = _first;
        for (long i = 0; i < length; i++)
        {
            long ticket = _searchFrom + i < _next ? _searchFrom + i : _searchFrom + i - length;
            ref Item item = ref _ring[ticket & (_ring.Length - 1)];
            if (item.Sender != sender || item.Number != number)
                continue;
            if (item.Count > 0)
                Taken.Add(item.Count); // Twice in one session; one of them can go.
            item.Count = count;
            _searchFrom = ticket + 1;
            return;
        }
        Taken.Add(count); // Its user has it.
    }

    /// <summary>Another session has begun: its counts are other ones.</summary>
    public void Reset()
    {
        Taken.Clear();
        for (long ticket = _first; ticket < _next; ticket++)
            _ring[ticket & (_ring.Length - 1)].Count = 0;
        _searchFrom = _first;
    }

    private void Grow()
    {
        var larger = new Item[_ring.Length * 2];
        for (long ticket = _first; ticket < _next; ticket++)
            larger[ticket & (larger.Length - 1)] = _ring[ticket & (_ring.Length - 1)];
        _ring = larger;
    }

    private struct Item
    {
        public SenderHistory.Sender? Sender;
        public long Number;
        public long Count; // in the present session, or 0 if it has not come in it
    }
}
