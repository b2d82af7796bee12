namespace UdpChat.Protocol.Client;

/// <summary>Why a client that was connected registers again.</summary>
public enum ReconnectReason
{
    /// <summary>The relay said that it doesn't know this client: it was restarted, or heard nothing for its client timeout.</summary>
    Forgotten,

    /// <summary>The relay doesn't answer.</summary>
    NoAnswer,
}
