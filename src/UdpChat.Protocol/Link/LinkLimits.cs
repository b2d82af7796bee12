using System;

namespace UdpChat.Protocol.Link;

/// <summary>The numbers of the link, most of them RFC 9002's.</summary>
internal static class LinkLimits
{
    /// <summary>The largest datagram, as UDP payload (RFC 8085, 3.2; RFC 9000, 14).</summary>
    public const int MaxDatagramBytes = 1200;

    /// <summary>What is left for session id, datagram number, offset and acknowledgements.</summary>
    public const int HeaderBytes = 96;

    /// <summary>The most bytes of lines in a datagram, and the longest line, with its line feed.</summary>
    public const int MaxPayloadBytes = MaxDatagramBytes - HeaderBytes;

    /// <summary>How far beyond what has arrived in order bytes may be sent, and so how much a receiver may have to keep.</summary>
    public const int StreamWindow = 256 << 10;

    /// <summary>How many datagrams that came too early a receiver keeps at most, and how many bytes each takes besides its own: tiny lines must not take more memory than is counted.</summary>
    public const int MaxEarlySegments = 4096, EarlySegmentOverhead = 64;

    /// <summary>How many bytes that are not acknowledged a sender keeps at most.</summary>
    public const int SendBufferBytes = StreamWindow;

    /// <summary>The window at first, in bytes (RFC 9002, 7.2).</summary>
    public const int InitialWindow = 10 * MaxDatagramBytes;

    /// <summary>The least the window can become, in bytes (RFC 9002, 7.2).</summary>
    public const int MinWindow = 2 * MaxDatagramBytes;

    /// <summary>By how many datagrams another has to be overtaken to count as lost, at first (RFC 9002, 6.1.1).</summary>
    public const int PacketThreshold = 3;

    /// <summary>The most that threshold can become when reordering is seen.</summary>
    public const int MaxPacketThreshold = 256;

    /// <summary>How many ranges of datagram numbers a receiver remembers, and acknowledges at most.</summary>
    public const int MaxReceivedRanges = 64, MaxAcknowledgedRanges = 16;

    /// <summary>The longest that an acknowledgement waits for something to ride on.</summary>
    public static readonly TimeSpan MaxAckDelay = TimeSpan.FromMilliseconds(25);

    /// <summary>The round trip that is assumed before one was measured (RFC 9002, 6.2.2): the first probe comes after about 1 s.</summary>
    public static readonly TimeSpan InitialRoundTrip = TimeSpan.FromMilliseconds(333);

    /// <summary>The resolution of timers (RFC 9002, 6.1.2).</summary>
    public static readonly TimeSpan Granularity = TimeSpan.FromMilliseconds(1);

    /// <summary>The longest pause between two probes.</summary>
    public static readonly TimeSpan MaxProbeTimeout = TimeSpan.FromSeconds(10);
}
