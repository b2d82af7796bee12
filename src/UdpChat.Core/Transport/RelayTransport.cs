using System;
using System.Net;
#if NET8_0_OR_GREATER
using System.Net.Sockets;
using UdpChat.Transport.Linux;
#endif

namespace UdpChat.Transport;

/// <summary>Chooses how a relay's datagrams are received and sent.</summary>
internal static class RelayTransport
{
    /// <summary>A switch of <see cref="AppContext"/> by which a program has the portable transport on every system.</summary>
    public const string PortableSwitch = "UdpChat.PortableTransport";

#if NET8_0_OR_GREATER
    /// <summary>Whether the system's calls for many datagrams are there, and wanted.</summary>
    public static bool HasBatchCalls(Socket socket) =>
        !(AppContext.TryGetSwitch(PortableSwitch, out bool isPortable) && isPortable) && LinuxTransport.Supports(socket);

#endif
    /// <summary>Opens the fastest transport that this system has.</summary>
    /// <inheritdoc cref="RelaySocket.Open"/>
    public static IDatagramTransport Open(IPAddress? address, int port, int receiveBufferBytes)
    {
        RelaySocket socket = RelaySocket.Open(address, port, receiveBufferBytes);
        try
        {
#if NET8_0_OR_GREATER
            if (HasBatchCalls(socket.Socket))
                return new LinuxTransport(socket);
#endif
            return new UdpTransport(socket);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
