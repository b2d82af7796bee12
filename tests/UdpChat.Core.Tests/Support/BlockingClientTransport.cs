using System;
using System.Collections.Concurrent;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using UdpChat.Protocol;
using UdpChat.Protocol.Wire;
using UdpChat.Transport;

namespace UdpChat.Core.Tests.Support;

/// <summary>A client's socket whose receive holds up the thread that calls it. A relay is behind it that welcomes everybody, and returns what they send themselves.</summary>
/// <param name="remote">The relay's address.</param>
internal sealed class BlockingClientTransport(IPEndPoint remote) : IClientTransport
{
    private const int MaxReceived = 64;

    private readonly BlockingCollection<string[]> _incoming = [];
    private volatile bool _failsAlways;

    public IPEndPoint RemoteEndPoint => remote;

    public IPEndPoint LocalEndPoint { get; } = new(IPAddress.Parse("198.51.100.7"), 50_001);

    public bool Blocks => true;

    /// <summary>The threads that have received, and whether they are the pool's.</summary>
    public ConcurrentDictionary<Thread, bool> Threads { get; } = new();

    /// <summary>All datagrams that were sent.</summary>
    public Recorder<string> Sent { get; } = new();

    /// <summary>How often it has reported an error.</summary>
    public int Errors { get; private set; }

    /// <summary>Lets the socket receive datagrams, all at once.</summary>
    public void Deliver(params string[] datagrams) => _incoming.Add(datagrams);

    /// <summary>From now on the socket reports nothing but errors.</summary>
    public void FailAlways()
    {
        _failsAlways = true;
        _incoming.Add([]);
    }

    public DatagramBatch CreateReceiveBatch() => new(MaxReceived, MaxReceived * WireLimits.ReceiveBytes);

    public ValueTask<SocketError> ReceiveAsync(DatagramBatch batch)
    {
        Threads[Thread.CurrentThread] = Thread.CurrentThread.IsThreadPoolThread;
        if (!_failsAlways && _incoming.TryTake(out string[]? datagrams, Timeout.Infinite) && !_failsAlways)
        {
            foreach (byte[] datagram in datagrams.Select(Encoding.UTF8.GetBytes))
            {
                datagram.CopyTo(batch.Reserve(datagram.Length));
                batch.Commit(datagram.Length, default);
            }
            return new(SocketError.Success);
        }
        if (_incoming.IsAddingCompleted)
            return new(SocketError.OperationAborted);
        Errors++;
        return new(SocketError.Fault);
    }

    public SocketError Send(DatagramBatch batch)
    {
        for (int i = 0; i < batch.Count; i++)
        {
            string datagram = Encoding.UTF8.GetString(batch.Data(i));
            Sent.Add(datagram);
            if (datagram.StartsWith("REGISTER: ", StringComparison.Ordinal))
                Deliver($"INFO: Welcome {datagram["REGISTER: ".Length..]}.");
            else if (datagram.Contains(": UdpChat echo ", StringComparison.Ordinal))
                Deliver($"FROM{datagram["SENDTO".Length..]}");
        }
        return SocketError.Success;
    }

    public void Dispose() => _incoming.CompleteAdding();
}
