using System.Collections.Generic;

namespace UdpChat.Protocol.Link;

/// <summary>What many links share: memory for lines that came too early, and objects that each needs only for a time.</summary>
internal sealed class LinkPool(MemoryBudget early)
{
    private const int MaxTraffic = 4_096, MaxRanges = 256;

    private readonly Stack<LinkTraffic> _traffic = new();
    private readonly Stack<RangeSet> _ranges = new();

    /// <summary>What a link needs while something is under way.</summary>
    public LinkTraffic RentTraffic() => _traffic.Count > 0 ? _traffic.Pop() : new LinkTraffic(this, early);

    /// <summary>An empty set of ranges.</summary>
    public RangeSet RentRanges() => _ranges.Count > 0 ? _ranges.Pop() : new RangeSet();

    /// <summary>Gives back what holds nothing any more.</summary>
    public void Return(LinkTraffic traffic)
    {
        if (_traffic.Count < MaxTraffic)
            _traffic.Push(traffic);
    }

    /// <inheritdoc cref="Return(LinkTraffic)"/>
    public void Return(RangeSet ranges)
    {
        ranges.Clear();
        if (_ranges.Count < MaxRanges)
            _ranges.Push(ranges);
    }
}
