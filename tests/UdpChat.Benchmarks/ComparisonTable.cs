using System;
using System.Globalization;
using System.Linq;

namespace UdpChat.Benchmarks;

/// <summary>Comparisons as a table for people.</summary>
internal static class ComparisonTable
{
    /// <summary>Prints medians, and the median of each round's ratio with the least and the most of them.</summary>
    public static void Print(Comparison[] comparisons, string machine)
    {
        string[][] rows =
        [
            ["measured", "ours", "beside", "", "ours / other (rounds)"],
            .. from comparison in comparisons
               from other in comparison.Others
               select new[]
               {
                   $"{comparison.Name}: {comparison.Unit}",
                   Comparison.Format(comparison.Ours.Median),
                   other.Name,
                   other.Missing ?? Comparison.Format(other.Median),
                   other.Missing is null ? Describe(other.RatioOf(comparison.Ours)) : "",
               },
        ];
        int[] widths = [.. Enumerable.Range(0, rows[0].Length).Select(column => rows.Max(row => row[column].Length))];
        Console.WriteLine(machine);
        foreach (string[] row in rows)
            Console.WriteLine($"{row[0].PadRight(widths[0])}  {row[1].PadLeft(widths[1])}  {row[2].PadRight(widths[2])}  {row[3].PadLeft(widths[3])}  {row[4].PadLeft(widths[4])}");
    }

    private static string Describe((double Median, double Least, double Most) ratio) =>
        string.Create(CultureInfo.InvariantCulture, $"{ratio.Median:0.00} ({ratio.Least:0.00} to {ratio.Most:0.00})");
}
