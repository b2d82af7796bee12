namespace UdpChat.Protocol.Client;

/// <summary>How a client stands to its relay.</summary>
public enum ChatConnectionState
{
    /// <summary>Not yet connected: registering for the first time.</summary>
    Connecting,

    /// <summary>Registered: a message to oneself has come back through the relay.</summary>
    Connected,

    /// <summary>Was connected; the relay has forgotten this client or doesn't answer. It registers again by itself; messages wait in the outbox.</summary>
    Reconnecting,

    /// <summary>Ended: disconnected by its user, or never connected.</summary>
    Disconnected,
}
