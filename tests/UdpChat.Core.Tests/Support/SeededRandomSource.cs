using System;
using UdpChat.Protocol;

namespace UdpChat.Core.Tests.Support;

/// <summary>The same numbers each time.</summary>
internal sealed class SeededRandomSource(int seed) : IRandomSource
{
    private readonly Random _random = new(seed);

    public ulong NextUInt64() => (ulong)_random.NextInt64();
}
