namespace UdpChat.Protocol.Client;

/// <summary>Which message of its sender's a received one is.</summary>
/// <param name="Incarnation">The incarnation of the sender, or -1 in the plain profile.</param>
/// <param name="Number">Its number in that incarnation, or -1.</param>
/// <param name="AcceptedAt">When the relay accepted it, in milliseconds since 1970; -1 if it has not waited.</param>
internal readonly record struct MessageOrigin(long Incarnation, long Number, long AcceptedAt)
{
    /// <summary>Nothing is known.</summary>
    public static MessageOrigin Unknown => new(-1, -1, -1);
}
