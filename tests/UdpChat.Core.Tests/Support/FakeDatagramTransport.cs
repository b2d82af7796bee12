using System;
using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Threading;
using UdpChat.Protocol;
using UdpChat.Transport;

namespace UdpChat.Core.Tests.Support;

/// <summary>A relay's socket as a test wants it: what it receives and what it throws are given to it.</summary>
internal sealed class FakeDatagramTransport(int capacity = 1) : IDatagramTransport
{
    private readonly BlockingCollection<Action<DatagramBatch>> _incoming = [];
    private readonly CancellationTokenSource _disposed = new();

    public IPEndPoint LocalEndPoint { get; } = new(IPAddress.Loopback, 9000);

    public SocketErrorCounts SendErrors { get; } = new();

    public SocketErrorCounts ReceiveErrors { get; } = new();

    /// <summary>What was sent, as <c>port text</c>.</summary>
    public Recorder<string> Sent { get; } = new();

    /// <summary>Called by each send before it sends.</summary>
    public Action OnSend { get; set; } = () => { };

    /// <summary>The port to which nothing can be sent.</summary>
    public int UnreachablePort { get; set; }

    /// <summary>How often the relay came to receive.</summary>
    public Recorder<TimeSpan> Receives { get; } = new();

    /// <summary>Lets it receive datagrams in one go, all from one port.</summary>
    public void Deliver(ushort fromPort, params string[] datagrams) => _incoming.Add(batch =>
    {
        foreach (string datagram in datagrams)
            Add(batch, fromPort, datagram);
    });

    /// <summary>Lets it receive a datagram in one go with one that makes whoever reads it throw.</summary>
    public void DeliverWithBrokenOne(ushort fromPort, string datagram) => _incoming.Add(batch =>
    {
        Add(batch, fromPort, datagram);
        batch.Commit(-1, default);
    });

    /// <summary>Lets a receive do this.</summary>
    public void Do(Action action) => _incoming.Add(_ => action());

    /// <summary>Lets a receive report an error, as the contract has it.</summary>
    public void ReportError() => Do(() => ReceiveErrors.Add(SocketError.ConnectionReset));

    public DatagramBatch CreateReceiveBatch() => new(capacity, capacity * 65_535);

    public bool Receive(DatagramBatch batch, TimeSpan wait)
    {
        Receives.Add(wait);
        try
        {
            _incoming.Take(_disposed.Token)(batch);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
        return !_disposed.IsCancellationRequested;
    }

    public void Wake() => Do(() => { });

    public void Send(DatagramBatch batch)
    {
        OnSend();
        for (int i = 0; i < batch.Count; i++)
        {
            if (batch.Address(i).Port == UnreachablePort)
                SendErrors.Add(SocketError.HostUnreachable);
            else
                Sent.Add($"{batch.Address(i).Port} {Encoding.UTF8.GetString(batch.Data(i))}");
        }
    }

    public void Dispose() => _disposed.Cancel();

    private static void Add(DatagramBatch batch, ushort fromPort, string datagram)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(datagram);
        bytes.CopyTo(batch.Reserve(bytes.Length));
        batch.Commit(bytes.Length, PeerAddress.FromIPv4(0x7F000001, fromPort));
    }
}
