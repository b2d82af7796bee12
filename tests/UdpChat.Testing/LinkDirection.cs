using System;

namespace UdpChat.Testing;

/// <summary>One direction of a link: decides what becomes of each datagram.</summary>
/// <param name="conditions">What happens to datagrams.</param>
/// <param name="counters">Where it is counted; several directions may share them.</param>
internal sealed class LinkDirection(LinkConditions conditions, LinkCounters? counters = null)
{
    /// <summary>The most copies that come out for one datagram.</summary>
    public const int MaxCopies = 2;

    private TimeSpan _latestArrival;

    /// <summary>What happens to datagrams; can be changed at any time.</summary>
    public LinkConditions Conditions { get; set; } = conditions;

    /// <summary>What has happened to them.</summary>
    public LinkCounters Counters { get; } = counters ?? new LinkCounters();

    /// <summary>Sends a datagram through.</summary>
    /// <param name="now">The time when it enters.</param>
    /// <param name="random">Decides.</param>
    /// <param name="arrivals">When its copies come out; room for <see cref="MaxCopies"/>.</param>
    /// <returns>How many copies come out.</returns>
    public int Pass(TimeSpan now, SeededRandom random, Span<TimeSpan> arrivals)
    {
        int copies = random.Chance(Conditions.Duplication) ? 2 : 1;
        Counters.Received++;
        Counters.Doubled += copies - 1;
        int count = 0;
        for (int i = 0; i < copies; i++)
        {
            if (random.Chance(Conditions.Loss))
            {
                Counters.Lost++;
                continue;
            }
            TimeSpan arrival = now + random.Between(Conditions.MinDelay, Conditions.MaxDelay);
            if (Conditions.KeepsOrder)
                arrival = arrival < _latestArrival ? _latestArrival : arrival;
            else if (random.Chance(Conditions.Reordering))
                arrival += Conditions.HoldBack;
            if (arrival < _latestArrival)
                Counters.Overtaking++;
            else
                _latestArrival = arrival;
            arrivals[count++] = arrival;
        }
        return count;
    }
}
