using System;
using UdpChat.Protocol.Wire;

namespace UdpChat.Protocol.Relay;

/// <summary>How a relay treats its clients: its times and limits.</summary>
public record RelayOptions
{
    /// <summary>The shortest and the longest <see cref="ClientTimeout"/>.</summary>
    public static readonly TimeSpan MinClientTimeout = TimeSpan.FromSeconds(1), MaxClientTimeout = TimeSpan.FromDays(1);

    /// <summary>The most <see cref="MaxClients"/> can be.</summary>
    public const int MaxMaxClients = 100_000_000;

    /// <summary>The most <see cref="MaxMessageBytes"/> can be: what a datagram holds besides <c>FROM:</c>, a name of one byte, <c>: </c>.</summary>
    public const int MaxMaxMessageBytes = WireLimits.MaxDatagramBytes - PlainWriter.FromOverhead - 1;

    /// <summary>The most <see cref="MaxNameBytes"/> can be.</summary>
    public const int MaxMaxNameBytes = WireLimits.MaxNameBytes;

    /// <summary>The most <see cref="NoticesPerSecondPerPrefix"/> and <see cref="NoticesPerSecond"/> can be.</summary>
    public const int MaxNoticesPerSecond = 1_000_000;

    /// <summary>
    /// After how long a silence a client is removed, 1 s to 1 day; 60 s by default. It is removed at most a
    /// sixty-fourth of this later.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Set to less or more.</exception>
    public TimeSpan ClientTimeout
    {
        get;
        init => field = value >= MinClientTimeout && value <= MaxClientTimeout
            ? value
            : throw new ArgumentOutOfRangeException(nameof(ClientTimeout), value, "The client timeout must be from 1 second to 1 day.");
    } = TimeSpan.FromSeconds(60);

    /// <summary>How many clients there may be, 1 to 100,000,000; 1,000,000 by default. They cost memory only while they are there.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Set to less or more.</exception>
    public int MaxClients { get; init => field = InRange(value, 1, MaxMaxClients, nameof(MaxClients)); } = 1_000_000;

    /// <summary>
    /// How many clients there may be at one source prefix (an IPv4 address, the first 56 bits of an IPv6 one), 1 to
    /// 100,000,000, or 0 for no limit; 10,000 by default. Prefixes share 65,536 counters by a secret hash.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Set to less or more.</exception>
    public int MaxClientsPerPrefix { get; init => field = InRange(value, 0, MaxMaxClients, nameof(MaxClientsPerPrefix)); } = 10_000;

    /// <summary>The most bytes a name may have, as UTF-8 in NFC, 1 to 64; 64 by default.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Set to less or more.</exception>
    public int MaxNameBytes { get; init => field = InRange(value, 1, MaxMaxNameBytes, nameof(MaxNameBytes)); } = MaxMaxNameBytes;

    /// <summary>
    /// The most bytes a message's text may have, as UTF-8, 1 to 65,499; 65,499 by default, at which it leaves the extended
    /// profile its own limit of 65,536. Whatever it is, a plain message that does not fit one datagram behind its sender's
    /// name is refused.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Set to less or more.</exception>
    public int MaxMessageBytes { get; init => field = InRange(value, 1, MaxMaxMessageBytes, nameof(MaxMessageBytes)); } = MaxMaxMessageBytes;

    /// <summary>The same for the extended profile, where no text has to fit a datagram.</summary>
    internal int MaxSessionTextBytes => MaxMessageBytes == MaxMaxMessageBytes ? WireLimits.MaxTextBytes : MaxMessageBytes;

    /// <summary>
    /// How many notices a second go to one source prefix, 1 to 1,000,000, or 0 for no limit; 100 by default. Up to 20
    /// seconds' worth may go at once. Prefixes share 65,536 buckets by a secret hash.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Set to less or more.</exception>
    public int NoticesPerSecondPerPrefix { get; init => field = InRange(value, 0, MaxNoticesPerSecond, nameof(NoticesPerSecondPerPrefix)); } = 100;

    /// <summary>
    /// How many notices a second the relay sends in all, 1 to 1,000,000, or 0 for no limit; 100,000 by default. Up to
    /// one second's worth may go at once.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Set to less or more.</exception>
    public int NoticesPerSecond { get; init => field = InRange(value, 0, MaxNoticesPerSecond, nameof(NoticesPerSecond)); } = 100_000;

