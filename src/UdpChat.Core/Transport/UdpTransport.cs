using System;
using System.Net;
using System.Net.Sockets;
using System.Threading;
using UdpChat.Protocol;
using UdpChat.Protocol.Link;
using UdpChat.Protocol.Wire;

namespace UdpChat.Transport;

/// <summary>The portable transport: one blocking call a datagram.</summary>
internal sealed class UdpTransport : IDatagramTransport
{
    /// <summary>After how many errors in a row it waits before each next receive, so that a broken socket takes no processor.</summary>
    private const int ErrorsToWaitAfter = 100;

    /// <summary>How many datagrams it receives in one go.</summary>
    private const int MaxReceived = 32;

    private readonly Socket _socket;
    private readonly Socket _waker;      // sends to the other one, which ends its waiting on every system
    private readonly EndPoint _wakeTarget;
    private readonly PeerAddress _wakeAddress;
    private volatile bool _disposed;
    private long _sendErrors, _receiveErrors;
    private int _receiveTimeout, _errorsInARow;
#if NET8_0_OR_GREATER
    private readonly SocketAddress _from, _to;
#endif

    private UdpTransport(Socket socket)
    {
        _socket = socket;
        LocalEndPoint = (IPEndPoint)socket.LocalEndPoint!;
        IPAddress own = LocalEndPoint.Address;
        if (own.Equals(IPAddress.Any) || own.Equals(IPAddress.IPv6Any))
            own = IPAddress.Loopback; // An IPv6 socket for everywhere takes IPv4, too.
        else if (own.IsIPv4MappedToIPv6)
            own = own.MapToIPv4();
        _wakeTarget = new IPEndPoint(own, LocalEndPoint.Port);
        _waker = UdpSocket.Create(own.AddressFamily);
        _waker.Bind(new IPEndPoint(own, 0));
        _wakeAddress = EndPointConverter.ToPeerAddress((IPEndPoint)_waker.LocalEndPoint!);
#if NET8_0_OR_GREATER
        _from = new SocketAddress(socket.AddressFamily);
        _to = new SocketAddress(socket.AddressFamily);
#endif
    }

    /// <inheritdoc/>
    public IPEndPoint LocalEndPoint { get; }

    /// <inheritdoc/>
    public long SendErrors => Volatile.Read(ref _sendErrors);

    /// <inheritdoc/>
    public long ReceiveErrors => Volatile.Read(ref _receiveErrors);

    /// <summary>Opens a socket.</summary>
    /// <param name="address">Where to listen; null and <see cref="IPAddress.IPv6Any"/> mean everywhere, IPv6 and IPv4 on one socket; null means IPv4 alone where there is no IPv6.</param>
    /// <param name="port">The UDP port, 0 for any free one.</param>
    /// <param name="receiveBufferBytes">What the system may keep for the socket while the relay is busy; it may grant less.</param>
    /// <exception cref="SocketException">The address isn't this machine's, the port is in use, or it is not allowed.</exception>
    public static UdpTransport Open(IPAddress? address, int port, int receiveBufferBytes)
    {
        address ??= Socket.OSSupportsIPv6 ? IPAddress.IPv6Any : IPAddress.Any;
        Socket socket = UdpSocket.Create(address.AddressFamily);
        try
        {
            if (address.AddressFamily == AddressFamily.InterNetworkV6)
                socket.DualMode = address.Equals(IPAddress.IPv6Any) || address.IsIPv4MappedToIPv6;
            SetReceiveBuffer(socket, receiveBufferBytes);
            // One neighbour that doesn't answer must not hold up the others: what the system can't take now is not sent, and counted.
            socket.SendTimeout = 1;
            socket.Bind(new IPEndPoint(address, port));
            return new UdpTransport(socket);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public DatagramBatch CreateReceiveBatch() => new(MaxReceived, WireLimits.ReceiveBytes + MaxReceived * LinkLimits.MaxDatagramBytes);

    /// <inheritdoc/>
    public bool Receive(DatagramBatch batch, TimeSpan wait)
    {
        int milliseconds = (int)Math.Max(1, wait.TotalMilliseconds);
        try
        {
            if (milliseconds != _receiveTimeout)
                _socket.ReceiveTimeout = _receiveTimeout = milliseconds;
            ReceiveOne(batch);
            // What has come meanwhile is answered together.
            while (batch.Fits(WireLimits.ReceiveBytes) && _socket.Available > 0)
                ReceiveOne(batch);
            _errorsInARow = 0;
        }
        catch (SocketException e) when (e.SocketErrorCode is SocketError.TimedOut or SocketError.WouldBlock)
        {
            _errorsInARow = 0; // Nothing has arrived.
        }
        catch (SocketException) when (_disposed)
        {
            return false; // Only the wait was ended.
        }
        catch (SocketException)
        {
            _receiveErrors++;
            if (++_errorsInARow > ErrorsToWaitAfter)
                Thread.Sleep(1);
        }
        catch (ObjectDisposedException)
        {
            return false;
        }
        return !_disposed;
    }

    /// <inheritdoc/>
    public void Send(DatagramBatch batch)
    {
        for (int i = 0; i < batch.Count; i++)
        {
            try
            {
                SendOne(batch, i);
            }
            catch (SocketException)
            {
                _sendErrors++;
            }
            catch (ObjectDisposedException)
            {
                return;
            }
        }
    }

    /// <inheritdoc/>
    public void Wake()
    {
        try
        {
            _waker.SendTo([0], _wakeTarget);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The next receive ends by its timeout.
        }
    }

    /// <summary>Closes the socket, which ends a <see cref="Receive"/> that waits.</summary>
    public void Dispose()
    {
        _disposed = true;
        _socket.Dispose();
        _waker.Dispose();
    }

    /// <summary>Asks for a buffer of this size, and where that is refused instead of cut, as on BSD, for half of it, and so on.</summary>
    private static void SetReceiveBuffer(Socket socket, int bytes)
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

#if NET8_0_OR_GREATER
    private void ReceiveOne(DatagramBatch batch)
    {
        int length = _socket.ReceiveFrom(batch.Reserve(WireLimits.ReceiveBytes), SocketFlags.None, _from);
        PeerAddress from = EndPointConverter.ToPeerAddress(_from);
        if (!_disposed && from != _wakeAddress)
            batch.Commit(length, from);
    }

    private void SendOne(DatagramBatch batch, int index)
    {
        EndPointConverter.Write(batch.Address(index), _to);
        _socket.SendTo(batch.Data(index), SocketFlags.None, _to);
    }
#else
    private void ReceiveOne(DatagramBatch batch)
    {
        EndPoint from = new IPEndPoint(_socket.AddressFamily == AddressFamily.InterNetwork ? IPAddress.Any : IPAddress.IPv6Any, 0);
        int offset = batch.ReserveOffset(WireLimits.ReceiveBytes);
        int length = _socket.ReceiveFrom(batch.Buffer, offset, WireLimits.ReceiveBytes, SocketFlags.None, ref from);
        PeerAddress sender = EndPointConverter.ToPeerAddress((IPEndPoint)from);
        if (!_disposed && sender != _wakeAddress)
            batch.Commit(length, sender);
    }

    private void SendOne(DatagramBatch batch, int index) =>
        _socket.SendTo(batch.Buffer, batch.Offset(index), batch.Length(index), SocketFlags.None, EndPointConverter.ToIPEndPoint(batch.Address(index), _socket.AddressFamily));
#endif
}
