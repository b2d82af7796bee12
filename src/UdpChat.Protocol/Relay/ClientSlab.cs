using System;
using System.Collections.Generic;
using UdpChat.Protocol.Wire;

namespace UdpChat.Protocol.Relay;

/// <summary>
/// Memory for client records under stable numbers. It comes and goes in chunks, so that clients cost memory only while
/// they are there, and nothing is ever copied to grow.
/// </summary>
internal sealed class ClientSlab
{
    private const int ChunkBits = 9;
    private const int ChunkSize = 1 << ChunkBits; // Both arrays of a chunk stay under 85,000 bytes, outside the large object heap.

    private readonly List<Chunk?> _chunks = [];
    private readonly List<bool> _isOpen = [];
    private readonly Stack<int> _open = new();   // chunks that may have room
    private readonly Stack<int> _vacant = new(); // places in _chunks that hold none

    /// <summary>The record with a number that is in use.</summary>
    public ref ClientRecord this[int number] => ref _chunks[number >> ChunkBits]!.Records[number & (ChunkSize - 1)];

    /// <summary>The name of the record with this number, in NFC, in its owner's letter case.</summary>
    public ReadOnlySpan<byte> Name(int number) =>
        _chunks[number >> ChunkBits]!.Names.AsSpan((number & (ChunkSize - 1)) * WireLimits.MaxNameBytes, this[number].NameLength);

    /// <summary>Sets the name of the record with this number.</summary>
    public void SetName(int number, ReadOnlySpan<byte> name)
    {
        name.CopyTo(_chunks[number >> ChunkBits]!.Names.AsSpan((number & (ChunkSize - 1)) * WireLimits.MaxNameBytes));
        this[number].NameLength = (byte)name.Length;
    }

    /// <summary>Takes an unused record into use.</summary>
    public int Rent()
    {
        while (true)
        {
            if (_open.Count == 0)
                AddChunk();
            int index = _open.Peek();
            if (_chunks[index] is { FirstFree: >= 0 } chunk)
            {
                int slot = chunk.FirstFree;
                chunk.FirstFree = chunk.Records[slot].Older;
                chunk.Live++;
                chunk.Records[slot] = default;
                return (index << ChunkBits) | slot;
            }
            _open.Pop();
            _isOpen[index] = false;
        }
    }

    /// <summary>Gives back a record.</summary>
    public void Return(int number)
    {
        int index = number >> ChunkBits;
        int slot = number & (ChunkSize - 1);
        Chunk chunk = _chunks[index]!;
        chunk.Records[slot].Older = chunk.FirstFree;
        chunk.FirstFree = slot;
        chunk.Live--;
        if (!_isOpen[index])
        {
            _open.Push(index);
            _isOpen[index] = true;
        }
        if (chunk.Live == 0 && _open.Count > 1)
        {
            _chunks[index] = null;
            _vacant.Push(index);
        }
    }

    private void AddChunk()
    {
        int index;
        if (_vacant.Count > 0)
        {
            index = _vacant.Pop();
            _chunks[index] = new Chunk();
        }
        else
        {
            index = _chunks.Count;
            _chunks.Add(new Chunk());
            _isOpen.Add(false);
        }
        _open.Push(index);
        _isOpen[index] = true;
    }

    private sealed class Chunk
    {
        public readonly ClientRecord[] Records = new ClientRecord[ChunkSize];
        public readonly byte[] Names = new byte[ChunkSize * WireLimits.MaxNameBytes];
        public int FirstFree;
        public int Live;

        public Chunk()
        {
            for (int i = 0; i < ChunkSize; i++)
                Records[i].Older = i + 1 < ChunkSize ? i + 1 : -1;
        }
    }
}
