using System.Net;
using System.Net.Sockets;

namespace UdpChat.Benchmarks;

/// <summary>TCP to a server on this machine.</summary>
internal static class TcpLoopback
{
    /// <summary>Connects.</summary>
    public static Socket Connect(int port)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        socket.Connect(IPAddress.Loopback, port);
        return socket;
    }

    /// <summary>Finds a port for a server that is not able to choose one.</summary>
    public static int FindPort()
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }
}
