using System;
using System.Globalization;
using System.Text;

namespace UdpChat.Protocol.Wire;

/// <summary>
/// The rules of names: 1 to 64 bytes of UTF-8 in NFC (UAX #15) without control or format characters, white space and
/// <c>: @ ; , * #</c>; compared as <see cref="StringComparison.OrdinalIgnoreCase"/> does.
/// </summary>
internal static class ChatName
{
    /// <summary>What a buffer for <see cref="Fold"/> must hold: two bytes of UTF-8 may become three when the case changes.</summary>
    public const int MaxFoldedBytes = WireLimits.MaxRawNameBytes * 3 / 2;

    /// <summary>OrdinalIgnoreCase holds it for no small S, though S is its upper case, so that no name outside ASCII equals one inside.</summary>
    private const char LongS = '\u017F';

    /// <summary>The characters that are forbidden besides control and format characters and white space, as people read them.</summary>
    public const string ForbiddenCharacters = ": @ ; , * #";

    /// <summary>Whether this runtime can bring text to NFC; without ICU its <c>Normalize</c> does nothing.</summary>
    public static bool CanNormalize { get; } = "e\u0301".Normalize(NormalizationForm.FormC) == "\u00E9";

    /// <summary>Checks a name and brings it to NFC.</summary>
    /// <param name="written">The name as somebody wrote it, well-formed UTF-8.</param>
    /// <param name="asciiOnly">Whether only ASCII is accepted, because <see cref="CanNormalize"/> is false.</param>
    /// <param name="maxBytes">The most bytes that the name may have in NFC; 1 to <see cref="WireLimits.MaxNameBytes"/>.</param>
    /// <param name="name">The name in NFC, in its owner's letter case; empty if there is an error.</param>
    public static NameError Check(ReadOnlySpan<byte> written, bool asciiOnly, int maxBytes, out byte[] name)
    {
        name = [];
        if (written.IsEmpty)
            return NameError.Empty;
        if (written.Length > WireLimits.MaxRawNameBytes)
            return NameError.TooLong;
        if (IsAscii(written))
            return CheckAscii(written, maxBytes, ref name);
        if (asciiOnly)
            return NameError.NotAscii;
        return CheckUnicode(Utf8.GetString(written), maxBytes, ref name);
    }

    /// <summary>The same for a name that is a string already.</summary>
    public static NameError Check(string written, bool asciiOnly, int maxBytes, out byte[] name)
    {
        name = [];
        return Utf8.TryGetBytes(written) is { } bytes ? Check(bytes, asciiOnly, maxBytes, out name) : NameError.NotUnicode;
    }

    /// <summary>
    /// Writes what two names have in common exactly if they are equal but for letter case: the name in upper case. The
    /// name has to be in NFC.
    /// </summary>
    /// <param name="name">At most <see cref="WireLimits.MaxRawNameBytes"/> of well-formed UTF-8.</param>
    /// <param name="folded">At least <see cref="MaxFoldedBytes"/>.</param>
    /// <returns>How many bytes were written.</returns>
    public static int Fold(ReadOnlySpan<byte> name, Span<byte> folded)
    {
        for (int i = 0; i < name.Length; i++)
        {
            byte b = name[i];
            if (b >= 0x80)
                return FoldUnicode(name, folded);
            folded[i] = (uint)(b - 'a') <= 'z' - 'a' ? (byte)(b & ~0x20) : b;
        }
        return name.Length;
    }

    /// <summary>Whether all bytes are ASCII.</summary>
    public static bool IsAscii(ReadOnlySpan<byte> bytes)
    {
        foreach (byte b in bytes)
        {
            if (b >= 0x80)
                return false;
        }
        return true;
    }

    private static int FoldUnicode(ReadOnlySpan<byte> name, Span<byte> folded)
    {
        Span<char> chars = stackalloc char[WireLimits.MaxRawNameBytes];
        Span<char> upper = stackalloc char[WireLimits.MaxRawNameBytes];
        int length = Utf8.GetChars(name, chars);
        // Invariant upper case is a simple mapping, character by character, as OrdinalIgnoreCase compares, but for one letter.
        length = MemoryExtensions.ToUpperInvariant(chars.Slice(0, length), upper);
        for (int i = 0; i < length; i++)
        {
            if (chars[i] == LongS)
                upper[i] = LongS;
        }
        return Utf8.GetBytes(upper.Slice(0, length), folded);
    }

    private static NameError CheckAscii(ReadOnlySpan<byte> written, int maxBytes, ref byte[] name)
    {
        if (written.Length > maxBytes)
            return NameError.TooLong;
        foreach (byte b in written)
        {
            if (IsForbidden((char)b))
                return NameError.ForbiddenCharacter;
        }
        name = written.ToArray();
        return NameError.None;
    }

    private static NameError CheckUnicode(string written, int maxBytes, ref byte[] name)
    {
        string normal;
        try
        {
            normal = written.Normalize(NormalizationForm.FormC);
        }
        catch (ArgumentException)
        {
            return NameError.ForbiddenCharacter; // Some runtimes refuse noncharacters such as U+FFFE.
        }
        for (int i = 0; i < normal.Length; i += char.IsSurrogatePair(normal, i) ? 2 : 1)
        {
            if (IsForbidden(normal[i]) || CharUnicodeInfo.GetUnicodeCategory(normal, i) == UnicodeCategory.Format)
                return NameError.ForbiddenCharacter;
        }
        byte[] bytes = Utf8.TryGetBytes(normal)!;
        if (bytes.Length > maxBytes)
            return NameError.TooLong;
        name = bytes;
        return NameError.None;
    }

    private static bool IsForbidden(char c) => char.IsControl(c) || char.IsWhiteSpace(c) || c is ':' or '@' or ';' or ',' or '*' or '#';
}
