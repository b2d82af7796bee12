using System;
using System.Text;

namespace UdpChat.Protocol.Wire;

/// <summary>UTF-8 (RFC 3629) between bytes and .NET's UTF-16, without replacement characters.</summary>
internal static class Utf8
{
    /// <summary>The most bytes that a UTF-16 code unit becomes.</summary>
    public const int MaxBytesPerChar = 3;

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Whether the bytes are well-formed.</summary>
    public static bool IsValid(ReadOnlySpan<byte> bytes)
    {
#if NET8_0_OR_GREATER
        return System.Text.Unicode.Utf8.IsValid(bytes);
#else
        return IsValidScalar(bytes);
#endif
    }

    /// <summary>The same, byte by byte: for runtimes that have nothing faster.</summary>
    internal static bool IsValidScalar(ReadOnlySpan<byte> bytes)
    {
        for (int i = 0; i < bytes.Length;)
        {
            byte first = bytes[i++];
            if (first < 0x80)
                continue;
            // The second byte's range excludes overlong forms, surrogates and what lies above U+10FFFF (RFC 3629 4).
            (int more, byte low, byte high) = first switch
            {
                >= 0xC2 and <= 0xDF => (1, (byte)0x80, (byte)0xBF),
                0xE0 => (2, (byte)0xA0, (byte)0xBF),
                0xED => (2, (byte)0x80, (byte)0x9F),
                >= 0xE1 and <= 0xEF => (2, (byte)0x80, (byte)0xBF),
                0xF0 => (3, (byte)0x90, (byte)0xBF),
                >= 0xF1 and <= 0xF3 => (3, (byte)0x80, (byte)0xBF),
                0xF4 => (3, (byte)0x80, (byte)0x8F),
                _ => (0, (byte)0, (byte)0),
            };
            if (more == 0 || bytes.Length - i < more || bytes[i] < low || bytes[i] > high)
                return false;
            for (int k = 1; k < more; k++)
            {
                if ((bytes[i + k] & 0xC0) != 0x80)
                    return false;
            }
            i += more;
        }
        return true;
    }

    /// <summary>The text that well-formed bytes hold.</summary>
    public static unsafe string GetString(ReadOnlySpan<byte> bytes)
    {
#if NET8_0_OR_GREATER
        return Strict.GetString(bytes);
#else
        if (bytes.IsEmpty)
            return "";
        fixed (byte* start = bytes)
            return Strict.GetString(start, bytes.Length);
#endif
    }

    /// <summary>Writes well-formed bytes as UTF-16; the characters are never more than the bytes.</summary>
    /// <returns>How many characters were written.</returns>
    public static unsafe int GetChars(ReadOnlySpan<byte> bytes, Span<char> chars)
    {
#if NET8_0_OR_GREATER
        return Strict.GetChars(bytes, chars);
#else
        if (bytes.IsEmpty)
            return 0;
        fixed (byte* from = bytes)
        fixed (char* to = chars)
            return Strict.GetChars(from, bytes.Length, to, chars.Length);
#endif
    }

    /// <summary>Writes UTF-16 without lone surrogates as bytes.</summary>
    /// <returns>How many bytes were written.</returns>
    public static unsafe int GetBytes(ReadOnlySpan<char> chars, Span<byte> bytes)
    {
#if NET8_0_OR_GREATER
        return Strict.GetBytes(chars, bytes);
#else
        if (chars.IsEmpty)
            return 0;
        fixed (char* from = chars)
        fixed (byte* to = bytes)
            return Strict.GetBytes(from, chars.Length, to, bytes.Length);
#endif
    }

    /// <summary>The text as bytes, or null if it has a surrogate without its partner, which UTF-8 cannot express.</summary>
    public static byte[]? TryGetBytes(string text)
    {
        try
        {
            return Strict.GetBytes(text);
        }
        catch (EncoderFallbackException)
        {
            return null;
        }
    }
}
