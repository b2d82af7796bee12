using System.Net;
using System.Net.Sockets;
#if NET8_0_OR_GREATER
using UdpChat.Transport.Linux;
#endif

namespace UdpChat.Transport;

/// <summary>Chooses how a client's datagrams are received and sent.</summary>
internal static class ClientTransport
{
    /// <summary>What is asked of the system for datagrams that wait while a handler keeps the thread that receives.</summary>
    private const int ReceiveBufferBytes = 1 << 20;

    /// <summary>Opens a socket to a relay. Nothing is sent.</summary>
    /// <exception cref="SocketException">There is no way to that address.</exception>
    public static IClientTransport Open(IPEndPoint relay)
    {
        Socket socket = Connect(relay);
        try
        {
#if NET8_0_OR_GREATER
            if (RelayTransport.HasBatchCalls(socket))
                return new LinuxClientTransport(socket);
#endif
            return new UdpClientTransport(socket);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>A UDP socket that has one peer: the system lets through only what comes from there, and reports ICMP errors.</summary>
    /// <exception cref="SocketException">There is no way to that address.</exception>
    public static Socket Connect(IPEndPoint relay)
    {
        Socket socket = UdpSocket.Create(relay.AddressFamily);
        try
        {
            UdpSocket.SetReceiveBuffer(socket, ReceiveBufferBytes);
            socket.Connect(relay);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
