using System;

namespace UdpChat.Protocol.Client;

/// <summary>How a client keeps its connection: its times and limits.</summary>
public record ClientOptions
{
    /// <summary>The most <see cref="OutboxCapacity"/> can be.</summary>
    public const int MaxOutboxCapacity = 1_000_000;

    /// <summary>The shortest and the longest <see cref="HeartbeatInterval"/> and <see cref="ConnectTimeout"/>.</summary>
    public static readonly TimeSpan MinInterval = TimeSpan.FromSeconds(1), MaxInterval = TimeSpan.FromHours(1);

    /// <summary>The name to register: 1 to 64 bytes of UTF-8 in NFC without control or format characters, white space and <c>: @ ; , * #</c>.</summary>
    public required string Name { get; init; }

    /// <summary>
    /// The longest time between two heartbeats, 1 s to 1 h; 30 s by default. It has to be shorter than the relay's
    /// client timeout (60 s by default) and than the memory of the NAT in between (often 30 s or more; RFC 4787, REQ-5).
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Set to less or more.</exception>
    public TimeSpan HeartbeatInterval { get; init => field = InRange(value, nameof(HeartbeatInterval)); } = TimeSpan.FromSeconds(30);

    /// <summary>How long to try to connect, 1 s to 1 h; 5 s by default.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Set to less or more.</exception>
    public TimeSpan ConnectTimeout { get; init => field = InRange(value, nameof(ConnectTimeout)); } = TimeSpan.FromSeconds(5);

    /// <summary>How many messages can wait while the client reconnects, 1 to 1,000,000; 1,000 by default. Once it is full, sending waits.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Set to less or more.</exception>
    public int OutboxCapacity
    {
        get;
        init => field = value is >= 1 and <= MaxOutboxCapacity
            ? value
            : throw new ArgumentOutOfRangeException(nameof(OutboxCapacity), value, $"The outbox capacity must be from 1 to {MaxOutboxCapacity} messages.");
    } = 1_000;

    private static TimeSpan InRange(TimeSpan value, string name) => value >= MinInterval && value <= MaxInterval
        ? value
        : throw new ArgumentOutOfRangeException(name, value, $"{name} must be from 1 second to 1 hour.");
}
