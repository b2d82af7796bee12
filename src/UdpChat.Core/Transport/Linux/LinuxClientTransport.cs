using System;
using System.Net;
using System.Net.Sockets;
using System.Threading.Tasks;
using UdpChat.Protocol;

namespace UdpChat.Transport.Linux;

/// <summary>A client's socket on Linux: many datagrams by one call, on a thread that waits in it.</summary>
/// <param name="socket">A connected socket, which it closes.</param>
internal sealed class LinuxClientTransport(Socket socket) : IClientTransport
{
    /// <summary>How many messages a call takes. Between busy peers each is up to 16 datagrams.</summary>
    private const int MaxReceived = 8;

    private readonly LinuxReceiver _receiver = new(socket, MaxReceived, isConnected: true);
    private readonly LinuxSender _sender = new(socket, isConnected: true);
    private volatile bool _isDisposed;

    /// <inheritdoc/>
    public IPEndPoint RemoteEndPoint { get; } = (IPEndPoint)socket.RemoteEndPoint!;

    /// <inheritdoc/>
    public IPEndPoint LocalEndPoint { get; } = (IPEndPoint)socket.LocalEndPoint!;

    /// <inheritdoc/>
    public bool Blocks => true;

    /// <inheritdoc/>
    public DatagramBatch CreateReceiveBatch() => _receiver.CreateBatch();

    /// <inheritdoc/>
    public ValueTask<SocketError> ReceiveAsync(DatagramBatch batch)
    {
        try
        {
            int error = _receiver.Receive(batch, NativeSocket.WaitForOne);
            if (!_isDisposed)
                return new(error == 0 ? SocketError.Success : NativeSocket.ToSocketError(error));
        }
        catch (ObjectDisposedException)
        {
            // The same.
        }
        return new(SocketError.OperationAborted);
    }

    /// <inheritdoc/>
    public SocketError Send(DatagramBatch batch)
    {
        SocketError last = SocketError.Success;
        try
        {
            for (int next = 0; (next = _sender.Send(batch, next)) < batch.Count; next++)
            {
                // By itself, so that its error is known.
                SocketError error = UdpClientTransport.SendOne(socket, batch, next);
                if (error != SocketError.Success)
                    last = error;
            }
            return last;
        }
        catch (ObjectDisposedException)
        {
            return SocketError.OperationAborted;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _isDisposed = true;
        socket.Dispose();
    }
}
