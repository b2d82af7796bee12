namespace UdpChat.Protocol;

/// <summary>The randomness that is handed to a state machine: unpredictable in use, seeded in a test.</summary>
internal interface IRandomSource
{
    /// <summary>The next 64 random bits.</summary>
    ulong NextUInt64();
}
