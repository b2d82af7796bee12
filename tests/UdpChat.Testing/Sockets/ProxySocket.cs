using System;
using System.Net;
using System.Net.Sockets;
using System.Threading.Tasks;

namespace UdpChat.Testing.Sockets;

/// <summary>A UDP socket that hands over each datagram it receives, whatever the system reports about those it sent.</summary>
internal sealed class ProxySocket : IDisposable
{
    private const int MaxDatagramBytes = 65_535, ReceiveBufferBytes = 4 << 20;

    private readonly Socket _socket;
    private readonly Action<IPEndPoint, byte[]> _receive;
    private volatile bool _isClosed;

    /// <summary>Opens it.</summary>
    /// <exception cref="SocketException">There is no such address, or no socket left.</exception>
    public ProxySocket(IPEndPoint local, Action<IPEndPoint, byte[]> receive)
    {
        _receive = receive;
        _socket = new Socket(local.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        try
        {
            _socket.ReceiveBufferSize = ReceiveBufferBytes;
            _socket.Bind(local);
            LocalEndPoint = (IPEndPoint)_socket.LocalEndPoint!;
        }
        catch
        {
            _socket.Dispose();
            throw;
        }
        Completion = Task.Run(ReceiveAsync);
    }

    /// <summary>Where it is.</summary>
    public IPEndPoint LocalEndPoint { get; }

    /// <summary>Ends when it is closed.</summary>
    public Task Completion { get; }

    /// <summary>Sends a datagram.</summary>
    /// <returns>Whether the system took it.</returns>
    public bool TrySend(byte[] datagram, IPEndPoint to)
    {
        try
        {
            return _socket.SendTo(datagram, to) == datagram.Length;
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            return false;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _isClosed = true;
        _socket.Dispose();
    }

    private async Task ReceiveAsync()
    {
        var buffer = new ArraySegment<byte>(new byte[MaxDatagramBytes]);
        var anywhere = new IPEndPoint(LocalEndPoint.AddressFamily == AddressFamily.InterNetwork ? IPAddress.Any : IPAddress.IPv6Any, 0);
        while (!_isClosed)
        {
            SocketReceiveFromResult result;
            try
            {
                result = await _socket.ReceiveFromAsync(buffer, SocketFlags.None, anywhere).ConfigureAwait(false);
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
                // Closed, or an ICMP message about what it sent, which Windows reports here.
                continue;
            }
            _receive((IPEndPoint)result.RemoteEndPoint, buffer.AsSpan(0, result.ReceivedBytes).ToArray());
        }
    }
}
