using System;
using System.Buffers;
using System.Collections.Generic;

namespace UdpChat.Protocol.Link;

/// <summary>Puts the lines of one direction in order: keeps what has come too early.</summary>
internal sealed class ReceiveStream(MemoryBudget budget)
{
    private const int MaxKept = 64;

    private List<Segment>? _early; // by offset; never overlapping
    private int _taken;            // how many at the beginning of the list are there no more

    /// <summary>Up to which offset everything has arrived.</summary>
    public long Next { get; private set; }

    /// <summary>Begins where everything before an offset has arrived.</summary>
    public void Begin(long offset) => Next = offset;

    /// <summary>Whether something came too early and waits.</summary>
    public bool HasGap => _early is not null && _taken < _early.Count;

    /// <summary>Finds out what to do with bytes that have arrived.</summary>
    /// <param name="offset">Where they belong.</param>
    /// <param name="bytes">The bytes: whole lines.</param>
    /// <param name="ready">Those that are next, if any.</param>
    /// <returns>False if they can't be kept; then they were not received.</returns>
    public bool TryAdd(long offset, ReadOnlySpan<byte> bytes, out ReadOnlySpan<byte> ready)
    {
        ready = default;
        long end = offset + bytes.Length;
        if (end <= Next)
            return true; // It was here before.
        if (offset <= Next)
        {
            ready = bytes.Slice((int)(Next - offset));
            Next = end;
            return true;
        }
        if (end > Next + LinkLimits.StreamWindow)
            return false;
        _early ??= [];
        _early.RemoveRange(0, _taken);
        _taken = 0;
        int at = FirstAtOrAfter(_early, offset);
        if ((at < _early.Count && _early[at].Offset < end) || (at > 0 && _early[at - 1].End > offset))
            return at < _early.Count && _early[at].Offset == offset && _early[at].End == end; // The same again, or cut otherwise: that is to come again.
        if (_early.Count == LinkLimits.MaxEarlySegments || !budget.TryTake(bytes.Length + LinkLimits.EarlySegmentOverhead))
            return false;
        byte[] copy = ArrayPool<byte>.Shared.Rent(bytes.Length);
        bytes.CopyTo(copy);
        _early.Insert(at, new Segment(offset, copy, bytes.Length));
        return true;
    }

    /// <summary>Takes bytes that came too early and are next now.</summary>
    /// <param name="buffer">A buffer that begins with them, to be given back to <see cref="ArrayPool{T}.Shared"/>.</param>
    /// <param name="start">Where in it they begin.</param>
    /// <param name="length">How many they are.</param>
    /// <returns>False if there are none.</returns>
    public bool TryTakeReady(out byte[] buffer, out int start, out int length)
    {
        (buffer, start, length) = ([], 0, 0);
        while (HasGap && _early![_taken].Offset <= Next)
        {
            Segment segment = _early[_taken++];
            budget.Return(segment.Length + LinkLimits.EarlySegmentOverhead);
            if (segment.End <= Next)
            {
                ArrayPool<byte>.Shared.Return(segment.Buffer);
                continue;
            }
            (buffer, start, length) = (segment.Buffer, (int)(Next - segment.Offset), (int)(segment.End - Next));
            Next = segment.End;
            return true;
        }
        if (!HasGap)
            Forget();
        return false;
    }

    /// <summary>Gives back everything.</summary>
    public void Release()
    {
        for (; HasGap; _taken++)
        {
            Segment segment = _early![_taken];
            budget.Return(segment.Length + LinkLimits.EarlySegmentOverhead);
            ArrayPool<byte>.Shared.Return(segment.Buffer);
        }
        Forget();
    }

    /// <summary>The list is used again if it has not become large.</summary>
    private void Forget()
    {
        if (_early is { Capacity: <= MaxKept })
            _early.Clear();
        else
            _early = null;
        _taken = 0;
    }

    private static int FirstAtOrAfter(List<Segment> segments, long offset)
    {
        int low = 0;
        int high = segments.Count;
        if (high == 0 || segments[high - 1].Offset < offset)
            return high; // Almost always.
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (segments[middle].Offset < offset)
                low = middle + 1;
            else
                high = middle;
        }
        return low;
    }

    private readonly struct Segment(long offset, byte[] buffer, int length)
    {
        public readonly long Offset = offset;
        public readonly byte[] Buffer = buffer;
        public readonly int Length = length;
        public long End => Offset + Length;
    }
}
