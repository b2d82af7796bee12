using System;
using System.Buffers.Binary;
using System.Security.Cryptography;

namespace UdpChat.Protocol.Relay.Users;

/// <summary>The SHA-256 of a token (FIPS 180-4).</summary>
internal readonly record struct TokenHash(ulong A, ulong B, ulong C, ulong D)
{
    /// <summary>How many bytes it has.</summary>
    public const int Bytes = 32;

    /// <summary>The hash of a token.</summary>
    public static TokenHash Of(byte[] token)
    {
#if NET8_0_OR_GREATER
        return Read(SHA256.HashData(token));
#else
        using var sha = SHA256.Create();
        return Read(sha.ComputeHash(token));
#endif
    }

    /// <summary>A hash as it was stored.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It has fewer than 32 bytes.</exception>
    public static TokenHash Read(ReadOnlySpan<byte> bytes) => new(
        BinaryPrimitives.ReadUInt64BigEndian(bytes),
        BinaryPrimitives.ReadUInt64BigEndian(bytes.Slice(8)),
        BinaryPrimitives.ReadUInt64BigEndian(bytes.Slice(16)),
        BinaryPrimitives.ReadUInt64BigEndian(bytes.Slice(24)));

    /// <summary>The hash to store.</summary>
    public byte[] ToArray()
    {
        byte[] bytes = new byte[Bytes];
        BinaryPrimitives.WriteUInt64BigEndian(bytes, A);
        BinaryPrimitives.WriteUInt64BigEndian(bytes.AsSpan(8), B);
        BinaryPrimitives.WriteUInt64BigEndian(bytes.AsSpan(16), C);
        BinaryPrimitives.WriteUInt64BigEndian(bytes.AsSpan(24), D);
        return bytes;
    }
}
