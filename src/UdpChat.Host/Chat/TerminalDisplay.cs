using System;
using System.Globalization;
using System.IO;
using System.Text;

namespace UdpChat.Host.Chat;

/// <summary>
/// For a person who types into the same terminal. Nobody here knows the line being typed (the runtime edits it), so what
/// arrives is written into rows that are inserted above it, and the line and its cursor stay as they are.
/// </summary>
/// <param name="terminal">The terminal.</param>
/// <param name="columns">How wide the terminal is now.</param>
/// <param name="canInsert">Whether it knows the escape sequences for that; else what arrives begins at the line's start, over what is typed there.</param>
internal sealed class TerminalDisplay(TextWriter terminal, Func<int> columns, bool canInsert) : IChatDisplay
{
    private const int MinWidth = 20;

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
        // The last column stays free: writing it leaves the cursor in a different place on different terminals.
        foreach (string row in TerminalRows.Cut(head, lines, Math.Max(columns() - 1, MinWidth)))
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
}
