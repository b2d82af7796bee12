using System;

namespace UdpChat.Protocol.Link;

/// <summary>How much may be under way: NewReno as in RFC 9002, 7.</summary>
internal struct CongestionWindow()
{
    private int _slowStartThreshold = int.MaxValue;
    private TimeSpan _recoveryStart = TimeSpan.MinValue;
    private TimeSpan _lastFull = TimeSpan.MinValue;

    /// <summary>How many bytes may be under way.</summary>
    public int Size { get; private set; } = LinkLimits.InitialWindow;

    /// <summary>How many bytes are under way.</summary>
    public int InFlight { get; private set; }

    /// <summary>Whether another datagram may go out.</summary>
    public readonly bool HasRoom => InFlight + LinkLimits.MaxDatagramBytes <= Size;

    /// <summary>A datagram goes out.</summary>
    public void Sent(int bytes, TimeSpan now)
    {
        InFlight += bytes;
        if (!HasRoom)
            _lastFull = now;
    }

    /// <summary>A datagram need not be waited for any more, and says nothing about the path.</summary>
    public void Discarded(int bytes) => InFlight -= bytes;

    /// <summary>A datagram was acknowledged.</summary>
    /// <param name="bytes">Its size.</param>
    /// <param name="sentAt">When it went out.</param>
    public void Acknowledged(int bytes, TimeSpan sentAt)
    {
        // A window that was not used says nothing about whether a larger one would do (RFC 9002, 7.8).
        bool wasUsed = _lastFull >= sentAt;
        InFlight -= bytes;
        if (sentAt <= _recoveryStart || !wasUsed || Size >= LinkLimits.StreamWindow)
            return;
        if (Size < _slowStartThreshold)
            Size += bytes;
        else
            Size += Math.Max(1, (int)((long)LinkLimits.MaxDatagramBytes * bytes / Size));
    }

    /// <summary>A datagram was lost.</summary>
    /// <param name="bytes">Its size.</param>
    /// <param name="sentAt">When it went out.</param>
    /// <param name="now">The time.</param>
    public void Lost(int bytes, TimeSpan sentAt, TimeSpan now)
    {
        InFlight -= bytes;
        if (sentAt <= _recoveryStart)
            return; // One loss, one answer, however many datagrams it was.
        _recoveryStart = now;
        _slowStartThreshold = Math.Max(Size / 2, LinkLimits.MinWindow);
        Size = _slowStartThreshold;
    }

    /// <summary>Everything was lost for a long time (RFC 9002, 7.6).</summary>
    public void Collapse()
    {
        Size = LinkLimits.MinWindow;
        _recoveryStart = TimeSpan.MinValue;
    }
}
