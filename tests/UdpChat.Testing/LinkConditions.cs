using System;

namespace UdpChat.Testing;

/// <summary>What happens to the datagrams that pass a link in one direction.</summary>
internal sealed record LinkConditions
{
    /// <summary>Everything arrives, once, in order, at once.</summary>
    public static readonly LinkConditions Ideal = new();

    /// <summary>A link as good as they come: everything arrives, once, in order, 20 ms later.</summary>
    public static readonly LinkConditions Clean = new() { MinDelay = TimeSpan.FromMilliseconds(20), MaxDelay = TimeSpan.FromMilliseconds(20) };

    /// <summary>The share of datagrams that is lost, 0 to 1.</summary>
    public double Loss { get; init; }

    /// <summary>The share of datagrams that comes twice, 0 to 1; each copy may be lost and is delayed by itself.</summary>
    public double Duplication { get; init; }

    /// <summary>The least time that a datagram takes.</summary>
    public TimeSpan MinDelay { get; init; }

    /// <summary>The most time that a datagram takes; it is chosen evenly from the range.</summary>
    public TimeSpan MaxDelay { get; init; }

    /// <summary>The share of datagrams that is held back, 0 to 1, so that later ones overtake them.</summary>
    public double Reordering { get; init; }

    /// <summary>How much longer those take.</summary>
    public TimeSpan HoldBack { get; init; } = TimeSpan.FromMilliseconds(20);

    /// <summary>Whether no datagram overtakes another; otherwise a range of delays reorders, and so does <see cref="Reordering"/>.</summary>
    public bool KeepsOrder { get; init; }

    /// <summary>Random conditions, from clean to hardly usable.</summary>
    /// <param name="random">Decides.</param>
    /// <param name="maxLoss">The most that <see cref="Loss"/> can be.</param>
    public static LinkConditions Hostile(SeededRandom random, double maxLoss)
    {
        var min = TimeSpan.FromMilliseconds(1 + random.Next(100));
        return new LinkConditions
        {
            Loss = random.NextDouble() * maxLoss,
            Duplication = random.NextDouble() * 0.3,
            MinDelay = min,
            MaxDelay = min + TimeSpan.FromMilliseconds(random.Next(500)),
            KeepsOrder = random.Chance(0.25),
        };
    }

    public override string ToString() =>
        $"loss {Loss:P0}, duplication {Duplication:P0}, reordering {Reordering:P0}, delay {MinDelay.TotalMilliseconds:0} to {MaxDelay.TotalMilliseconds:0} ms{(KeepsOrder ? ", in order" : "")}";
}
