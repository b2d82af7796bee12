using System;
using UdpChat.Protocol.Client;

namespace UdpChat.Client;

/// <summary>Received messages as bytes, on their way from the state machine to who takes them. Memory is used again and again.</summary>
internal sealed class ReceivedBytes(TimeProvider timeProvider)
{
    private byte[] _bytes = new byte[4_096];
    private Entry[] _entries = new Entry[64];
    private int _used;
    private DateTimeOffset _now;

    /// <summary>How many there are.</summary>
    public int Count { get; private set; }

    /// <summary>Adds one.</summary>
    public void Add(ReadOnlySpan<byte> from, ReadOnlySpan<byte> text, in MessageOrigin origin, long ticket, long arrival)
    {
        if (Count == 0)
            _now = timeProvider.GetUtcNow();
        if (Count == _entries.Length)
            Array.Resize(ref _entries, 2 * Count);
        int end = _used + from.Length + text.Length;
        if (end > _bytes.Length)
            Array.Resize(ref _bytes, Math.Max(end, 2 * _bytes.Length));
        from.CopyTo(_bytes.AsSpan(_used));
        text.CopyTo(_bytes.AsSpan(_used + from.Length));
        _entries[Count++] = new Entry(_used, from.Length, text.Length, ticket, arrival, origin);
        _used = end;
    }

    /// <summary>One of them.</summary>
    public ChatMessageBytes this[int index]
    {
        get
        {
            ref readonly Entry entry = ref _entries[index];
            ReadOnlySpan<byte> bytes = _bytes.AsSpan(entry.Offset, entry.FromLength + entry.TextLength);
            DateTimeOffset time = entry.Origin.AcceptedAt < 0 ? _now : DateTimeOffset.FromUnixTimeMilliseconds(entry.Origin.AcceptedAt);
            return new ChatMessageBytes(bytes.Slice(0, entry.FromLength), bytes.Slice(entry.FromLength), time, entry.Origin.Number);
        }
    }

    /// <summary>What to tell the state machine when one of them was taken; 0 if nothing.</summary>
    public long Ticket(int index) => _entries[index].Ticket;

    /// <summary>Of which client one of them is.</summary>
    public MessageOrigin Origin(int index) => _entries[index].Origin;

    /// <summary>Which of the messages that the client received one of them is, from 1.</summary>
    public long Arrival(int index) => _entries[index].Arrival;

    /// <summary>Forgets all.</summary>
    public void Clear() => Count = _used = 0;

    private readonly record struct Entry(int Offset, int FromLength, int TextLength, long Ticket, long Arrival, MessageOrigin Origin);
}
