using System;

namespace UdpChat.Protocol.Wire;

/// <summary>Hexadecimal digits, in lower case.</summary>
internal static class Hex
{
    /// <summary>How many digits 64 bits have.</summary>
    public const int Digits64 = 16;

    /// <summary>Reads exactly 16 digits.</summary>
    public static bool TryRead(ReadOnlySpan<byte> digits, out ulong bits)
    {
        bits = 0;
        if (digits.Length != Digits64)
            return false;
        foreach (byte digit in digits)
        {
            int value = digit switch
            {
                >= (byte)'0' and <= (byte)'9' => digit - '0',
                >= (byte)'a' and <= (byte)'f' => digit - 'a' + 10,
                _ => -1,
            };
            if (value < 0)
                return false;
            bits = (bits << 4) | (uint)value;
        }
        return true;
    }
}
