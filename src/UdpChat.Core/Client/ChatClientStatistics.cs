namespace UdpChat;

/// <summary>What a client has done since it was created.</summary>
/// <param name="MessagesSent">Messages of its user that went out.</param>
/// <param name="MessagesReceived">Messages that arrived for its user.</param>
/// <param name="MessagesDropped">Messages dropped because the inbox was full, and messages and notices dropped because too many waited for slow event handlers.</param>
/// <param name="NoticesReceived">Notices that arrived for its user.</param>
/// <param name="EchoesReceived">Messages to oneself by which it saw that it was connected.</param>
/// <param name="NotRegisteredReceived">How often the relay said that it didn't know the client.</param>
/// <param name="DatagramsIgnored">Datagrams that are nothing a relay sends.</param>
/// <param name="SendErrors">How often the system refused to send.</param>
public sealed record ChatClientStatistics(
    long MessagesSent,
    long MessagesReceived,
    long MessagesDropped,
    long NoticesReceived,
    long EchoesReceived,
    long NotRegisteredReceived,
    long DatagramsIgnored,
    long SendErrors)
{
    /// <summary>Messages of its user that are known to be in their recipients' clients. In the plain profile nobody knows.</summary>
    public long MessagesDelivered { get; init; }

    /// <summary>Datagrams given to the system to send. In the extended profile one carries many messages, acknowledgements and repetitions.</summary>
    public long DatagramsSent { get; init; }

    /// <summary>Datagrams that came from the relay's address.</summary>
    public long DatagramsReceived { get; init; }
}
