namespace UdpChat.Testing;

/// <summary>What has happened to the datagrams of one direction.</summary>
internal sealed record LinkCounters
{
    /// <summary>How many went in.</summary>
    public long Received { get; set; }

    /// <summary>How many became two.</summary>
    public long Doubled { get; set; }

    /// <summary>How many were lost, each of two copies by itself.</summary>
    public long Lost { get; set; }

    /// <summary>How many copies come out before one that went in earlier.</summary>
    public long Overtaking { get; set; }

    /// <summary>How many copies have come out and were sent on. Only <see cref="Sockets.BadProxy"/> counts it.</summary>
    public long Forwarded { get; set; }

    /// <summary>How many copies have come out and could not be sent on. Only <see cref="Sockets.BadProxy"/> counts it.</summary>
    public long Unsent { get; set; }

    public override string ToString() => $"received {Received}, lost {Lost}, doubled {Doubled}, reordered {Overtaking}, forwarded {Forwarded}, unsent {Unsent}";
}
