using System;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Net;
using System.Text;

namespace UdpChat.Benchmarks;

/// <summary>Comparisons as bars, in a file that any browser shows: text stays text, and colours follow the reader's light or dark.</summary>
internal static class BarChart
{
    private const int Width = 760, NameWidth = 160, LongestBar = 480, BarHeight = 18, LineHeight = 24, Margin = 16;

    private const string Style =
        """
        <style>
        text { font: 13px system-ui, sans-serif; fill: #1f2328 }
        .title { font-weight: 600 }
        .small { font-size: 11px }
        .ours { fill: #0969da }
        .other { fill: #9aa4af }
        @media (prefers-color-scheme: dark) {
        text { fill: #e6edf3 }
        .ours { fill: #4493f8 }
        .other { fill: #6e7781 }
        }
        </style>
        """;

    /// <summary>Draws the medians; the longest bar of each comparison is as long as any other's.</summary>
    public static void Write(string path, Comparison[] comparisons, string machine)
    {
        var body = new StringBuilder();
        int y = Margin;
        foreach (Comparison comparison in comparisons)
        {
            y += LineHeight;
            AppendText(body, Margin, y - 8, "title", $"{comparison.Name}: {comparison.Unit} ({(comparison.IsLessBetter ? "less" : "more")} is better)");
            double most = comparison.Others.Where(other => other.Missing is null).Append(comparison.Ours).Max(contender => contender.Median);
            AppendBar(body, comparison.Ours, "ours", most, ref y);
            foreach (Contender other in comparison.Others)
                AppendBar(body, other, "other", most, ref y);
            y += Margin / 2;
        }
        AppendText(body, Margin, y + LineHeight / 2, "small", machine);
        int height = y + LineHeight;
        if (Path.GetDirectoryName(Path.GetFullPath(path)) is { } folder)
            Directory.CreateDirectory(folder);
        File.WriteAllText(path,
            $"""
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {Width} {height}" width="{Width}" height="{height}" role="img">
            <title>UdpChat beside others</title>
            {Style}
            {body}</svg>

            """);
    }

    private static void AppendBar(StringBuilder body, Contender contender, string kind, double most, ref int y)
    {
        AppendText(body, Margin, y + BarHeight - 4, "", contender.Name);
        int length = contender.Missing is null ? Math.Max(1, (int)(LongestBar * contender.Median / most)) : 0;
        if (length > 0)
            body.Append(CultureInfo.InvariantCulture, $"""<rect class="{kind}" x="{Margin + NameWidth}" y="{y}" width="{length}" height="{BarHeight}" rx="2"/>""").Append('\n');
        AppendText(body, Margin + NameWidth + length + 6, y + BarHeight - 4, "", contender.Missing ?? Comparison.Format(contender.Median));
        y += LineHeight;
    }

    private static void AppendText(StringBuilder body, int x, int y, string kind, string text) =>
        body.Append(CultureInfo.InvariantCulture, $"""<text{(kind.Length > 0 ? $" class=\"{kind}\"" : "")} x="{x}" y="{y}">{WebUtility.HtmlEncode(text)}</text>""").Append('\n');
}
