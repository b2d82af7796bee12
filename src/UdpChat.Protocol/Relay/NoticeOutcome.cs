namespace UdpChat.Protocol.Relay;

/// <summary>What became of a notice (INFO) that a relay had to give.</summary>
public enum NoticeOutcome
{
    /// <summary>It was sent.</summary>
    Sent,

    /// <summary>It was not sent: its source prefix has had all the notices that it may have for now.</summary>
    PrefixLimited,

    /// <summary>It was not sent: the relay has sent all the notices that it may send for now.</summary>
    TotalLimited,
}
