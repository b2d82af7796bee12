using System;
using System.Buffers;
using UdpChat.Protocol.Link;

namespace UdpChat.Protocol.Relay.Sessions;

/// <summary>A long text that comes in pieces.</summary>
internal sealed class TextAssembly(long number, string recipient, bool isRetry, MemoryBudget budget)
{
    private byte[] _buffer = [];

    /// <summary>The message's number.</summary>
    public long Number { get; } = number;

    /// <summary>Its recipient, as it was written.</summary>
    public string Recipient { get; } = recipient;

    /// <summary>Whether it is offered again.</summary>
    public bool IsRetry { get; } = isRetry;

    /// <summary>Whether it became too large, or there was no memory for it: what follows of it is not kept.</summary>
    public bool IsRefused { get; private set; }

    /// <summary>How many bytes it has.</summary>
    public int Length { get; private set; }

    /// <summary>The text so far, escaped.</summary>
    public ReadOnlySpan<byte> Text => _buffer.AsSpan(0, Length);

    /// <summary>Adds a piece.</summary>
    public void Add(ReadOnlySpan<byte> piece, int maxLength)
    {
        if (IsRefused || Length + piece.Length > maxLength || !budget.TryTake(piece.Length))
        {
            IsRefused = true;
            return;
        }
        if (_buffer.Length < Length + piece.Length)
        {
            byte[] larger = ArrayPool<byte>.Shared.Rent(2 * (Length + piece.Length));
            Text.CopyTo(larger);
            ReturnBuffer();
            _buffer = larger;
        }
        piece.CopyTo(_buffer.AsSpan(Length));
        Length += piece.Length;
    }

    /// <summary>Gives its memory back.</summary>
    public void Release()
    {
        budget.Return(Length);
        Length = 0;
        ReturnBuffer();
        _buffer = [];
    }

    private void ReturnBuffer()
    {
        if (_buffer.Length > 0)
            ArrayPool<byte>.Shared.Return(_buffer);
    }
}
