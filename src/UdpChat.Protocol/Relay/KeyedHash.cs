using System;
using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace UdpChat.Protocol.Relay;

/// <summary>
/// SipHash-1-3 (Aumasson and Bernstein, "SipHash: a fast short-input PRF", 2012) under a secret key, so that strangers,
/// who choose names and addresses, cannot choose collisions.
/// </summary>
internal readonly struct KeyedHash(ulong key0, ulong key1)
{
    private readonly ulong _key0 = key0;
    private readonly ulong _key1 = key1;

    /// <summary>The hash of a sequence of bytes.</summary>
    public ulong Of(ReadOnlySpan<byte> bytes)
    {
        var state = new State(_key0, _key1);
        ulong last = (ulong)bytes.Length << 56;
        for (; bytes.Length >= 8; bytes = bytes.Slice(8))
            state.Add(BinaryPrimitives.ReadUInt64LittleEndian(bytes));
        for (int i = 0; i < bytes.Length; i++)
            last |= (ulong)bytes[i] << (8 * i);
        state.Add(last);
        return state.Finish();
    }

    /// <summary>The hash of three words: that of their 24 bytes in little-endian order.</summary>
    public ulong Of(ulong first, ulong second, ulong third)
    {
        var state = new State(_key0, _key1);
        state.Add(first);
        state.Add(second);
        state.Add(third);
        state.Add(24UL << 56);
        return state.Finish();
    }

    /// <summary>The hash of an address.</summary>
    public ulong Of(in PeerAddress address) => Of(address.High, address.Low, ((ulong)address.ScopeId << 16) | address.Port);

    private struct State(ulong key0, ulong key1)
    {
        private ulong _v0 = key0 ^ 0x736f6d6570736575;
        private ulong _v1 = key1 ^ 0x646f72616e646f6d;
        private ulong _v2 = key0 ^ 0x6c7967656e657261;
        private ulong _v3 = key1 ^ 0x7465646279746573;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Add(ulong word)
        {
            _v3 ^= word;
            Round();
            _v0 ^= word;
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public ulong Finish()
        {
            _v2 ^= 0xFF;
            Round();
            Round();
            Round();
            return _v0 ^ _v1 ^ _v2 ^ _v3;
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private void Round()
        {
            _v0 += _v1;
            _v2 += _v3;
            _v1 = Rotate(_v1, 13) ^ _v0;
            _v3 = Rotate(_v3, 16) ^ _v2;
            _v0 = Rotate(_v0, 32);
            _v2 += _v1;
            _v0 += _v3;
            _v1 = Rotate(_v1, 17) ^ _v2;
            _v3 = Rotate(_v3, 21) ^ _v0;
            _v2 = Rotate(_v2, 32);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static ulong Rotate(ulong value, int bits) => (value << bits) | (value >> (64 - bits));
    }
}
