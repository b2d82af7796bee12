using System.Globalization;
using System.IO;

namespace UdpChat.Host.Chat;

/// <summary>For programs, files, and terminals at which nobody types: messages as lines on one stream, remarks on the other.</summary>
/// <param name="messages">Takes messages; each is written at once, and whole.</param>
/// <param name="remarks">Takes remarks.</param>
/// <param name="showsTime">Whether messages have the time in front.</param>
internal sealed class PlainDisplay(TextWriter messages, TextWriter remarks, bool showsTime) : IChatDisplay
{
    // A name has no blank, so no line of a text can be taken for another message.
    private const string Indent = "\n    ";

    /// <inheritdoc/>
    public void ShowMessage(ChatMessage message)
    {
        string time = showsTime ? message.Time.ToString("HH:mm ", CultureInfo.InvariantCulture) : "";
        messages.Write($"{time}{SafeText.Escape(message.From)}: {string.Join(Indent, SafeText.EscapeLines(message.Text))}\n");
    }

    /// <inheritdoc/>
    public void ShowRemark(string remark) => remarks.Write($"* {remark}\n");

    /// <inheritdoc/>
    public void ShowPrompt(string? recipient)
    {
    }

    /// <inheritdoc/>
    public void EndLine()
    {
    }
}
