using System;
using System.Net;
using UdpChat.Protocol.Relay;
using UdpChat.Protocol.Wire;

namespace UdpChat;

/// <summary>How a relay listens, and how it treats its clients.</summary>
public sealed record ChatRelayOptions : RelayOptions
{
    /// <summary>The least and the most <see cref="ReceiveBufferBytes"/> can be.</summary>
    public const int MinReceiveBufferBytes = 1 << 16, MaxReceiveBufferBytes = 1 << 30;

    /// <summary>
    /// The address to listen on. By default, and with <see cref="IPAddress.IPv6Any"/>, everywhere: IPv6 and IPv4 on one
    /// socket; IPv4 alone by default where there is no IPv6.
    /// </summary>
    public IPAddress? Address { get; init; }

    /// <summary>The UDP port, 0 to 65535; 9000 by default. 0 means any free one.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Set to less or more.</exception>
    public int Port
    {
        get;
        init => field = value is >= 0 and <= 65535 ? value : throw new ArgumentOutOfRangeException(nameof(Port), value, "The port must be from 0 to 65535.");
    } = WireLimits.DefaultPort;

    /// <summary>
    /// The bytes of datagrams that the system may keep while the relay is busy, 64 KiB to 1 GiB; 8 MiB by default. The
    /// system may grant less (on Linux <c>net.core.rmem_max</c>); what does not fit is lost before the relay sees it.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Set to less or more.</exception>
    public int ReceiveBufferBytes
    {
        get;
        init => field = value is >= MinReceiveBufferBytes and <= MaxReceiveBufferBytes
            ? value
            : throw new ArgumentOutOfRangeException(nameof(ReceiveBufferBytes), value, $"The receive buffer must be from {MinReceiveBufferBytes} to {MaxReceiveBufferBytes} bytes.");
    } = 8 << 20;

    /// <summary>
    /// The file in which the relay keeps reserved names and the mail of those who are away, so that both survive its end. By
    /// default there is none: then it keeps them in memory. The file is made if it is not there; its folder must be. No other
    /// relay can use it at the same time. It needs UdpChat.Sqlite, which comes with the module and with udpchat.
    /// </summary>
    public string? Store { get; init; }

    /// <summary>The clock; the system's by default.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;
}
