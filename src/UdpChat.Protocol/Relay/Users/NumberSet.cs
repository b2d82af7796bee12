using System;
using UdpChat.Protocol.Link;

namespace UdpChat.Protocol.Relay.Users;

/// <summary>A set of message numbers that is almost always all of them up to one.</summary>
internal struct NumberSet
{
    /// <summary>In how many separate ranges numbers may be.</summary>
    public const int MaxGaps = 1_024;

    private RangeSet? _above;

    /// <summary>The number up to which all are in the set.</summary>
    public long Through { get; private set; }

    /// <summary>In how many ranges there are others beyond it.</summary>
    public readonly int Gaps => _above?.Count ?? 0;

    /// <summary>Whether a number can be added: there are not too many ranges, or it makes no new one.</summary>
    public readonly bool HasRoomFor(long number) => Gaps < MaxGaps || number == Through + 1;

    /// <summary>Whether a number is in the set.</summary>
    public readonly bool Contains(long number) => number <= Through || (_above?.Contains(number) ?? false);

    /// <summary>Adds a number.</summary>
    public void Add(long number)
    {
        if (number == Through + 1)
        {
            Through = number;
            Merge();
        }
        else if (number > Through)
        {
            (_above ??= new RangeSet()).Add(number);
        }
    }

    /// <summary>Adds all numbers up to this one.</summary>
    public void AddThrough(long number)
    {
        if (number <= Through)
            return;
        Through = number;
        _above?.RemoveThrough(number);
        Merge();
    }

    /// <summary>Takes a number out.</summary>
    public void Remove(long number)
    {
        if (number <= Through)
        {
            if (number < Through)
                (_above ??= new RangeSet()).Add(number + 1, Through);
            Through = number - 1;
        }
        else
        {
            _above?.Remove(number, number);
        }
    }

    private void Merge()
    {
        if (_above is not { Count: > 0 } above)
            return;
        if (above.First <= Through + 1)
        {
            Through = Math.Max(Through, above.Ranges[0].Last);
            above.RemoveThrough(Through);
        }
        if (above.Count == 0)
            _above = null;
    }
}