    /// <summary>How many names may be reserved by tokens, 1 to 100,000,000; 1,000,000 by default.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Set to less or more.</exception>
    public int MaxReservedNames { get; init => field = InRange(value, 1, MaxMaxClients, nameof(MaxReservedNames)); } = 1_000_000;

    /// <summary>How many names may be reserved from one source prefix, 1 to 100,000,000, or 0 for no limit; 10,000 by default.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Set to less or more.</exception>
    public int MaxReservedNamesPerPrefix { get; init => field = InRange(value, 0, MaxMaxClients, nameof(MaxReservedNamesPerPrefix)); } = 10_000;

    /// <summary>How long a name stays reserved after its owner's last sign of life, 1 minute to 10 years; 7 days by default. Mail is not kept longer.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Set to less or more.</exception>
    public TimeSpan NameLifetime { get; init => field = InRange(value, nameof(NameLifetime)); } = TimeSpan.FromDays(7);

    /// <summary>How many messages a mailbox holds, 1 to 10,000,000; 10,000 by default.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Set to less or more.</exception>
    public int MailboxMessages { get; init => field = InRange(value, 1, 10_000_000, nameof(MailboxMessages)); } = 10_000;

    /// <summary>How many bytes of text a mailbox holds, 1 KiB to 1 TiB; 4 MiB by default.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Set to less or more.</exception>
    public long MailboxBytes { get; init => field = InRange(value, 1 << 10, 1L << 40, nameof(MailboxBytes)); } = 4 << 20;

    /// <summary>How long mail is kept, 1 minute to 10 years; 7 days by default, and never longer than <see cref="NameLifetime"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Set to less or more.</exception>
    public TimeSpan MailLifetime { get; init => field = InRange(value, nameof(MailLifetime)); } = TimeSpan.FromDays(7);

    /// <summary>How many bytes of memory all mail may use, 64 KiB to 1 TiB; 256 MiB by default. A message takes 200 bytes besides its text.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Set to less or more.</exception>
    public long MaxMailMemoryBytes { get; init => field = InRange(value, 64 << 10, 1L << 40, nameof(MaxMailMemoryBytes)); } = 256 << 20;

    /// <summary>
    /// How many bytes of memory datagrams that came too early and long texts that are not complete may use together, 64 KiB
    /// to 1 TiB; 64 MiB by default.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Set to less or more.</exception>
    public long MaxReassemblyBytes { get; init => field = InRange(value, 64 << 10, 1L << 40, nameof(MaxReassemblyBytes)); } = 64 << 20;

    /// <summary>After how long a message for a connected client goes to the store if it was not taken, 0 to 10 s; 100 ms by default.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Set to less or more.</exception>
    public TimeSpan StoreDelay
    {
        get;
        init => field = value >= TimeSpan.Zero && value <= TimeSpan.FromSeconds(10)
            ? value
            : throw new ArgumentOutOfRangeException(nameof(StoreDelay), value, "The store delay must be from 0 to 10 seconds.");
    } = TimeSpan.FromMilliseconds(100);

    /// <summary>
    /// Whether only names of ASCII characters are accepted. True by default where this runtime has no ICU, because
    /// there names can't be brought to NFC; false elsewhere.
    /// </summary>
    public bool AsciiNamesOnly { get; init; } = !ChatName.CanNormalize;

    /// <summary>The most bytes that a text has, escaped, for which there can ever be room in a mailbox.</summary>
    internal long MaxHeldBytes => Math.Min(MailboxBytes, MaxMailMemoryBytes - Mail.Mailboxes.MailOverhead);

    private static TimeSpan InRange(TimeSpan value, string name) => value >= TimeSpan.FromMinutes(1) && value <= TimeSpan.FromDays(3653)
        ? value
        : throw new ArgumentOutOfRangeException(name, value, $"{name} must be from 1 minute to 10 years.");

    private static long InRange(long value, long min, long max, string name) =>
        value >= min && value <= max ? value : throw new ArgumentOutOfRangeException(name, value, $"{name} must be from {min} to {max}.");

    private static int InRange(int value, int min, int max, string name) =>
        value >= min && value <= max ? value : throw new ArgumentOutOfRangeException(name, value, $"{name} must be from {min} to {max}.");
}
