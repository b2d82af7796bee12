using System;
using System.Collections.Generic;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Threading.Tasks;
using UdpChat.Client;
using UdpChat.Protocol;
using UdpChat.Protocol.Wire;
using UdpChat.Transport;

namespace UdpChat.Core.Tests.Support;

/// <summary>A client's socket as a test wants it: a relay behind it answers, and errors come when told.</summary>
/// <param name="remote">The relay's address.</param>
/// <param name="local">The client's own.</param>
/// <param name="relay">What answers.</param>
internal sealed class FakeClientTransport(IPEndPoint remote, IPEndPoint local, FakeRelay relay) : IClientTransport
{
    private readonly object _gate = new();
    private readonly Queue<object> _incoming = new();
    private TaskCompletionSource? _waiting;
    private TaskCompletionSource? _drained;
    private int _errorsInARow;
    private bool _disposed;

    private bool IsReadSlowly => _errorsInARow >= ClientConnection.MaxErrorsInARow;

    public IPEndPoint RemoteEndPoint => remote;

    public IPEndPoint LocalEndPoint => local;

    public bool IsDisposed
    {
        get { lock (_gate) return _disposed; }
    }

    public bool Blocks => false;

    /// <summary>What every send reports.</summary>
    public SocketError SendError { get; set; }

    /// <summary>Thrown by every send, which the contract of transports forbids.</summary>
    public Exception? SendFault { get; set; }

    /// <summary>All datagrams that were sent.</summary>
    public Recorder<string> Sent { get; } = new();

    /// <summary>Lets the socket receive a datagram.</summary>
    public void Deliver(string datagram) => Enqueue(Encoding.UTF8.GetBytes(datagram));

    /// <summary>Lets the socket report an error.</summary>
    public void Report(SocketError error) => Enqueue(error);

    /// <summary>
    /// Ends when all that was delivered and reported has been handled, or the socket is closed. One that reported so many
    /// errors that it is read only when time passes is not waited for.
    /// </summary>
    public Task DrainAsync()
    {
        lock (_gate)
        {
            if (_disposed || IsReadSlowly || (_waiting is not null && _incoming.Count == 0))
                return Task.CompletedTask;
            return (_drained ??= new(TaskCreationOptions.RunContinuationsAsynchronously)).Task.InTime();
        }
    }

    public DatagramBatch CreateReceiveBatch() => new(1, WireLimits.ReceiveBytes);

    public async ValueTask<SocketError> ReceiveAsync(DatagramBatch batch)
    {
        while (true)
        {
            Task waiting;
            lock (_gate)
            {
                if (_disposed)
                    return SocketError.OperationAborted;
                if (_incoming.TryDequeue(out object? next))
                {
                    _errorsInARow = next is SocketError ? _errorsInARow + 1 : 0;
                    if (IsReadSlowly)
                        _drained?.TrySetResult();
                    return Take(next, batch);
                }
                _drained?.TrySetResult();
                _drained = null;
                _waiting = new(TaskCreationOptions.RunContinuationsAsynchronously);
                waiting = _waiting.Task;
            }
            await waiting;
        }
    }

    public SocketError Send(DatagramBatch batch)
    {
        if (SendFault is not null)
            throw SendFault;
        if (IsDisposed)
            return SocketError.OperationAborted;
        if (SendError != SocketError.Success)
            return SendError;
        for (int i = 0; i < batch.Count; i++)
        {
            string datagram = Encoding.UTF8.GetString(batch.Data(i));
            Sent.Add(datagram);
            relay.Receive(this, datagram);
        }
        return SocketError.Success;
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _disposed = true;
            _drained?.TrySetResult();
            Wake();
        }
    }

    private static SocketError Take(object next, DatagramBatch batch)
    {
        if (next is SocketError error)
            return error;
        var bytes = (byte[])next;
        bytes.CopyTo(batch.Reserve(bytes.Length));
        batch.Commit(bytes.Length, default);
        return SocketError.Success;
    }

    private void Enqueue(object item)
    {
        lock (_gate)
        {
            _incoming.Enqueue(item);
            Wake();
        }
    }

    private void Wake()
    {
        _waiting?.TrySetResult();
        _waiting = null;
    }
}
