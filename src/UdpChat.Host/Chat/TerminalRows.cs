using System.Collections.Generic;
using System.Linq;
using System.Text;

namespace UdpChat.Host.Chat;

/// <summary>Cuts text into rows that fit a terminal, at blanks if it can, so that it is known where each row is.</summary>
internal sealed class TerminalRows
{
    /// <summary>In front of all rows but the first, so that none looks like the beginning of another message.</summary>
    public const string Indent = "      ";

    private const int TabWidth = 8;

    private readonly List<string> _rows = [];
    private readonly StringBuilder _row = new();
    private readonly int _width;
    private int _textStart; // where a row may be cut at a blank, at the earliest
    private int _used;

    private TerminalRows(int width) => _width = width;

    /// <summary>Cuts lines into rows.</summary>
    /// <param name="head">What stands in front of the first line.</param>
    /// <param name="lines">The lines: harmless text (<see cref="SafeText"/>).</param>
    /// <param name="width">The most columns a row may take.</param>
    public static IReadOnlyList<string> Cut(string head, string[] lines, int width)
    {
        var rows = new TerminalRows(width);
        rows.Append(head);
        rows._textStart = rows._row.Length;
        for (int i = 0; i < lines.Length; i++)
        {
            if (i > 0)
                rows.BeginRow("");
            rows.Append(lines[i]);
        }
        rows._rows.Add(rows._row.ToString());
        return rows._rows;
    }

    private void Append(string text)
    {
        foreach (Rune rune in text.EnumerateRunes())
        {
            if (_used + Width(rune) > _width)
            {
                bool isBlank = rune.Value == ' ';
                BeginRow(isBlank ? "" : TakeLastWord());
                if (isBlank)
                    continue;
            }
            _row.Append(rune);
            _used += Width(rune);
        }
    }

    private void BeginRow(string word)
    {
        _rows.Add(_row.ToString());
        _row.Clear().Append(Indent).Append(word);
        _textStart = Indent.Length;
        _used = Indent.Length + word.EnumerateRunes().Sum(Width);
    }

    /// <summary>Takes what stands behind the row's last blank; nothing if it has none, or would be too long for a row.</summary>
    private string TakeLastWord()
    {
        string row = _row.ToString();
        int blank = row.LastIndexOf(' ');
        string word = row[(blank + 1)..];
        if (blank < _textStart || Indent.Length + word.EnumerateRunes().Sum(Width) > _width - TabWidth)
            return "";
        _row.Length = blank;
        return word;
    }

    /// <summary>How many columns a character takes at most: below U+1100 none is wide (UAX #11).</summary>
    private static int Width(Rune rune) => rune.Value switch
    {
        '\t' => TabWidth,
        < 0x1100 => 1,
        _ => 2,
    };
}
