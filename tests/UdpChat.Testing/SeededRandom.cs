using System;
using UdpChat.Protocol;

namespace UdpChat.Testing;

/// <summary>
/// Random numbers that are the same for the same seed on every runtime: xoshiro256** (Blackman and Vigna, 2018), its state
/// filled by SplitMix64.
/// </summary>
internal sealed class SeededRandom : IRandomSource
{
    private readonly ulong[] _state = new ulong[4];

    public SeededRandom(ulong seed)
    {
        for (int i = 0; i < _state.Length; i++)
        {
            seed += 0x9E37_79B9_7F4A_7C15;
            ulong z = seed;
            z = (z ^ (z >> 30)) * 0xBF58_476D_1CE4_E5B9;
            z = (z ^ (z >> 27)) * 0x94D0_49BB_1331_11EB;
            _state[i] = z ^ (z >> 31);
        }
    }

    /// <inheritdoc/>
    public ulong NextUInt64()
    {
        ulong result = Rotate(_state[1] * 5, 7) * 9;
        ulong shifted = _state[1] << 17;
        _state[2] ^= _state[0];
        _state[3] ^= _state[1];
        _state[1] ^= _state[2];
        _state[0] ^= _state[3];
        _state[2] ^= shifted;
        _state[3] = Rotate(_state[3], 45);
        return result;
    }

    /// <summary>A number from 0 up to and without <paramref name="limit"/>; the bias of the remainder is too small to matter here.</summary>
    public int Next(int limit) => (int)(NextUInt64() % (ulong)limit);

    /// <summary>A number from 0 up to and without 1.</summary>
    public double NextDouble() => (NextUInt64() >> 11) * (1.0 / (1UL << 53));

    /// <summary>True with this probability. Without a chance nothing is drawn.</summary>
    public bool Chance(double probability) => probability > 0 && NextDouble() < probability;

    /// <summary>A time from <paramref name="min"/> to <paramref name="max"/>. Without a choice nothing is drawn.</summary>
    public TimeSpan Between(TimeSpan min, TimeSpan max) =>
        max > min ? min + new TimeSpan((long)((max - min).Ticks * NextDouble())) : min;

    /// <summary>Random bytes.</summary>
    public byte[] NextBytes(int count)
    {
        byte[] bytes = new byte[count];
        for (int i = 0; i < count; i++)
            bytes[i] = (byte)NextUInt64();
        return bytes;
    }

    /// <summary>Another source that depends on this one's state, so that what one host draws does not shift what others do.</summary>
    public SeededRandom Fork() => new(NextUInt64());

    private static ulong Rotate(ulong value, int bits) => (value << bits) | (value >> (64 - bits));
}
