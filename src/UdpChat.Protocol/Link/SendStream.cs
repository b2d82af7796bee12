using System;
using System.Buffers;

namespace UdpChat.Protocol.Link;

/// <summary>The lines of one direction that are not known to have arrived, as a stream of bytes. Empty, it has no buffer.</summary>
internal sealed class SendStream
{
    private const int MinBuffer = 2048;

    private readonly RangeSet _acknowledged = new(); // offsets, beyond Acknowledged
    private byte[]? _buffer;
    private long _start; // the offset of the buffer's first byte

    /// <summary>Up to which offset everything has arrived.</summary>
    public long Acknowledged { get; private set; }

    /// <summary>Up to which offset there is something to send.</summary>
    public long End { get; private set; }

    /// <summary>How many bytes can be written.</summary>
    public int Room => LinkLimits.SendBufferBytes - (int)(End - Acknowledged);

    /// <summary>Begins at an offset, with nothing written.</summary>
    public void Begin(long offset) => Acknowledged = End = offset;

    /// <summary>Where the next line is to be written, its line feed included; <see cref="Commit"/> adds it.</summary>
    /// <param name="size">The most bytes that it will have, no more than <see cref="Room"/>.</param>
    public Span<byte> Reserve(int size)
    {
        int used = (int)(End - _start);
        if (_buffer is null || _buffer.Length - used < size)
            MakeRoom(size);
        return _buffer.AsSpan((int)(End - _start), size);
    }

    /// <summary>Adds the line that was written to the reserved place.</summary>
    public void Commit(int length) => End += length;

    /// <summary>Bytes of the stream.</summary>
    public ReadOnlySpan<byte> Read(long offset, int length) => _buffer.AsSpan((int)(offset - _start), length);

    /// <summary>The whole lines from an offset that fit a datagram.</summary>
    public ReadOnlySpan<byte> ReadLines(long offset)
    {
        ReadOnlySpan<byte> bytes = Read(offset, (int)Math.Min(End - offset, LinkLimits.MaxPayloadBytes));
        return End - offset == bytes.Length ? bytes : bytes.Slice(0, bytes.LastIndexOf((byte)'\n') + 1);
    }

    /// <summary>Whether all of these bytes are known to have arrived.</summary>
    public bool IsAcknowledged(long offset) => offset < Acknowledged || _acknowledged.Contains(offset);

    /// <summary>Notes that bytes have arrived.</summary>
    public void Acknowledge(long offset, int length)
    {
        long end = offset + length;
        if (offset > Acknowledged)
        {
            _acknowledged.Add(offset, end - 1);
            return;
        }
        if (end > Acknowledged)
            Acknowledged = end;
        while (_acknowledged.Count > 0 && _acknowledged.First <= Acknowledged)
        {
            Acknowledged = Math.Max(Acknowledged, _acknowledged.Ranges[0].Last + 1);
            _acknowledged.RemoveFirstRange();
        }
        if (Acknowledged == End)
            Release();
    }

    /// <summary>Gives back the buffer.</summary>
    public void Release()
    {
        if (_buffer is not null)
            ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = null;
        _acknowledged.Clear();
    }

    private void MakeRoom(int size)
    {
        int kept = (int)(End - Acknowledged);
        if (_buffer is null)
        {
            _buffer = ArrayPool<byte>.Shared.Rent(Math.Max(kept + size, MinBuffer));
        }
        else if (kept + size <= _buffer.Length / 2)
        {
            Array.Copy(_buffer, Acknowledged - _start, _buffer, 0, kept);
        }
        else
        {
            byte[] larger = ArrayPool<byte>.Shared.Rent(Math.Max(2 * (kept + size), MinBuffer));
            Array.Copy(_buffer, Acknowledged - _start, larger, 0, kept);
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = larger;
        }
        _start = Acknowledged;
    }
}
