using System;
using System.Net;
using System.Net.Sockets;
using System.Threading.Tasks;
using UdpChat.Protocol;
using UdpChat.Protocol.Link;
using UdpChat.Protocol.Wire;

namespace UdpChat.Transport;

/// <summary>The portable socket of a client: one call a datagram.</summary>
/// <param name="socket">A connected socket, which it closes.</param>
internal sealed class UdpClientTransport(Socket socket) : IClientTransport
{
    /// <summary>How many datagrams are received together at most.</summary>
    private const int MaxReceived = 16;

    /// <inheritdoc/>
    public IPEndPoint RemoteEndPoint { get; } = (IPEndPoint)socket.RemoteEndPoint!;

    /// <inheritdoc/>
    public IPEndPoint LocalEndPoint { get; } = (IPEndPoint)socket.LocalEndPoint!;

    /// <inheritdoc/>
    public bool Blocks => false;

    /// <inheritdoc/>
    public DatagramBatch CreateReceiveBatch() => new(MaxReceived, WireLimits.ReceiveBytes + MaxReceived * LinkLimits.MaxDatagramBytes);

    /// <inheritdoc/>
    public async ValueTask<SocketError> ReceiveAsync(DatagramBatch batch)
    {
        try
        {
            // What has come meanwhile is taken in together.
            do
                await ReceiveOneAsync(batch).ConfigureAwait(false);
            while (batch.Fits(WireLimits.ReceiveBytes) && socket.Available > 0);
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
        for (int i = 0; i < batch.Count; i++)
        {
            SocketError error = SendOne(socket, batch, i);
            if (error != SocketError.Success)
                last = error;
        }
        return last;
    }

    /// <inheritdoc/>
    public void Dispose() => socket.Dispose();

    /// <summary>Sends one datagram of a batch.</summary>
    /// <returns>Why it has not gone, or <see cref="SocketError.Success"/>.</returns>
    public static SocketError SendOne(Socket socket, DatagramBatch batch, int index)
    {
        SocketError error = TrySend(socket, batch, index);
        // The error may be of an earlier datagram, which an ICMP message was about; then this one has not gone yet.
        return error == SocketError.Success ? error : TrySend(socket, batch, index);
    }

    private static SocketError TrySend(Socket socket, DatagramBatch batch, int index)
    {
        try
        {
            socket.Send(batch.Buffer, batch.Offset(index), batch.Length(index), SocketFlags.None, out SocketError error);
            return error;
        }
        catch (ObjectDisposedException)
        {
            return SocketError.OperationAborted;
        }
    }

    private async ValueTask ReceiveOneAsync(DatagramBatch batch)
    {
        int offset = batch.ReserveOffset(WireLimits.ReceiveBytes);
#if NET8_0_OR_GREATER
        int length = await socket.ReceiveAsync(batch.Buffer.AsMemory(offset, WireLimits.ReceiveBytes), SocketFlags.None).ConfigureAwait(false);
#else
        int length = await socket.ReceiveAsync(new ArraySegment<byte>(batch.Buffer, offset, WireLimits.ReceiveBytes), SocketFlags.None).ConfigureAwait(false);
#endif
        batch.Commit(length, default);
    }
}
