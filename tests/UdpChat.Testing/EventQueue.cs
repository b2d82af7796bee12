using System;
using System.Collections.Generic;

namespace UdpChat.Testing;

/// <summary>What is to happen, by time; what is due at the same time happens in the order in which it was added.</summary>
internal sealed class EventQueue
{
    private readonly List<Entry> _heap = []; // a binary heap, the earliest first
    private long _added;

    /// <summary>How much is to happen.</summary>
    public int Count => _heap.Count;

    /// <summary>When the first is due; <see cref="TimeSpan.MaxValue"/> if there is none.</summary>
    public TimeSpan NextDue => _heap.Count > 0 ? _heap[0].Due : TimeSpan.MaxValue;

    /// <summary>Adds what is to happen.</summary>
    public void Add(TimeSpan due, Action action)
    {
        _heap.Add(new Entry(due, _added++, action));
        int at = _heap.Count - 1;
        for (int parent = (at - 1) / 2; at > 0 && _heap[at].IsBefore(_heap[parent]); at = parent, parent = (at - 1) / 2)
            Swap(at, parent);
    }

    /// <summary>Takes out the first.</summary>
    public Action Take()
    {
        Action action = _heap[0].Action;
        int last = _heap.Count - 1;
        _heap[0] = _heap[last];
        _heap.RemoveAt(last);
        for (int at = 0, child = 1; child < last; at = child, child = 2 * at + 1)
        {
            if (child + 1 < last && _heap[child + 1].IsBefore(_heap[child]))
                child++;
            if (!_heap[child].IsBefore(_heap[at]))
                break;
            Swap(at, child);
        }
        return action;
    }

    private void Swap(int a, int b) => (_heap[a], _heap[b]) = (_heap[b], _heap[a]);

    private readonly struct Entry(TimeSpan due, long number, Action action)
    {
        public readonly TimeSpan Due = due;
        public readonly Action Action = action;
        private readonly long _number = number;

        public bool IsBefore(in Entry other) => Due != other.Due ? Due < other.Due : _number < other._number;
    }
}
