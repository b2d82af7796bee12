using System.Collections.Generic;
using System.Linq;

namespace UdpChat.Benchmarks;

/// <summary>One of those who are compared, and what was measured of it, a value a round.</summary>
internal sealed class Contender(string name)
{
    /// <summary>Its name.</summary>
    public string Name => name;

    /// <summary>Why it was not measured; null if it was.</summary>
    public string? Missing { get; init; }

    /// <summary>What was measured.</summary>
    public List<double> Values { get; } = [];

    /// <summary>The median of what was measured.</summary>
    public double Median => MedianOf(Values);

    /// <summary>Ours divided by this: the median over the rounds, and the least and the most.</summary>
    public (double Median, double Least, double Most) RatioOf(Contender ours)
    {
        double[] ratios = [.. ours.Values.Zip(Values, (a, b) => a / b)];
        return (MedianOf(ratios), ratios.Min(), ratios.Max());
    }

    private static double MedianOf(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }
}
