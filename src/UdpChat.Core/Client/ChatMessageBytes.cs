using System;

namespace UdpChat;

/// <summary>A received message as bytes, which are there only while its handler runs.</summary>
public readonly ref struct ChatMessageBytes
{
    internal ChatMessageBytes(ReadOnlySpan<byte> from, ReadOnlySpan<byte> text, DateTimeOffset receivedAt, long number)
    {
        From = from;
        Text = text;
        ReceivedAt = receivedAt;
        Number = number;
    }

    /// <summary>The sender's name, as its owner writes it, in UTF-8.</summary>
    public ReadOnlySpan<byte> From { get; }

    /// <summary>The text, in UTF-8.</summary>
    public ReadOnlySpan<byte> Text { get; }

    /// <summary>When it arrived here, or at the relay if it waited there.</summary>
    public DateTimeOffset ReceivedAt { get; }

    /// <summary>Its number among those of its sender's client, from 1; -1 in the plain profile.</summary>
    internal long Number { get; }
}
