using System.Net.Sockets;

namespace UdpChat;

/// <summary>The system reports that the relay can't be reached.</summary>
public sealed class ChatServerUnreachableException : ChatConnectException
{
    internal ChatServerUnreachableException(ChatServerAddress server, SocketException error)
        : base(server, $"{server} can't be reached: {Describe(error)}", null, error)
    {
    }

    private static string Describe(SocketException error) => error.SocketErrorCode is SocketError.ConnectionRefused or SocketError.ConnectionReset
        ? "nothing listens there; check the address and port, and whether the relay runs."
        : $"{error.Message}; check the network.";
}
