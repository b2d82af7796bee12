using System;
using System.Globalization;
using System.Linq;

namespace UdpChat.Benchmarks;

/// <summary>Comparisons as a table for people.</summary>
internal static class ComparisonTable
{
    private const string NoRatio = "";

    /// <summary>Prints medians, and the median of the ratios of each round.</summary>
    public static void Print(Comparison[] comparisons, string machine)
    {
        string[][] rows =
        [
            ["measured", "ours", "beside", "", "ours / other"],
            .. from comparison in comparisons
               from other in comparison.Others
               select new[]
               {
                   $"{comparison.Name}: {comparison.Unit}",
                   Comparison.Format(comparison.Ours.Median),
                   other.Name,
                   other.Missing ?? Comparison.Format(other.Median),
                   other.Missing is null ? other.RatioOf(comparison.Ours).ToString("0.00", CultureInfo.InvariantCulture) : NoRatio,
               },
        ];
        int[] widths = [.. Enumerable.Range(0, rows[0].Length).Select(column => rows.Max(row => row[column].Length))];
        Console.WriteLine(machine);
        foreach (string[] row in rows)
            Console.WriteLine($"{row[0].PadRight(widths[0])}  {row[1].PadLeft(widths[1])}  {row[2].PadRight(widths[2])}  {row[3].PadLeft(widths[3])}  {row[4].PadLeft(widths[4])}");
    }
}
