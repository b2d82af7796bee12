using System;
using System.Text;
using CsCheck;
using UdpChat.Protocol.Wire;

namespace UdpChat.Protocol.Tests.Wire;

public class Utf8Tests
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    [Fact]
    public void Every_sequence_of_one_or_two_bytes_is_judged_as_the_strict_decoder_judges_it()
    {
        for (int first = 0; first <= 255; first++)
        {
            AgreesWithStrictDecoder([(byte)first]);
            for (int second = 0; second <= 255; second++)
                AgreesWithStrictDecoder([(byte)first, (byte)second]);
        }
    }

    [Fact]
    public void Every_character_is_valid_and_no_longer_without_its_last_byte()
    {
        Span<byte> bytes = stackalloc byte[4];
        for (int value = 0; value <= 0x10FFFF; value += value == 0xD7FF ? 0x801 : 1)
        {
            int length = new Rune(value).EncodeToUtf8(bytes);
            if (!IsValid(bytes.Slice(0, length)) || (length > 1 && IsValid(bytes.Slice(0, length - 1))))
                Assert.Fail($"U+{value:X4}");
        }
    }

    [Theory]
    [InlineData("C080")]      // overlong
    [InlineData("C1BF")]
    [InlineData("E08080")]
    [InlineData("E09FBF")]
    [InlineData("F0808080")]
    [InlineData("F08FBFBF")]
    [InlineData("EDA080")]    // surrogates
    [InlineData("EDBFBF")]
    [InlineData("F4908080")]  // above U+10FFFF
    [InlineData("F5808080")]
    [InlineData("FF")]
    [InlineData("FE")]
    [InlineData("80")]        // a continuation alone
    [InlineData("E2823F")]    // cut short
    [InlineData("F09F983F")]
    [InlineData("F09F3F80")]
    public void What_RFC_3629_forbids_is_invalid(string hex)
    {
        byte[] bytes = Convert.FromHexString(hex);
        Assert.False(IsValid(bytes));
        Assert.False(IsValid([(byte)'a', .. bytes, (byte)'b']));
        AgreesWithStrictDecoder(bytes);
    }

    [Fact]
    public void Random_bytes_are_judged_as_the_strict_decoder_judges_them() => Gen.Byte.Array[0, 12].Sample(AgreesWithStrictDecoder, iter: 5_000);

    [Fact]
    public void Text_with_one_byte_changed_is_judged_as_the_strict_decoder_judges_it() => Gen.Select(Gen.String, Gen.Int, Gen.Byte).Sample((text, at, value) =>
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text + "é€😀");
        bytes[(int)((uint)at % bytes.Length)] = value;
        AgreesWithStrictDecoder(bytes);
    }, iter: 5_000);

    [Fact]
    public void Text_survives_the_way_to_bytes_and_back() => Gen.String.Sample(text =>
    {
        byte[]? bytes = Utf8.TryGetBytes(text);
        if (bytes is null)
            return;
        Assert.Equal(text, Utf8.GetString(bytes));
        char[] chars = new char[bytes.Length];
        Assert.Equal(text, new string(chars, 0, Utf8.GetChars(bytes, chars)));
        byte[] again = new byte[bytes.Length];
        Assert.Equal(bytes.Length, Utf8.GetBytes(text.AsSpan(), again));
        Assert.Equal(bytes, again);
    });

    [Fact]
    public void Half_a_surrogate_pair_has_no_bytes()
    {
        Assert.Null(Utf8.TryGetBytes("a\uD83D"));
        Assert.Null(Utf8.TryGetBytes("\uDE00b"));
        Assert.Equal([0xF0, 0x9F, 0x98, 0x80], Utf8.TryGetBytes("\uD83D\uDE00"));
    }

    private static bool IsValid(ReadOnlySpan<byte> bytes)
    {
        bool valid = Utf8.IsValid(bytes);
        if (Utf8.IsValidScalar(bytes) != valid)
            Assert.Fail($"The two ways disagree about {Convert.ToHexString(bytes)}.");
        return valid;
    }

    private static void AgreesWithStrictDecoder(byte[] bytes)
    {
        bool valid = true;
        try
        {
            Strict.GetCharCount(bytes);
        }
        catch (DecoderFallbackException)
        {
            valid = false;
        }
        Assert.Equal(valid, IsValid(bytes));
    }
}
