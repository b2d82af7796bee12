using System.Globalization;

namespace UdpChat.Benchmarks;

/// <summary>One figure of ours and of others under the same work.</summary>
internal sealed class Comparison(string name, string unit, bool isLessBetter, params Contender[] others)
{
    /// <summary>What was done.</summary>
    public string Name => name;

    /// <summary>What is counted.</summary>
    public string Unit => unit;

    /// <summary>Whether the smaller figure is the better one.</summary>
    public bool IsLessBetter => isLessBetter;

    /// <summary>This project's relay and client.</summary>
    public Contender Ours { get; } = new("UdpChat");

    /// <summary>Those it is compared with.</summary>
    public Contender[] Others => others;

    /// <summary>A figure as it is shown: thousands in whole numbers, the rest to a tenth or a hundredth.</summary>
    public static string Format(double value) =>
        value.ToString(value >= 1000 ? "N0" : value >= 20 ? "0.0" : "0.00", CultureInfo.InvariantCulture);
}
