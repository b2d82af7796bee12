using System;
using System.Buffers.Binary;
using System.Security.Cryptography;

namespace UdpChat.Protocol.Relay.Users;

/// <summary>
/// The SHA-256 of a token (FIPS 180-4), of which the store keeps 32 bytes and memory the first 16: nobody finds another token
/// with the same ones (NIST SP 800-107, 5.1).
/// </summary>
internal readonly record struct TokenHash(ulong High, ulong Low)
{
    /// <summary>The hash of a token, whole.</summary>
    public static byte[] Compute(byte[] token)
    {
#if NET8_0_OR_GREATER
        return SHA256.HashData(token);
#else
        using var sha = SHA256.Create();
        return sha.ComputeHash(token);
#endif
    }

    /// <summary>What stays in memory of a hash.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It has fewer than 16 bytes.</exception>
    public static TokenHash Read(ReadOnlySpan<byte> hash) => new(BinaryPrimitives.ReadUInt64BigEndian(hash), BinaryPrimitives.ReadUInt64BigEndian(hash.Slice(8)));
}
