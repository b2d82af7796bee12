using System;
using UdpChat.Testing;

namespace UdpChat.Protocol.Tests.Link;

/// <summary>Two sides of a link with a network between them, on a clock of their own. All chance follows from the seed.</summary>
internal sealed class LinkPair
{
    private readonly EventQueue _events = new();
    private readonly LinkConditions _conditions;

    public LinkPair(ulong seed, LinkConditions conditions)
    {
        Random = new SeededRandom(seed);
        _conditions = conditions;
    }

    public SeededRandom Random { get; }

    public LinkEnd Left { get; } = new();

    public LinkEnd Right { get; } = new();

    public TimeSpan Now { get; private set; }

    /// <summary>Whether nothing passes.</summary>
    public bool IsCut { get; set; }

    /// <summary>The share of datagrams that take 10 to 50 ms longer.</summary>
    public double Late { get; init; }

    /// <summary>Whether the links rest whenever they can, and how often one then had nothing under way.</summary>
    public bool LetsRest { get; set; }

    /// <inheritdoc cref="LetsRest"/>
    public int Rests { get; private set; }

    /// <summary>The most bytes that either side kept because they came too early.</summary>
    public long MostKept { get; private set; }

    /// <summary>Makes something happen at a time.</summary>
    public void At(TimeSpan due, Action action) => _events.Add(due, action);

    /// <summary>Lets time pass until both sides are quiet and nothing is to happen any more.</summary>
    /// <returns>Whether that came about within the limit.</returns>
    public bool RunUntilQuiet(TimeSpan limit)
    {
        while (true)
        {
            SendAll(Left, Right);
            SendAll(Right, Left);
            TimeSpan due = Min(_events.NextDue, Min(Left.Link.NextTimeout, Right.Link.NextTimeout));
            if (due == TimeSpan.MaxValue)
                return Left.IsQuiet && Right.IsQuiet;
            if (due > limit)
                return false;
            Now = due > Now ? due : Now;
            if (_events.NextDue <= Now)
                _events.Take()();
            Wake(Left);
            Wake(Right);
            MostKept = Math.Max(MostKept, Math.Max(Left.Budget.Used, Right.Budget.Used));
        }
    }

    /// <summary>Whatever was written has arrived, once and in order.</summary>
    public void AllHasArrived()
    {
        Assert.Equal(Left.Written, Right.Received);
        Assert.Equal(Right.Written, Left.Received);
    }

    private void Wake(LinkEnd end)
    {
        // What counts as lost may be due, and after it a probe.
        for (int i = 0; i < 2 && end.Link.NextTimeout <= Now; i++)
            end.Link.OnTimeout(Now);
        if (LetsRest && !end.Link.IsResting)
        {
            end.Link.Rest(Now);
            Rests += end.Link.IsResting ? 1 : 0;
        }
        // A timer that is due still, with nothing to send, would be due for ever.
        Assert.True(end.Link.HasOutput || end.Link.NextTimeout > Now);
    }

    private void SendAll(LinkEnd from, LinkEnd to)
    {
        while (from.Next(Now) is { } datagram)
            Pass(to, datagram);
        Assert.False(from.Link.HasOutput);
    }

    private void Pass(LinkEnd to, byte[] datagram)
    {
        int copies = Random.Chance(_conditions.Duplication) ? 2 : 1;
        for (; copies > 0; copies--)
        {
            if (IsCut || Random.Chance(_conditions.Loss))
                continue;
            TimeSpan delay = Random.Between(_conditions.MinDelay, _conditions.MaxDelay);
            if (Random.Chance(Late))
                delay += TimeSpan.FromMilliseconds(10 + Random.Next(41));
            _events.Add(Now + delay, () => to.Receive(datagram, Now));
        }
    }

    private static TimeSpan Min(TimeSpan a, TimeSpan b) => a < b ? a : b;
}
