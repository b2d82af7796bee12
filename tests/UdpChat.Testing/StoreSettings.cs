using System;

namespace UdpChat.Testing;

/// <summary>How a simulated store is set up.</summary>
internal sealed record StoreSettings
{
    /// <summary>The least time that a group takes.</summary>
    public TimeSpan MinDelay { get; init; } = TimeSpan.FromMilliseconds(1);

    /// <summary>The most time that a group takes; it is chosen evenly from the range.</summary>
    public TimeSpan MaxDelay { get; init; } = TimeSpan.FromMilliseconds(20);
}
