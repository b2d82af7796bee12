using System;
using System.Buffers;

namespace UdpChat.Protocol.Link;

/// <summary>The datagrams with lines that were sent and are not yet known to have arrived, in the order of their numbers.</summary>
internal sealed class SentDatagrams
{
    private const int MinCapacity = 16;

    private Entry[] _entries = [];
    private int _first;

    /// <summary>How many there are.</summary>
    public int Count { get; private set; }

    /// <summary>One of them, counted from the oldest.</summary>
    public ref Entry this[int index] => ref _entries[(_first + index) & (_entries.Length - 1)];

    /// <summary>Adds one with a larger number than all before.</summary>
    public void Add(in Entry entry)
    {
        if (Count == _entries.Length)
            Grow();
        this[Count++] = entry;
    }

    /// <summary>Removes the oldest. Without any, there is no memory for them.</summary>
    public void RemoveFirst()
    {
        _first = (_first + 1) & (_entries.Length - 1);
        if (--Count == 0)
            Release();
    }

    /// <summary>Forgets all.</summary>
    public void Release()
    {
        if (_entries.Length > 0)
            ArrayPool<Entry>.Shared.Return(_entries);
        (_entries, _first, Count) = ([], 0, 0);
    }

    /// <summary>The index of the first whose number is not less.</summary>
    public int Find(long number)
    {
        int low = 0;
        int high = Count;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (this[middle].Number < number)
                low = middle + 1;
            else
                high = middle;
        }
        return low;
    }

    private void Grow()
    {
        // The pool's arrays are powers of two, as the ring has to be.
        Entry[] larger = ArrayPool<Entry>.Shared.Rent(Math.Max(MinCapacity, _entries.Length * 2));
        for (int i = 0; i < Count; i++)
            larger[i] = this[i];
        if (_entries.Length > 0)
            ArrayPool<Entry>.Shared.Return(_entries);
        (_entries, _first) = (larger, 0);
    }

    /// <summary>What has become of a datagram.</summary>
    public enum Fate : byte
    {
        /// <summary>Not known.</summary>
        UnderWay,

        /// <summary>It has arrived.</summary>
        Acknowledged,

        /// <summary>It counts as lost, and what was in it goes out again.</summary>
        Lost,
    }

    /// <summary>A datagram that was sent.</summary>
    public struct Entry
    {
        /// <summary>Its number.</summary>
        public long Number;

        /// <summary>Where in the stream its lines begin.</summary>
        public long Offset;

        /// <summary>When it was sent.</summary>
        public TimeSpan At;

        /// <summary>Up to which number it acknowledged all that there was to acknowledge, or -1.</summary>
        public long Acknowledges;

        /// <summary>How many bytes of the stream it had, and how many in all.</summary>
        public short Length, Size;

        /// <summary>What has become of it.</summary>
        public Fate Fate;

        /// <summary>Whether it was a probe with lines of an earlier one of which nothing was known.</summary>
        public bool IsCopy;
    }
}
