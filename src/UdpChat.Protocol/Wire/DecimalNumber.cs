using System;

namespace UdpChat.Protocol.Wire;

/// <summary>Numbers in decimal digits, from 0 to 10^18 - 1.</summary>
internal static class DecimalNumber
{
    private const int MaxDigits = 18;

    /// <summary>Reads the number with which a text begins.</summary>
    /// <param name="text">What follows the number is left alone.</param>
    /// <param name="number">The number.</param>
    /// <returns>How many digits it has; 0 if there is none, or too many.</returns>
    public static int Read(ReadOnlySpan<byte> text, out long number)
    {
        number = 0;
        int i = 0;
        for (; i < text.Length && (uint)(text[i] - '0') <= 9; i++)
        {
            if (i == MaxDigits)
                return 0;
            number = number * 10 + (text[i] - '0');
        }
        return i;
    }

    /// <summary>Reads a text that is a number and nothing else.</summary>
    public static bool TryRead(ReadOnlySpan<byte> text, out long number) => Read(text, out number) is var digits && digits > 0 && digits == text.Length;
}
