namespace UdpChat;

/// <summary>What has become of a message.</summary>
public enum ChatMessageState
{
    /// <summary>It was received.</summary>
    Received,

    /// <summary>It has left for the relay. Whether it arrived can't be known.</summary>
    Sent,

    /// <summary>It waits in the outbox until the client is connected again.</summary>
    Queued,
}
