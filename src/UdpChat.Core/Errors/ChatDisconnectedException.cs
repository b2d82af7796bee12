namespace UdpChat;

/// <summary>The client is not connected, or no longer: nothing was sent.</summary>
public sealed class ChatDisconnectedException : ChatException
{
    internal ChatDisconnectedException(string name)
        : base($"{name} is not connected; connect first.")
    {
    }
}
