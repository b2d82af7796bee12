namespace UdpChat.State;

/// <summary>What the next cmdlet on a connection has to tell.</summary>
/// <param name="IsWarning">Whether it is a warning; if not, it is part of the connection's story, which <c>-Verbose</c> tells.</param>
/// <param name="Text">A sentence.</param>
internal sealed record ConnectionRemark(bool IsWarning, string Text)
{
    /// <summary>The message that it is about, if it is about one.</summary>
    public ChatMessage? Message { get; init; }
}
