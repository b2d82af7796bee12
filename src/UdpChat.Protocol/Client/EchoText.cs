using System;

namespace UdpChat.Protocol.Client;

/// <summary>
/// The message that a client sends to its own name to learn that it is registered and that messages pass both ways: a
/// readable line with a nonce, which is kept from the user.
/// </summary>
internal static class EchoText
{
    private const int Digits = 16;

    /// <summary>How many bytes it has.</summary>
    public static int Length => Prefix.Length + Digits;

    private static ReadOnlySpan<byte> Prefix => "UdpChat echo "u8;

    /// <summary>Writes the echo with this nonce.</summary>
    public static void Write(Span<byte> destination, ulong nonce)
    {
        Prefix.CopyTo(destination);
        for (int i = 0; i < Digits; i++)
            destination[Prefix.Length + i] = "0123456789abcdef"u8[(int)(nonce >> (60 - 4 * i)) & 15];
    }

    /// <summary>Reads the nonce of an echo.</summary>
    /// <returns>False if the text is none.</returns>
    public static bool TryRead(ReadOnlySpan<byte> text, out ulong nonce)
    {
        nonce = 0;
        if (text.Length != Length || !text.StartsWith(Prefix))
            return false;
        foreach (byte b in text.Slice(Prefix.Length))
        {
            int digit = b switch
            {
                >= (byte)'0' and <= (byte)'9' => b - '0',
                >= (byte)'a' and <= (byte)'f' => b - 'a' + 10,
                _ => -1,
            };
            if (digit < 0)
                return false;
            nonce = (nonce << 4) | (uint)digit;
        }
        return true;
    }
}
