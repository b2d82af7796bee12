using System;

namespace UdpChat.Protocol.Link;

/// <summary>A set of datagram numbers. It is almost always one range, and then has no memory of its own.</summary>
internal struct DatagramNumbers
{
    private long _first, _end; // the only range, its end exclusive
    private RangeSet? _ranges; // all, if there are more

    /// <summary>How many ranges there are.</summary>
    public readonly int Count => _ranges is not null ? _ranges.Count : _end > _first ? 1 : 0;

    /// <summary>The largest number, or -1.</summary>
    public readonly long Last => _ranges is not null ? _ranges.Last : _end > _first ? _end - 1 : -1;

    /// <summary>One of the ranges, in ascending order.</summary>
    public readonly RangeSet.Range this[int index] => _ranges is not null ? _ranges.Ranges[index] : new RangeSet.Range(_first, _end - 1);

    /// <summary>Whether a number is in the set.</summary>
    public readonly bool Contains(long number) => _ranges is not null ? _ranges.Contains(number) : number >= _first && number < _end;

    /// <summary>Adds a number.</summary>
    public void Add(long number, LinkPool pool)
    {
        if (_ranges is not null)
        {
            _ranges.Add(number);
            Settle(pool);
        }
        else if (_end == _first)
        {
            (_first, _end) = (number, number + 1);
        }
        else if (number == _end)
        {
            _end++; // What is added almost always.
        }
        else if (number == _first - 1)
        {
            _first--;
        }
        else if (!Contains(number))
        {
            _ranges = pool.RentRanges();
            _ranges.Add(_first, _end - 1);
            _ranges.Add(number);
        }
    }

    /// <summary>Removes all numbers up to this one.</summary>
    public void RemoveThrough(long number, LinkPool pool)
    {
        if (_ranges is not null)
        {
            _ranges.RemoveThrough(number);
            Settle(pool);
        }
        else if (number >= _first)
        {
            _first = Math.Min(number + 1, _end);
        }
    }

    private void Settle(LinkPool pool)
    {
        if (_ranges is not { Count: <= 1 } ranges)
            return;
        (_first, _end) = ranges.Count == 0 ? (0, 0) : (ranges.First, ranges.Last + 1);
        pool.Return(ranges);
        _ranges = null;
    }
}
