using System.Globalization;
using System.Text;

namespace UdpChat.State;

/// <summary>Text of others as it can be shown on a terminal without changing it.</summary>
internal static class PrintableText
{
    /// <summary>The text on one line, with control and format characters as <c>\u001b</c>.</summary>
    /// <param name="text">The text.</param>
    /// <param name="maxCharacters">About where to cut it.</param>
    public static string Escape(string text, int maxCharacters = int.MaxValue)
    {
        var line = new StringBuilder();
        foreach (char c in text)
        {
            if (line.Length >= maxCharacters)
                return line.Append("...").ToString();
            if (char.IsControl(c) || char.GetUnicodeCategory(c) == UnicodeCategory.Format)
                line.Append("\\u").Append(((int)c).ToString("x4", CultureInfo.InvariantCulture));
            else
                line.Append(c);
        }
        return line.ToString();
    }
}
