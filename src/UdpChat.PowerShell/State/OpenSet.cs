using System;
using System.Collections.Generic;
using System.Linq;

namespace UdpChat.State;

/// <summary>What is open, oldest first. Safe from any thread; what has ended leaves by itself.</summary>
/// <param name="isOpen">Whether an item has not ended.</param>
internal sealed class OpenSet<T>(Func<T, bool> isOpen)
    where T : class
{
    private readonly List<T> _items = [];

    /// <summary>Adds an item as the youngest, also if it is there already.</summary>
    public void Add(T item)
    {
        lock (_items)
        {
            _items.RemoveAll(i => i == item || !isOpen(i));
            _items.Add(item);
        }
    }

    /// <summary>What is open now.</summary>
    public IReadOnlyList<T> ToList()
    {
        lock (_items)
        {
            _items.RemoveAll(i => !isOpen(i));
            return _items.ToList();
        }
    }
}
