namespace UdpChat.Protocol.Wire;

/// <summary>The sizes that the wire format fixes.</summary>
internal static class WireLimits
{
    /// <summary>The largest payload of a UDP datagram over IPv4, in bytes: 65,535 less the headers of IPv4 (20) and UDP (8).</summary>
    public const int MaxDatagramBytes = 65_507;

    /// <summary>What a buffer must hold to receive any datagram whole, in bytes; IPv6 allows a few more than IPv4.</summary>
    public const int ReceiveBytes = 65_535;

    /// <summary>The most bytes a text of the extended profile has, before it is escaped.</summary>
    public const int MaxTextBytes = 65_536;

    /// <summary>The most bytes a name has, as UTF-8 in NFC.</summary>
    public const int MaxNameBytes = 64;

    /// <summary>The most bytes that NFC may bring down to <see cref="MaxNameBytes"/>: decomposed text is at most three times as long (UAX #15).</summary>
    public const int MaxRawNameBytes = 3 * MaxNameBytes;

    /// <summary>The most bytes a notice has, besides a name that it repeats and a closing line feed.</summary>
    public const int MaxNoticeBytes = 100;

    /// <summary>The UDP port of a relay when none is given.</summary>
    public const int DefaultPort = 9000;
}
