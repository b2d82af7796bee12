using System;

namespace UdpChat.Protocol;

/// <summary>
/// Datagrams with their addresses, one after another in one buffer: what a transport received in one go, or what a state
/// machine wants sent.
/// </summary>
internal sealed class DatagramBatch
{
    private Entry[] _entries;
    private int _used;

    /// <param name="maxDatagrams">How many datagrams fit.</param>
    /// <param name="maxBytes">How many bytes they have together.</param>
    public DatagramBatch(int maxDatagrams, int maxBytes)
    {
        _entries = new Entry[maxDatagrams];
        // Not zeroed and never moved: pages that no datagram reaches are never touched, and a system call can use it in place.
#if NET8_0_OR_GREATER
        Buffer = GC.AllocateUninitializedArray<byte>(maxBytes, pinned: true);
#else
        Buffer = new byte[maxBytes];
#endif
    }

    /// <summary>The bytes of all datagrams.</summary>
    public byte[] Buffer { get; }

    /// <summary>How many datagrams fit.</summary>
    public int Capacity => _entries.Length;

    /// <summary>How many datagrams there are.</summary>
    public int Count { get; private set; }

    /// <summary>Is called when something does not fit: sends all datagrams and clears the batch.</summary>
    public Action? WhenFull { get; set; }

    /// <summary>Whether another datagram of at most <paramref name="size"/> bytes fits.</summary>
    public bool Fits(int size) => Count < _entries.Length && Buffer.Length - _used >= size;

    /// <summary>Where the next datagram is to be written; <see cref="Commit"/> adds it.</summary>
    /// <param name="size">The most bytes that it will have.</param>
    /// <exception cref="InvalidOperationException">It does not fit.</exception>
    public Span<byte> Reserve(int size)
    {
        if (!Fits(size))
            WhenFull?.Invoke();
        if (!Fits(size))
            throw new InvalidOperationException("The batch is full; its owner must send and clear it first.");
        return Buffer.AsSpan(_used, size);
    }

    /// <summary>The same place as <see cref="Reserve"/>, as an offset into <see cref="Buffer"/>.</summary>
    public int ReserveOffset(int size)
    {
        Reserve(size);
        return _used;
    }

    /// <summary>Adds the datagram that was written to the reserved place.</summary>
    public void Commit(int length, in PeerAddress address)
    {
        _entries[Count++] = new Entry(address, _used, length);
        _used += length;
    }

    /// <summary>Adds a datagram that is in <see cref="Buffer"/> already, behind all others. There is room for any number of these.</summary>
    /// <param name="offset">Where it begins.</param>
    /// <param name="length">How many bytes it has.</param>
    /// <param name="address">Its address.</param>
    public void CommitAt(int offset, int length, in PeerAddress address)
    {
        if (Count == _entries.Length)
            Array.Resize(ref _entries, 2 * Count);
        _entries[Count++] = new Entry(address, offset, length);
        _used = offset + length;
    }

    /// <summary>The bytes of one datagram.</summary>
    public ReadOnlySpan<byte> Data(int index) => Buffer.AsSpan(_entries[index].Offset, _entries[index].Length);

    /// <summary>The address of one datagram.</summary>
    public ref readonly PeerAddress Address(int index) => ref _entries[index].Address;

    /// <summary>Where in <see cref="Buffer"/> one datagram begins.</summary>
    public int Offset(int index) => _entries[index].Offset;

    /// <summary>How many bytes one datagram has.</summary>
    public int Length(int index) => _entries[index].Length;

    /// <summary>Forgets all datagrams.</summary>
    public void Clear()
    {
        Count = 0;
        _used = 0;
    }

    private readonly struct Entry(PeerAddress address, int offset, int length)
    {
        public readonly PeerAddress Address = address;
        public readonly int Offset = offset;
        public readonly int Length = length;
    }
}
