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

    private readonly RelaySocket _relaySocket;
    private readonly Socket _socket;
    private int _receiveTimeout, _errorsInARow;
#if NET8_0_OR_GREATER
    private readonly SocketAddress _from, _to;
#endif

    /// <param name="socket">Its socket, which it closes.</param>
    public UdpTransport(RelaySocket socket)
    {
        _relaySocket = socket;
        _socket = socket.Socket;
        // One neighbour that doesn't answer must not hold up the others: what the system can't take now is not sent, and counted.
        _socket.SendTimeout = 1;
#if NET8_0_OR_GREATER
        _from = new SocketAddress(_socket.AddressFamily);
        _to = new SocketAddress(_socket.AddressFamily);
#endif
    }

    /// <inheritdoc/>
    public IPEndPoint LocalEndPoint => _relaySocket.LocalEndPoint;

    /// <inheritdoc/>
    public SocketErrorCounts SendErrors { get; } = new();

    /// <inheritdoc/>
    public SocketErrorCounts ReceiveErrors { get; } = new();

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
        catch (SocketException) when (_relaySocket.IsDisposed)
        {
            return false; // Only the wait was ended.
        }
        catch (SocketException e)
        {
            ReceiveErrors.Add(e.SocketErrorCode);
            if (++_errorsInARow > ErrorsToWaitAfter)
                Thread.Sleep(1);
        }
        catch (ObjectDisposedException)
        {
            return false;
        }
        return !_relaySocket.IsDisposed;
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
            catch (SocketException e)
            {
                SendErrors.Add(e.SocketErrorCode);
            }
            catch (ObjectDisposedException)
            {
                return;
            }
        }
    }

    /// <inheritdoc/>
    public void Wake() => _relaySocket.Wake();

    /// <summary>Closes the socket, which ends a <see cref="Receive"/> that waits.</summary>
    public void Dispose() => _relaySocket.Dispose();

#if NET8_0_OR_GREATER
    private void ReceiveOne(DatagramBatch batch)
    {
        int length = _socket.ReceiveFrom(batch.Reserve(WireLimits.ReceiveBytes), SocketFlags.None, _from);
        PeerAddress from = EndPointConverter.ToPeerAddress(_from);
        if (!_relaySocket.IsDisposed && from != _relaySocket.WakeAddress)
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
        if (!_relaySocket.IsDisposed && sender != _relaySocket.WakeAddress)
            batch.Commit(length, sender);
    }

    private void SendOne(DatagramBatch batch, int index) =>
        _socket.SendTo(batch.Buffer, batch.Offset(index), batch.Length(index), SocketFlags.None, EndPointConverter.ToIPEndPoint(batch.Address(index), _socket.AddressFamily));
#endif
}
