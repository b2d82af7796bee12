using System;
using System.Globalization;
using System.Linq;
using System.Text;

namespace UdpChat.Host.Chat;

/// <summary>
/// Text of strangers made harmless to a terminal: control and format characters (Unicode categories Cc and Cf: escape
/// sequences, changes of the writing direction) and line separators are shown as <c>\x1B</c> or <c>\u202E</c>.
/// </summary>
internal static class SafeText
{
    /// <summary>A text that belongs on one line, such as a name: line feeds are escaped, too.</summary>
    public static string Escape(string text) => Escape(text, static _ => false);

    /// <summary>
    /// A message as lines, at least one. Line ends at its end are left out. Tabs stay, and so do the joiners, which emoji
    /// and several scripts need.
    /// </summary>
    public static string[] EscapeLines(string text) =>
        text.ReplaceLineEndings("\n").TrimEnd('\n').Split('\n').Select(line => Escape(line, static c => c is '\t' or '\u200C' or '\u200D')).ToArray();

    private static string Escape(string text, Func<char, bool> isKept)
    {
        StringBuilder? escaped = null;
        for (int i = 0; i < text.Length;)
        {
            int length = char.IsSurrogatePair(text, i) ? 2 : 1;
            if (!IsUnsafe(text, i) || isKept(text[i]))
            {
                escaped?.Append(text, i, length);
            }
            else
            {
                escaped ??= new StringBuilder(text, 0, i, text.Length + 16);
                AppendCode(escaped, length == 2 ? char.ConvertToUtf32(text, i) : text[i]);
            }
            i += length;
        }
        return escaped?.ToString() ?? text;
    }

    private static bool IsUnsafe(string text, int index) => CharUnicodeInfo.GetUnicodeCategory(text, index) is
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.Surrogate;

    private static void AppendCode(StringBuilder escaped, int code) => _ = code switch
    {
        <= 0xFF => escaped.Append(CultureInfo.InvariantCulture, $"\\x{code:X2}"),
        <= 0xFFFF => escaped.Append(CultureInfo.InvariantCulture, $"\\u{code:X4}"),
        _ => escaped.Append(CultureInfo.InvariantCulture, $"\\U{code:X8}"),
    };
}
