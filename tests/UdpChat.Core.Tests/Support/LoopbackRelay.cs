using System.Net;

namespace UdpChat.Core.Tests.Support;

/// <summary>Real relays on loopback.</summary>
internal static class LoopbackRelay
{
    public static ChatRelay Start() => ChatRelay.Start(new ChatRelayOptions { Address = IPAddress.Loopback, Port = 0 });

    /// <summary>The options of a client of this relay.</summary>
    public static ChatClientOptions ClientOptions(this ChatRelay relay, string name) => new() { Name = name, Server = relay.LocalEndPoint.ToServer() };

    public static ChatServerAddress ToServer(this IPEndPoint endPoint) => new(endPoint.Address.ToString(), endPoint.Port);

    /// <summary>A port on which nothing listens.</summary>
    public static IPEndPoint Closed()
    {
        using var socket = new System.Net.Sockets.Socket(System.Net.Sockets.AddressFamily.InterNetwork, System.Net.Sockets.SocketType.Dgram, System.Net.Sockets.ProtocolType.Udp);
        socket.Bind(new IPEndPoint(IPAddress.Parse("127.83.1.7"), 0));
        return (IPEndPoint)socket.LocalEndPoint!;
    }
}
