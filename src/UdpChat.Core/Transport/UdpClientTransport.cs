using System;
using System.Net;
using System.Net.Sockets;
using System.Threading.Tasks;
using UdpChat.Protocol;
using UdpChat.Protocol.Wire;
#if NET8_0_OR_GREATER
using UdpChat.Transport.Linux;
#endif

namespace UdpChat.Transport;

/// <summary>A connected UDP socket: the system lets through only what comes from the relay, and reports ICMP errors.</summary>
internal sealed class UdpClientTransport : IClientTransport
{
    private readonly Socket _socket;
#if NET8_0_OR_GREATER
    private readonly bool _hasBatchCalls;
    private LinuxSender? _sender; // once there is something to send together
#endif

    private UdpClientTransport(Socket socket)
    {
        _socket = socket;
        LocalEndPoint = (IPEndPoint)socket.LocalEndPoint!;
        RemoteEndPoint = (IPEndPoint)socket.RemoteEndPoint!;
#if NET8_0_OR_GREATER
        _hasBatchCalls = RelayTransport.HasBatchCalls(socket);
#endif
    }

    /// <inheritdoc/>
    public IPEndPoint RemoteEndPoint { get; }

    /// <inheritdoc/>
    public IPEndPoint LocalEndPoint { get; }

    /// <summary>Opens a socket to a relay. Nothing is sent.</summary>
    /// <exception cref="SocketException">There is no way to that address.</exception>
    public static UdpClientTransport Open(IPEndPoint relay)
    {
        Socket socket = UdpSocket.Create(relay.AddressFamily);
        try
        {
            socket.Connect(relay);
            return new UdpClientTransport(socket);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public async ValueTask<SocketError> ReceiveAsync(DatagramBatch batch)
    {
        try
        {
            // What has come meanwhile is taken in together.
            do
                await ReceiveOneAsync(batch).ConfigureAwait(false);
            while (batch.Fits(WireLimits.ReceiveBytes) && _socket.Available > 0);
            return SocketError.Success;
        }
        catch (SocketException e)
        {
            return batch.Count > 0 ? SocketError.Success : e.SocketErrorCode;
        }
        catch (ObjectDisposedException)
        {
            return SocketError.OperationAborted;
        }
    }

    /// <inheritdoc/>
    public SocketError Send(DatagramBatch batch)
    {
        SocketError last = SocketError.Success;
#if NET8_0_OR_GREATER
        int first = SendTogether(batch);
#else
        const int first = 0;
#endif
        for (int i = first; i < batch.Count; i++)
        {
            SocketError error = Send(batch, i);
            // The error may be of an earlier datagram, which an ICMP message was about; then this one has not gone yet.
            if (error != SocketError.Success)
                error = Send(batch, i);
            if (error != SocketError.Success)
                last = error;
        }
        return last;
    }

    /// <inheritdoc/>
    public void Dispose() => _socket.Dispose();

#if NET8_0_OR_GREATER
    /// <summary>Sends several datagrams by one call, where the system has one.</summary>
    /// <returns>The first that has not gone, and goes by itself: then its error is known.</returns>
    private int SendTogether(DatagramBatch batch)
    {
        if (batch.Count < 2 || !_hasBatchCalls)
            return 0;
        try
        {
            return (_sender ??= new LinuxSender(_socket, isConnected: true)).Send(batch);
        }
        catch (ObjectDisposedException)
        {
            return 0;
        }
    }
#endif

    private async ValueTask ReceiveOneAsync(DatagramBatch batch)
    {
        int offset = batch.ReserveOffset(WireLimits.ReceiveBytes);
#if NET8_0_OR_GREATER
        int length = await _socket.ReceiveAsync(batch.Buffer.AsMemory(offset, WireLimits.ReceiveBytes), SocketFlags.None).ConfigureAwait(false);
#else
        int length = await _socket.ReceiveAsync(new ArraySegment<byte>(batch.Buffer, offset, WireLimits.ReceiveBytes), SocketFlags.None).ConfigureAwait(false);
#endif
        batch.Commit(length, default);
    }

    private SocketError Send(DatagramBatch batch, int index)
    {
        try
        {
            _socket.Send(batch.Buffer, batch.Offset(index), batch.Length(index), SocketFlags.None, out SocketError error);
            return error;
        }
        catch (ObjectDisposedException)
        {
            return SocketError.OperationAborted;
        }
    }
}
