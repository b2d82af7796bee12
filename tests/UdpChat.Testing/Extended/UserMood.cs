namespace UdpChat.Testing.Extended;

/// <summary>How a simulated user takes what has arrived.</summary>
internal enum UserMood
{
    /// <summary>At once.</summary>
    Eager,

    /// <summary>One after another, each after a while.</summary>
    Slow,

    /// <summary>Not at all.</summary>
    Absent,
}
