using System;

namespace UdpChat.Protocol.Client;

/// <summary>How a client keeps its connection: its times and limits.</summary>
public record ClientOptions
{
    /// <summary>The most <see cref="OutboxCapacity"/> can be.</summary>
    public const int MaxOutboxCapacity = 1_000_000;

    /// <summary>The most <see cref="InboxCapacity"/> can be.</summary>
    public const int MaxInboxCapacity = 10_000_000;

    private const long MinBytes = 64 << 10, MaxBytes = 1L << 40;

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

    /// <summary>Which profile of the protocol it speaks; by default the extended one if the relay offers it.</summary>
    public ChatProfile Profile { get; init; }

    /// <summary>How many messages can be in the outbox, waiting or not yet accepted by the relay, 1 to 1,000,000; 10,000 by default. Once it is full, sending waits.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Set to less or more.</exception>
    public int OutboxCapacity { get; init => field = (int)InRange(value, 1, MaxOutboxCapacity, nameof(OutboxCapacity)); } = 10_000;

    /// <summary>How many bytes of text and names can be in the outbox, 64 KiB to 1 TiB; 64 MiB by default. Once it is full, sending waits.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Set to less or more.</exception>
    public long OutboxBytes { get; init => field = InRange(value, MinBytes, MaxBytes, nameof(OutboxBytes)); } = 64 << 20;

    /// <summary>
    /// How many received messages wait to be taken, 1 to 10,000,000; 10,000 by default. In the extended profile the relay keeps
    /// back what is more; in the plain one the newest are dropped and counted.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Set to less or more.</exception>
    public int InboxCapacity { get; init => field = (int)InRange(value, 1, MaxInboxCapacity, nameof(InboxCapacity)); } = 10_000;

    /// <summary>How many bytes of text of received messages wait to be taken in the extended profile, 64 KiB to 1 TiB; 16 MiB by default. The relay keeps back what is more.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Set to less or more.</exception>
    public long InboxBytes { get; init => field = InRange(value, MinBytes, MaxBytes, nameof(InboxBytes)); } = 16 << 20;

    /// <summary>
    /// How long a message waits in the extended profile while the relay is away, or its recipient's queue is full, before it
    /// fails, 1 s to 30 days; 1 h by default.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Set to less or more.</exception>
    public TimeSpan MessageLifetime
    {
        get;
        init => field = value >= MinInterval && value <= TimeSpan.FromDays(30)
            ? value
            : throw new ArgumentOutOfRangeException(nameof(MessageLifetime), value, "The message lifetime must be from 1 second to 30 days.");
    } = TimeSpan.FromHours(1);

    private static long InRange(long value, long min, long max, string name) =>
        value >= min && value <= max ? value : throw new ArgumentOutOfRangeException(name, value, $"{name} must be from {min} to {max}.");

    private static TimeSpan InRange(TimeSpan value, string name) => value >= MinInterval && value <= MaxInterval
        ? value
        : throw new ArgumentOutOfRangeException(name, value, $"{name} must be from 1 second to 1 hour.");
}
