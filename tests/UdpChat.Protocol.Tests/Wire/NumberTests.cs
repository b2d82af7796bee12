using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text;
using CsCheck;
using UdpChat.Protocol.Link;
using UdpChat.Protocol.Wire;

namespace UdpChat.Protocol.Tests.Wire;

/// <summary>Numbers, bits and ranges as text.</summary>
public class NumberTests
{
    [Theory]
    [InlineData("0", 1, 0)]
    [InlineData("007x", 3, 7)]
    [InlineData("999999999999999999", 18, 999999999999999999)]
    [InlineData("1000000000000000000", 0, -1)]
    [InlineData("", 0, -1)]
    [InlineData("-1", 0, -1)]
    [InlineData(" 1", 0, -1)]
    public void A_number_has_1_to_18_digits(string text, int digits, long number)
    {
        Assert.Equal(digits, DecimalNumber.Read(Encoding.ASCII.GetBytes(text), out long read));
        if (digits > 0)
            Assert.Equal(number, read);
        Assert.Equal(digits > 0 && digits == text.Length, DecimalNumber.TryRead(Encoding.ASCII.GetBytes(text), out _));
    }

    [Fact]
    public void Numbers_and_bits_that_are_written_can_be_read() => Gen.Select(Gen.Long[0, 999_999_999_999_999_999], Gen.ULong).Sample((number, bits) =>
    {
        var writer = new AsciiWriter(stackalloc byte[40]);
        writer.Write(number);
        byte[] digits = Encoding.ASCII.GetBytes(number.ToString(CultureInfo.InvariantCulture));
        Assert.Equal((digits.Length, 40 - digits.Length), (writer.Length, writer.Room));
        Assert.True(DecimalNumber.TryRead(digits, out long read));
        Assert.Equal(number, read);
        Assert.True(Hex.TryRead(Encoding.ASCII.GetBytes(bits.ToString("x16", CultureInfo.InvariantCulture)), out ulong same));
        Assert.Equal(bits, same);
    });

    [Fact]
    public void A_writer_writes_one_after_another_and_takes_back()
    {
        byte[] buffer = new byte[30];
        var writer = new AsciiWriter(buffer);
        writer.Write("a="u8);
        writer.Write(0L);
        writer.Write((byte)';');
        int length = writer.Length;
        writer.Write(long.MaxValue);
        writer.Truncate(length);
        writer.WriteHex(0x0123_4567_89ab_cdef);
        Assert.Equal("a=0;0123456789abcdef", Encoding.ASCII.GetString(buffer, 0, writer.Length));
    }

    [Theory]
    [InlineData("0123456789abcde")]
    [InlineData("0123456789abcdef0")]
    [InlineData("0123456789abcdeF")]
    [InlineData("0123456789abcdeg")]
    [InlineData("0x23456789abcdef")]
    [InlineData("")]
    public void Bits_are_16_digits_in_lower_case(string digits) => Assert.False(Hex.TryRead(Encoding.ASCII.GetBytes(digits), out _));

    [Theory]
    [InlineData("1-5,7,9-12", true)]
    [InlineData("7", true)]
    [InlineData("9,1-5", true)]
    [InlineData("5-5", true)]
    [InlineData("", false)]
    [InlineData(",", false)]
    [InlineData("1,", false)]
    [InlineData(",1", false)]
    [InlineData("1,,2", false)]
    [InlineData("1-", false)]
    [InlineData("-1", false)]
    [InlineData("5-1", false)]
    [InlineData("1-2-3", false)]
    [InlineData("1 ", false)]
    [InlineData("1000000000000000000", false)]
    [InlineData("1-1000000000000000000", false)]
    public void Ranges_have_ends_in_order_and_commas_between(string text, bool isWellFormed) =>
        Assert.Equal(isWellFormed, NumberRanges.IsWellFormed(Encoding.ASCII.GetBytes(text)));

    [Fact]
    public void Ranges_that_are_written_piece_by_piece_are_the_set() => Gen.Select(Gen.Int[0, 3_000].Array[0, 300], Gen.Int[40, 200], Gen.OneOfConst(0L, 999_999_999_999_990_000L)).Sample((numbers, room, start) =>
    {
        var set = new RangeSet();
        foreach (int number in numbers)
            set.Add(start + number);
        var read = new List<long>();
        while (set.Count > 0)
        {
            byte[] buffer = new byte[room];
            var writer = new AsciiWriter(buffer);
            NumberRanges.WriteAndRemove(ref writer, set);
            Assert.True(NumberRanges.IsWellFormed(buffer.AsSpan(0, writer.Length)));
            var ranges = new NumberRanges(buffer.AsSpan(0, writer.Length));
            while (ranges.MoveNext())
            {
                for (long number = ranges.First; number <= ranges.Last; number++)
                    read.Add(number);
            }
        }
        Assert.Equal(numbers.Distinct().Order().Select(number => start + number), read);
    }, iter: 1_000);

    [Fact]
    public void Any_bytes_can_be_walked_through() => Gen.OneOf(Gen.Byte.Array[0, 30], Gen.OneOfConst("0123456789,-"u8.ToArray()).Array[0, 30]).Sample(bytes =>
    {
        var ranges = new NumberRanges(bytes);
        int count = 0;
        while (ranges.MoveNext())
        {
            Assert.True(ranges.First >= 0 && ranges.First <= ranges.Last);
            count++;
        }
        Assert.Equal(count > 0 && !ranges.IsMalformed, NumberRanges.IsWellFormed(bytes));
        Hex.TryRead(bytes, out _);
    }, iter: 10_000);
}
