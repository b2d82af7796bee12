namespace UdpChat;

/// <summary>The relay answered, and did not register the name.</summary>
public sealed class ChatNameRefusedException : ChatConnectException
{
    internal ChatNameRefusedException(ChatServerAddress server, string name, string? notice)
        : base(server, $"The relay at {server} refused the name {name}; choose another, or wait until it is free.", notice)
    {
    }
}
