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

    /// <summary>Adds what has arrived, waiting for the first datagram if need be.</summary>
    /// <param name="batch">An empty batch that fits a datagram of any size.</param>
    /// <returns><see cref="SocketError.OperationAborted"/> once the transport is disposed.</returns>
    ValueTask<SocketError> ReceiveAsync(DatagramBatch batch);

    /// <summary>Sends all datagrams of a batch.</summary>
    /// <returns>The last error, or <see cref="SocketError.Success"/>.</returns>
    SocketError Send(DatagramBatch batch);
}
