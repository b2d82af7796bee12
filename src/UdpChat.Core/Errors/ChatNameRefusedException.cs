namespace UdpChat;

/// <summary>The relay answered, and did not register the name.</summary>
public sealed class ChatNameRefusedException : ChatConnectException
{
    // Which of two clients was started later their computers' clocks say.
    private const string HeldByNewer = "a client with the same token that was started later holds the name. Connect again, which ends that one; if this is refused again, set this computer's clock, which is behind that of the other client.";

    internal ChatNameRefusedException(ChatServerAddress server, string name, string? notice, bool isReplaced)
        : base(server, $"The relay at {server} did not register {name}; {(isReplaced ? HeldByNewer : "see what it said, and choose another name or try later.")}", notice)
    {
    }
}
