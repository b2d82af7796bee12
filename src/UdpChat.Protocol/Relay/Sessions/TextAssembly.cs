using System;
using System.Buffers;
using System.Collections.Generic;

namespace UdpChat.Protocol.Relay.Sessions;

/// <summary>A long text that comes in pieces.</summary>
internal sealed class TextAssembly
{
    private const int ProgressBytes = 4096;

    private int _progress; // its length then

    public TextAssembly(long number, string recipient, bool isRetry)
    {
        Number = number;
        Recipient = recipient;
        IsRetry = isRetry;
        Place = new LinkedListNode<TextAssembly>(this);
    }

    /// <summary>Its place among all.</summary>
    public LinkedListNode<TextAssembly> Place { get; }

    /// <summary>Its buffer, from the pool; its owner grows it.</summary>
    public byte[] Buffer { get; private set; } = [];

    /// <summary>The message's number.</summary>
    public long Number { get; }

    /// <summary>Its recipient, as it was written.</summary>
    public string Recipient { get; }

    /// <summary>Whether it is offered again.</summary>
    public bool IsRetry { get; }

    /// <summary>What became of it, unless it is or will be whole.</summary>
    public AssemblyFailure Failure { get; private set; }

    /// <summary>When it last got on, by a few thousand bytes.</summary>
    public TimeSpan LastProgress { get; private set; }

    /// <summary>How many bytes it has.</summary>
    public int Length { get; private set; }

    /// <summary>The text so far, escaped.</summary>
    public ReadOnlySpan<byte> Text => Buffer.AsSpan(0, Length);

    /// <summary>Adds a piece for which there is room.</summary>
    public void Add(ReadOnlySpan<byte> piece)
    {
        piece.CopyTo(Buffer.AsSpan(Length));
        Length += piece.Length;
    }

    /// <summary>Whether it has got on since this was last so.</summary>
    public bool HasProgressed(TimeSpan now)
    {
        if (_progress > 0 && Length - _progress < ProgressBytes)
            return false;
        _progress = Length;
        LastProgress = now;
        return true;
    }

    /// <summary>Takes a larger buffer.</summary>
    public void Grow(byte[] larger)
    {
        Text.CopyTo(larger);
        ReturnBuffer();
        Buffer = larger;
    }

    /// <summary>Keeps nothing of it, nor of what follows.</summary>
    public void Fail(AssemblyFailure failure)
    {
        Failure = failure;
        Length = 0;
        ReturnBuffer();
        Buffer = [];
    }

    private void ReturnBuffer()
    {
        if (Buffer.Length > 0)
            ArrayPool<byte>.Shared.Return(Buffer);
    }
}
