namespace UdpChat.Protocol.Link;

/// <summary>What a link has learnt of the path to the other side.</summary>
internal struct LinkPath()
{
    /// <summary>The round trip time.</summary>
    public RoundTripTime RoundTrip;

    /// <summary>How much may be under way.</summary>
    public CongestionWindow Window = new();

    /// <summary>By how many datagrams another has to be overtaken to count as lost.</summary>
    public int PacketThreshold = LinkLimits.PacketThreshold;

    /// <summary>The path is another one: what was measured of the old one says nothing (RFC 9000, 9.4).</summary>
    public void Reset()
    {
        int inFlight = Window.InFlight;
        RoundTrip = default;
        Window = new CongestionWindow();
        Window.Sent(inFlight, System.TimeSpan.MinValue);
    }
}
