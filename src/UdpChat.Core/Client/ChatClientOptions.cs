using System;
using UdpChat.Protocol.Client;

namespace UdpChat;

/// <summary>To which relay a client connects, and how it keeps its connection.</summary>
public sealed record ChatClientOptions : ClientOptions
{
    /// <summary>The most <see cref="InboxCapacity"/> can be.</summary>
    public const int MaxInboxCapacity = 10_000_000;

    /// <summary>Where the relay is.</summary>
    public required ChatServerAddress Server { get; init; }

    /// <summary>
    /// How many received messages wait to be taken, 1 to 10,000,000; 10,000 by default. When it is full the newest are
    /// dropped and counted, and <see cref="ChatClient.MessageDropped"/> tells of it.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Set to less or more.</exception>
    public int InboxCapacity
    {
        get;
        init => field = value is >= 1 and <= MaxInboxCapacity
            ? value
            : throw new ArgumentOutOfRangeException(nameof(InboxCapacity), value, $"The inbox capacity must be from 1 to {MaxInboxCapacity} messages.");
    } = 10_000;

    /// <summary>The clock; the system's by default.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;
}
