using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace UdpChat.Transport;

/// <summary>UDP sockets as relay and client need them.</summary>
internal static class UdpSocket
{
    private const int SioUdpConnectionReset = unchecked((int)0x9800000C); // SIO_UDP_CONNRESET of Winsock

    /// <summary>A UDP socket that on Windows, too, doesn't fail to receive because of something it sent.</summary>
    public static Socket Create(AddressFamily family)
    {
        var socket = new Socket(family, SocketType.Dgram, ProtocolType.Udp);
        if (RuntimeInformation.IsOSPlatform(OSPlatform.Windows))
            socket.IOControl(SioUdpConnectionReset, [0, 0, 0, 0], null);
        return socket;
    }

    /// <summary>Asks for a buffer of this size, and where that is refused instead of cut, as on BSD, for half of it, and so on.</summary>
    public static void SetReceiveBuffer(Socket socket, int bytes)
    {
        for (; bytes >= ChatRelayOptions.MinReceiveBufferBytes; bytes /= 2)
        {
            try
            {
                socket.ReceiveBufferSize = bytes;
                return;
            }
            catch (SocketException)
            {
                // What the system grants is for it to say.
            }
        }
    }
}
