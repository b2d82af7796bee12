using System;
using System.Globalization;
using System.Text.RegularExpressions;

namespace UdpChat.Benchmarks;

/// <summary>What our relay says of itself when it has stopped.</summary>
/// <param name="Clients">How many clients were left.</param>
/// <param name="Removed">How many it had removed because they were silent.</param>
internal sealed partial record RelayEnd(int Clients, int Removed)
{
    /// <summary>Reads the paragraph.</summary>
    public static RelayEnd Parse(string summary) => Figures.Match(summary) is { Success: true } match
        ? new(Number(match.Groups[2]), Number(match.Groups[1]))
        : throw new InvalidOperationException($"The relay did not stop as it should: {summary}");

    [GeneratedRegex(@"removed (\d+) silent clients?; (\d+) clients? left")]
    private static partial Regex Figures { get; }

    private static int Number(Group group) => int.Parse(group.Value, CultureInfo.InvariantCulture);
}
