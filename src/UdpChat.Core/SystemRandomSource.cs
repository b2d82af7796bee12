using System;
using System.Security.Cryptography;
using UdpChat.Protocol;

namespace UdpChat;

/// <summary>Randomness that nobody can predict.</summary>
internal sealed class SystemRandomSource : IRandomSource
{
#if NET8_0_OR_GREATER
    /// <inheritdoc/>
    public ulong NextUInt64()
    {
        Span<byte> bytes = stackalloc byte[8];
        RandomNumberGenerator.Fill(bytes);
        return BitConverter.ToUInt64(bytes);
    }
#else
    private static readonly RandomNumberGenerator Generator = RandomNumberGenerator.Create();

    /// <inheritdoc/>
    public ulong NextUInt64()
    {
        byte[] bytes = new byte[8];
        Generator.GetBytes(bytes);
        return BitConverter.ToUInt64(bytes, 0);
    }
#endif
}
