using System;
using System.Globalization;

namespace UdpChat;

/// <summary>A message that a client received or sent.</summary>
/// <param name="From">The sender's name, as its owner writes it.</param>
/// <param name="To">The recipient's name; of a received message, the name under which it was received.</param>
/// <param name="Text">The text.</param>
/// <param name="ReceivedAt">When it arrived or was sent, here.</param>
public sealed record ChatMessage(string From, string To, string Text, DateTimeOffset ReceivedAt)
{
    /// <summary>When it arrived or was sent, in local time.</summary>
    public DateTime Time => ReceivedAt.LocalDateTime;

    /// <summary>Tells it from every other message of this process; empty if it belongs to no client.</summary>
    public string Id => Client is null ? "" : $"{Client.Incarnation.ToString("x", CultureInfo.InvariantCulture)}-{Number.ToString(CultureInfo.InvariantCulture)}";

    /// <summary>The name of the client that received or sent it; null if it belongs to none.</summary>
    public string? Connection => Client?.Name;

    /// <summary>What has become of it.</summary>
    public ChatMessageState State { get; init; }

    // Internal, because Time says the same, and a DateTimeOffset does not survive PowerShell's serialization.
    internal DateTimeOffset ReceivedAt { get; init; } = ReceivedAt;

    /// <summary>The client that received or sent it.</summary>
    internal ChatClient? Client { get; init; }

    /// <summary>Which of its client's messages it is, from 1, in the order in which they arrived and left.</summary>
    internal long Number { get; init; }

    /// <summary>The message as a line for people.</summary>
    public override string ToString() => $"{From}: {Text}";
}
