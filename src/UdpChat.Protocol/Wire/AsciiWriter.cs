using System;

namespace UdpChat.Protocol.Wire;

/// <summary>Writes text of ASCII, numbers and bytes one after another. The destination must be large enough.</summary>
internal ref struct AsciiWriter(Span<byte> destination)
{
    private readonly Span<byte> _destination = destination;

    /// <summary>How many bytes were written.</summary>
    public int Length { get; private set; }

    /// <summary>How many more fit.</summary>
    public readonly int Room => _destination.Length - Length;

    /// <summary>Writes bytes.</summary>
    public void Write(scoped ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(_destination.Slice(Length));
        Length += bytes.Length;
    }

    /// <summary>Writes one byte.</summary>
    public void Write(byte value) => _destination[Length++] = value;

    /// <summary>Writes a number, not negative, in decimal.</summary>
    public void Write(long number)
    {
        Span<byte> digits = stackalloc byte[20];
        int at = digits.Length;
        ulong rest = (ulong)number;
        do
        {
            ulong quotient = rest / 10;
            digits[--at] = (byte)('0' + (rest - quotient * 10));
            rest = quotient;
        }
        while (rest != 0);
        Write(digits.Slice(at));
    }

    /// <summary>Writes 64 bits as 16 hexadecimal digits in lower case.</summary>
    public void WriteHex(ulong bits)
    {
        Span<byte> digits = _destination.Slice(Length, Hex.Digits64);
        for (int i = digits.Length - 1; i >= 0; i--, bits >>= 4)
            digits[i] = "0123456789abcdef"u8[(int)(bits & 0xF)];
        Length += digits.Length;
    }

    /// <summary>Writes a text as it stands in a line, with its escapes.</summary>
    public void WriteEscaped(scoped ReadOnlySpan<byte> text) => Length += LineText.Escape(text, _destination.Slice(Length));

    /// <summary>Takes back what was written after this length.</summary>
    public void Truncate(int length) => Length = length;
}
