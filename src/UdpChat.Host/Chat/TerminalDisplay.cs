using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Text;

namespace UdpChat.Host.Chat;

/// <summary>
/// For a person who types into the same terminal. The terminal itself edits the line being typed, so nobody here knows
/// it; what arrives is written into rows that are inserted above it, and the line and its cursor stay as they are.
/// </summary>
/// <param name="terminal">The terminal.</param>
/// <param name="columns">How wide the terminal is now.</param>
/// <param name="canInsert">Whether it knows the escape sequences for that; else what arrives begins at the line's start, over what is typed there.</param>
internal sealed class TerminalDisplay(TextWriter terminal, Func<int> columns, bool canInsert) : IChatDisplay
{
    private const string Indent = "      ";
    private const int TabWidth = 8;

    // One more row below (IND) and back up (RI); remember the cursor (DECSC), insert a row above (IL).
    private const string BeginRow = "\eD\eM\e7\r\e[L";

    // The cursor where it was (DECRC), which the row now has; the line being typed is one row below.
    private const string EndRow = "\e8\e[B";

    private string _prompt = "";

    /// <inheritdoc/>
    public void ShowMessage(ChatMessage message)
    {
        string time = message.Time.ToString("HH:mm", CultureInfo.InvariantCulture);
        Show($"{time} {SafeText.Escape(message.From)}: ", SafeText.EscapeLines(message.Text));
    }

    /// <inheritdoc/>
    public void ShowRemark(string remark) => Show("* ", [remark]);

    /// <inheritdoc/>
    public void ShowPrompt(string? recipient)
    {
        _prompt = recipient is null ? "> " : $"{SafeText.Escape(recipient)}> ";
        terminal.Write(_prompt);
    }

    /// <inheritdoc/>
    public void EndLine() => terminal.Write("\n");

    private void Show(string head, string[] lines)
    {
        var output = new StringBuilder();
        foreach (string row in Rows(head, lines))
        {
            if (canInsert)
                output.Append(BeginRow).Append(row).Append(EndRow);
            else
                output.Append('\r').Append(row).Append('\n');
        }
        if (!canInsert)
            output.Append(_prompt);
        terminal.Write(output.ToString());
    }

    /// <summary>Cuts lines into rows that fit the terminal; all but the first are indented, so that none looks like the beginning of another message.</summary>
    private List<string> Rows(string head, string[] lines)
    {
        // The last column stays free: writing it leaves the cursor in a different place on different terminals.
        int width = Math.Max(columns() - 1, 2 * Indent.Length);
        var rows = new List<string>();
        var row = new StringBuilder();
        int used = 0;
        Append(head);
        for (int i = 0; i < lines.Length; i++)
        {
            if (i > 0)
                EndRowAndIndent();
            Append(lines[i]);
        }
        rows.Add(row.ToString());
        return rows;

        void Append(string text)
        {
            foreach (Rune rune in text.EnumerateRunes())
            {
                if (used + Width(rune) > width)
                    EndRowAndIndent();
                row.Append(rune);
                used += Width(rune);
            }
        }

        void EndRowAndIndent()
        {
            rows.Add(row.ToString());
            row.Clear().Append(Indent);
            used = Indent.Length;
        }
    }

    /// <summary>How many columns a character takes at most: below U+1100 none is wide (UAX #11).</summary>
    private static int Width(Rune rune) => rune.Value switch
    {
        '\t' => TabWidth,
        < 0x1100 => 1,
        _ => 2,
    };
}
