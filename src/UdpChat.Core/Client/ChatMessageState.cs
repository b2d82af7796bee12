namespace UdpChat;

/// <summary>What has become of a message. In the extended profile a sent one goes from Queued to Accepted to Delivered, or fails.</summary>
public enum ChatMessageState
{
    /// <summary>It was received.</summary>
    Received,

    /// <summary>It has left for the relay in the plain profile. Whether it arrived can't be known.</summary>
    Sent,

    /// <summary>It is here: it waits in the outbox, or is under way and the relay has not said yet that it holds it.</summary>
    Queued,

    /// <summary>The relay holds it. For a recipient in the plain profile nothing more can be known.</summary>
    Accepted,

    /// <summary>It has reached the recipient's client, in order.</summary>
    Delivered,

    /// <summary>It was refused or is lost; <see cref="ChatMessage.Error"/> says why, <see cref="ChatMessage.MayHaveArrived"/> whether it may have arrived all the same.</summary>
    Failed,
}
