using System;
using System.Net;
using UdpChat.Protocol;

namespace UdpChat.Transport;

/// <summary>A relay's socket: hands over and takes datagrams in batches, on the one thread that calls it.</summary>
internal interface IDatagramTransport : IDisposable
{
    /// <summary>Where it listens.</summary>
    IPEndPoint LocalEndPoint { get; }

    /// <summary>The sends and receives that failed, each a datagram sent nowhere or an error reported by the socket.</summary>
    SocketErrorCounts SendErrors { get; }

    /// <inheritdoc cref="SendErrors"/>
    SocketErrorCounts ReceiveErrors { get; }

    /// <summary>A batch large enough for <see cref="Receive"/>.</summary>
    DatagramBatch CreateReceiveBatch();

    /// <summary>Adds what has arrived, waiting for the first datagram if need be.</summary>
    /// <param name="batch">An empty batch.</param>
    /// <param name="wait">How long to wait, at least 1 ms.</param>
    /// <returns>False once the transport is disposed.</returns>
    bool Receive(DatagramBatch batch, TimeSpan wait);

    /// <summary>Ends a <see cref="Receive"/> that waits, or the next one. Callable from any thread.</summary>
    void Wake();

    /// <summary>Sends all datagrams of a batch. One that can't be sent is counted, and the rest go on.</summary>
    void Send(DatagramBatch batch);
}
