using System;

namespace UdpChat.Protocol.Relay;

/// <summary>
/// Finds client numbers by a hash: open addressing with linear probing, eight bytes a slot, which hold half of the hash,
/// so that other clients' records are almost never touched. Grows and shrinks with what it holds.
/// </summary>
internal sealed class HashIndex
{
    private const int MinCapacity = 16;

    private ulong[] _slots = new ulong[MinCapacity]; // the hash in the upper half, the number + 1 in the lower; 0 is empty
    private int _count;

    /// <summary>Walks through the numbers under one hash; most often there is one or none.</summary>
    public Probe Find(ulong hash) => new(_slots, (uint)hash);

    /// <summary>Adds a number under a hash.</summary>
    public void Add(ulong hash, int number)
    {
        if (_count >= _slots.Length - (_slots.Length >> 2))
            Resize(_slots.Length * 2);
        Insert(_slots, ((hash & 0xFFFF_FFFF) << 32) | (uint)(number + 1));
        _count++;
    }

    /// <summary>Removes a number that was added under this hash.</summary>
    public void Remove(ulong hash, int number)
    {
        ulong entry = ((hash & 0xFFFF_FFFF) << 32) | (uint)(number + 1);
        int mask = _slots.Length - 1;
        int hole = (int)hash & mask;
        while (_slots[hole] != entry)
            hole = (hole + 1) & mask;
        // Close the gap: what follows moves back unless that would put it before its home.
        for (int next = (hole + 1) & mask; _slots[next] != 0; next = (next + 1) & mask)
        {
            int home = (int)(_slots[next] >> 32) & mask;
            if (((next - home) & mask) >= ((next - hole) & mask))
            {
                _slots[hole] = _slots[next];
                hole = next;
            }
        }
        _slots[hole] = 0;
        _count--;
        if (_slots.Length > MinCapacity && _count < _slots.Length >> 3)
            Resize(_slots.Length / 2);
    }

    /// <summary>Removes all numbers.</summary>
    public void Clear()
    {
        _slots = new ulong[MinCapacity];
        _count = 0;
    }

    private void Resize(int capacity)
    {
        ulong[] slots = new ulong[capacity];
        foreach (ulong entry in _slots)
        {
            if (entry != 0)
                Insert(slots, entry);
        }
        _slots = slots;
    }

    private static void Insert(ulong[] slots, ulong entry)
    {
        int mask = slots.Length - 1;
        int at = (int)(entry >> 32) & mask;
        while (slots[at] != 0)
            at = (at + 1) & mask;
        slots[at] = entry;
    }

    /// <summary>A walk through the numbers under one hash.</summary>
    public ref struct Probe
    {
        private readonly ReadOnlySpan<ulong> _slots;
        private readonly uint _hash;
        private int _at;

        internal Probe(ulong[] slots, uint hash)
        {
            _slots = slots;
            _hash = hash;
            _at = (int)hash & (slots.Length - 1);
            Number = -1;
        }

        /// <summary>The number found last.</summary>
        public int Number { get; private set; }

        /// <summary>Goes to the next number under the hash.</summary>
        /// <returns>False if there is none.</returns>
        public bool MoveNext()
        {
            int mask = _slots.Length - 1;
            while (true)
            {
                ulong entry = _slots[_at];
                if (entry == 0)
                    return false;
                _at = (_at + 1) & mask;
                if ((uint)(entry >> 32) == _hash)
                {
                    Number = (int)(uint)entry - 1;
                    return true;
                }
            }
        }
    }
}
