using System;
using System.Net;
using System.Net.Sockets;
using UdpChat.Protocol;

namespace UdpChat.Transport;

/// <summary>The socket on which a relay listens, and another that ends its waiting.</summary>
internal sealed class RelaySocket : IDisposable
{
    private readonly Socket _waker;      // sends to the other one, which ends its waiting on every system
    private readonly EndPoint _wakeTarget;
    private volatile bool _disposed;

    private RelaySocket(Socket socket)
    {
        Socket = socket;
        LocalEndPoint = (IPEndPoint)socket.LocalEndPoint!;
        IPAddress own = LocalEndPoint.Address;
        if (own.Equals(IPAddress.Any) || own.Equals(IPAddress.IPv6Any))
            own = IPAddress.Loopback; // An IPv6 socket for everywhere takes IPv4, too.
        else if (own.IsIPv4MappedToIPv6)
            own = own.MapToIPv4();
        _wakeTarget = new IPEndPoint(own, LocalEndPoint.Port);
        _waker = UdpSocket.Create(own.AddressFamily);
        _waker.Bind(new IPEndPoint(own, 0));
        WakeAddress = EndPointConverter.ToPeerAddress((IPEndPoint)_waker.LocalEndPoint!);
    }

    /// <summary>The socket.</summary>
    public Socket Socket { get; }

    /// <summary>Where it listens.</summary>
    public IPEndPoint LocalEndPoint { get; }

    /// <summary>Where the datagrams come from that only end its waiting.</summary>
    public PeerAddress WakeAddress { get; }

    /// <summary>Whether it is closed, or is being closed.</summary>
    public bool IsDisposed => _disposed;

    /// <summary>Opens a socket.</summary>
    /// <param name="address">Where to listen; null and <see cref="IPAddress.IPv6Any"/> mean everywhere, IPv6 and IPv4 on one socket; null means IPv4 alone where there is no IPv6.</param>
    /// <param name="port">The UDP port, 0 for any free one.</param>
    /// <param name="receiveBufferBytes">What the system may keep for the socket while the relay is busy; it may grant less.</param>
    /// <exception cref="SocketException">The address isn't this machine's, the port is in use, or it is not allowed.</exception>
    public static RelaySocket Open(IPAddress? address, int port, int receiveBufferBytes)
    {
        address ??= Socket.OSSupportsIPv6 ? IPAddress.IPv6Any : IPAddress.Any;
        Socket socket = UdpSocket.Create(address.AddressFamily);
        try
        {
            if (address.AddressFamily == AddressFamily.InterNetworkV6)
                socket.DualMode = address.Equals(IPAddress.IPv6Any) || address.IsIPv4MappedToIPv6;
            UdpSocket.SetReceiveBuffer(socket, receiveBufferBytes);
            socket.Bind(new IPEndPoint(address, port));
            return new RelaySocket(socket);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Ends the wait for a datagram, or the next one. Callable from any thread.</summary>
    public void Wake()
    {
        try
        {
            _waker.SendTo([0], _wakeTarget);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The wait ends by its timeout.
        }
    }

    /// <summary>Closes it, which ends the wait for a datagram.</summary>
    public void Dispose()
    {
        _disposed = true;
        Socket.Dispose();
        _waker.Dispose();
    }
}
