using System;
using System.Net;
using System.Net.Sockets;
using System.Threading.Tasks;
using UdpChat.Protocol;

namespace UdpChat.Transport;

/// <summary>A client's socket to one relay address.</summary>
internal interface IClientTransport : IDisposable
{
    /// <summary>Where the relay is.</summary>
    IPEndPoint RemoteEndPoint { get; }

    /// <summary>Where this socket is.</summary>
    IPEndPoint LocalEndPoint { get; }

    /// <summary>Whether <see cref="ReceiveAsync"/> holds up the thread that calls it instead of returning before it has ended.</summary>
    bool Blocks { get; }

    /// <summary>A batch large enough for <see cref="ReceiveAsync"/>.</summary>
    DatagramBatch CreateReceiveBatch();

    /// <summary>Adds what has arrived, waiting for the first datagram if need be.</summary>
    /// <param name="batch">An empty batch.</param>
    /// <returns><see cref="SocketError.OperationAborted"/> once the transport is disposed.</returns>
    ValueTask<SocketError> ReceiveAsync(DatagramBatch batch);

    /// <summary>Sends all datagrams of a batch.</summary>
    /// <returns>The last error, or <see cref="SocketError.Success"/>.</returns>
    SocketError Send(DatagramBatch batch);
}
