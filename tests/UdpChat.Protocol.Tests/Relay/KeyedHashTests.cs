using System;
using System.Linq;
using System.Numerics;
using CsCheck;
using UdpChat.Protocol.Relay;

namespace UdpChat.Protocol.Tests.Relay;

public class KeyedHashTests
{
    private const ulong Key0 = 0x0706_0504_0302_0100, Key1 = 0x0F0E_0D0C_0B0A_0908;

    /// <summary>SipHash-1-3 of 0, 1, 2, ... bytes 00 01 02 ... under the key 00 01 ... 0F.</summary>
    private static readonly ulong[] Vectors =
    [
        0xABAC_0158_050F_C4DC, 0xC9F4_9BF3_7D57_CA93, 0x82CB_9B02_4DC7_D44D, 0x8BF8_0AB8_E7DD_F7FB,
        0xCF75_5760_88D3_8328, 0xDEF9_D52F_4953_3B67, 0xC50D_2B50_C59F_22A7, 0xD392_7D98_9BB1_1140,
        0x3690_9511_8D29_9A8E, 0x25A4_8EB3_6C06_3DE4, 0x79DE_85EE_92FF_097F, 0x70C1_18C1_F94D_C352,
        0x78A3_84B1_57B4_D9A2, 0x306F_760C_1229_FFA7, 0x605A_A111_C0F9_5D34, 0xD320_D86D_2A51_9956,
        0xCC4F_DD1A_7D90_8B66, 0x9CF2_6890_63DB_D80C, 0x8FFC_389C_B473_E63E, 0xF21F_9DE5_8D29_7D1C,
    ];

    [Fact]
    public void The_hash_is_SipHash_1_3()
    {
        var hash = new KeyedHash(Key0, Key1);
        for (int length = 0; length < Vectors.Length; length++)
        {
            Assert.Equal(Vectors[length], hash.Of(Counting(length)));
            Assert.Equal(Vectors[length], SipHash(1, 3, Key0, Key1, Counting(length)));
        }
    }

    [Fact]
    public void The_straightforward_implementation_below_is_SipHash() =>
        // The worked example of the SipHash paper, appendix A: SipHash-2-4 of 00 ... 0E.
        Assert.Equal(0xA129_CA61_49BE_45E5, SipHash(2, 4, Key0, Key1, Counting(15)));

    [Fact]
    public void The_hash_agrees_with_a_straightforward_implementation() => Gen.Select(Gen.ULong, Gen.ULong, Gen.Byte.Array[0, 100]).Sample((key0, key1, bytes) =>
        Assert.Equal(SipHash(1, 3, key0, key1, bytes), new KeyedHash(key0, key1).Of(bytes)));

    [Fact]
    public void The_hash_of_three_words_is_that_of_their_bytes() => Gen.Select(Gen.ULong, Gen.ULong, Gen.ULong).Sample((a, b, c) =>
    {
        byte[] bytes = [.. BitConverter.GetBytes(a), .. BitConverter.GetBytes(b), .. BitConverter.GetBytes(c)];
        Assert.Equal(SipHash(1, 3, Key0, Key1, bytes), new KeyedHash(Key0, Key1).Of(a, b, c));
    });

    [Fact]
    public void Each_part_of_an_address_and_the_key_change_the_hash()
    {
        var address = new PeerAddress(0x2001_0DB8_0000_0001, 0x0000_0000_0000_0001, 4000, 2);
        var hash = new KeyedHash(Key0, Key1);
        PeerAddress[] others =
        [
            address, address with { High = address.High + 1 }, address with { Low = 2 }, address with { Port = 4001 }, address with { ScopeId = 3 },
        ];
        Assert.Equal(others.Length, others.Select(other => hash.Of(other)).Distinct().Count());
        Assert.NotEqual(hash.Of(address), new KeyedHash(Key0, Key1 + 1).Of(address));
        Assert.NotEqual(hash.Of(address), new KeyedHash(Key0 + 1, Key1).Of(address));
    }

    private static byte[] Counting(int length) => [.. Enumerable.Range(0, length).Select(i => (byte)i)];

    /// <summary>SipHash-c-d as its paper describes it, step by step.</summary>
    private static ulong SipHash(int c, int d, ulong key0, ulong key1, byte[] message)
    {
        ulong[] v = [key0 ^ 0x736F_6D65_7073_6575, key1 ^ 0x646F_7261_6E64_6F6D, key0 ^ 0x6C79_6765_6E65_7261, key1 ^ 0x7465_6462_7974_6573];
        byte[] padded = [.. message, .. new byte[7 - message.Length % 8], (byte)message.Length];
        for (int at = 0; at < padded.Length; at += 8)
        {
            ulong word = BitConverter.ToUInt64(padded, at);
            v[3] ^= word;
            Rounds(v, c);
            v[0] ^= word;
        }
        v[2] ^= 0xFF;
        Rounds(v, d);
        return v[0] ^ v[1] ^ v[2] ^ v[3];
    }

    private static void Rounds(ulong[] v, int count)
    {
        for (int i = 0; i < count; i++)
        {
            HalfRound(v, 0, 1, 2, 3, 13, 16);
            HalfRound(v, 2, 1, 0, 3, 17, 21);
        }
    }

    private static void HalfRound(ulong[] v, int a, int b, int c, int d, int s, int t)
    {
        v[a] += v[b];
        v[c] += v[d];
        v[b] = BitOperations.RotateLeft(v[b], s) ^ v[a];
        v[d] = BitOperations.RotateLeft(v[d], t) ^ v[c];
        v[a] = BitOperations.RotateLeft(v[a], 32);
    }
}
