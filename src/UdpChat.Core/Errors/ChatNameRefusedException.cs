namespace UdpChat;

/// <summary>The relay answered, and did not register the name.</summary>
public sealed class ChatNameRefusedException : ChatConnectException
{
    internal ChatNameRefusedException(ChatServerAddress server, string name, string? notice)
        : base(server, $"The relay at {server} did not register {name}; see what it said, and choose another name or try later.", notice)
    {
    }
}
