using System;

namespace UdpChat.Protocol.Link;

/// <summary>A set of numbers as ranges in ascending order. What is added is mostly near the end, where it costs nothing to find.</summary>
internal sealed class RangeSet
{
    private const int MaxKept = 128;

    private Range[] _ranges = [];

    /// <summary>How many ranges there are.</summary>
    public int Count { get; private set; }

    /// <summary>The largest number, or -1.</summary>
    public long Last => Count == 0 ? -1 : _ranges[Count - 1].Last;

    /// <summary>The smallest number, or -1.</summary>
    public long First => Count == 0 ? -1 : _ranges[0].First;

    /// <summary>The ranges.</summary>
    public ReadOnlySpan<Range> Ranges => _ranges.AsSpan(0, Count);

    /// <summary>Whether a number is in the set.</summary>
    public bool Contains(long number)
    {
        int at = FirstEndingAtOrAfter(number);
        return at < Count && _ranges[at].First <= number;
    }

    /// <summary>Adds a number.</summary>
    public void Add(long number) => Add(number, number);

    /// <summary>Adds the numbers of a range, both ends inclusive.</summary>
    public void Add(long first, long last)
    {
        if (Count > 0 && first == _ranges[Count - 1].Last + 1)
        {
            _ranges[Count - 1].Last = last; // What is added almost always.
            return;
        }
        // All ranges that touch or overlap it become one.
        int from = FirstEndingAtOrAfter(first - 1);
        int to = from;
        while (to < Count && _ranges[to].First <= last + 1)
        {
            first = Math.Min(first, _ranges[to].First);
            last = Math.Max(last, _ranges[to].Last);
            to++;
        }
        if (to == from)
        {
            if (Count == _ranges.Length)
                Array.Resize(ref _ranges, Math.Max(4, Count * 2));
            Array.Copy(_ranges, from, _ranges, from + 1, Count - from);
            Count++;
        }
        else if (to > from + 1)
        {
            Array.Copy(_ranges, to, _ranges, from + 1, Count - to);
            Count -= to - from - 1;
        }
        _ranges[from] = new Range(first, last);
    }

    /// <summary>Removes all numbers up to this one.</summary>
    public void RemoveThrough(long number)
    {
        int gone = FirstEndingAtOrAfter(number + 1);
        if (gone > 0)
        {
            Array.Copy(_ranges, gone, _ranges, 0, Count - gone);
            Count -= gone;
        }
        if (Count > 0 && _ranges[0].First <= number)
            _ranges[0].First = number + 1;
    }

    /// <summary>Removes the numbers of a range, both ends inclusive.</summary>
    public void Remove(long first, long last)
    {
        int at = FirstEndingAtOrAfter(first);
        while (at < Count && _ranges[at].First <= last)
        {
            Range range = _ranges[at];
            Array.Copy(_ranges, at + 1, _ranges, at, --Count - at);
            if (range.First < first)
                Add(range.First, first - 1);
            if (range.Last > last)
                Add(last + 1, range.Last);
            at = FirstEndingAtOrAfter(first);
        }
    }

    /// <summary>Removes the range with the smallest numbers.</summary>
    public void RemoveFirstRange() => RemoveThrough(_ranges[0].Last);

    /// <summary>Removes everything, and gives back what memory is more than most need.</summary>
    public void Clear()
    {
        Count = 0;
        if (_ranges.Length > MaxKept)
            _ranges = [];
    }

    private int FirstEndingAtOrAfter(long number)
    {
        if (Count == 0 || _ranges[Count - 1].Last < number)
            return Count;
        int low = 0;
        int high = Count - 1;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (_ranges[middle].Last < number)
                low = middle + 1;
            else
                high = middle;
        }
        return low;
    }

    /// <summary>Numbers in sequence.</summary>
    public struct Range(long first, long last)
    {
        /// <summary>The ends, inclusive.</summary>
        public long First = first, Last = last;
    }
}
