using System;
using System.Collections.Generic;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Threading;
using System.Threading.Tasks;

namespace UdpChat.Host.Tests;

/// <summary>A bare UDP socket on 127.0.0.1: netcat toward a relay, or a relay of the test's own.</summary>
internal sealed class Peer : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly UdpClient _socket = new(new IPEndPoint(IPAddress.Loopback, 0));

    public int Port => ((IPEndPoint)_socket.Client.LocalEndPoint!).Port;

    /// <summary>A socket that speaks to one port only; what comes from elsewhere is refused by the system.</summary>
    public static Peer ConnectedTo(int port)
    {
        var peer = new Peer();
        peer._socket.Connect(IPAddress.Loopback, port);
        return peer;
    }

    /// <summary>One that is registered at a relay as a person at netcat would be.</summary>
    public static async Task<Peer> RegisterAsync(string name, int port)
    {
        Peer peer = ConnectedTo(port);
        await peer.SendAsync($"REGISTER: {name}\n");
        Assert.Equal($"INFO: Welcome {name}, you are registered. (extended profile available)\n", await peer.ReceiveAsync());
        return peer;
    }

    public Task SendAsync(string text) => _socket.SendAsync(Encoding.UTF8.GetBytes(text), TestContext.Current.CancellationToken).AsTask();

    public async Task<string> ReceiveAsync()
    {
        CancellationToken cancellationToken = TestContext.Current.CancellationToken;
        return Encoding.UTF8.GetString((await _socket.ReceiveAsync(cancellationToken).AsTask().WaitAsync(Patience, cancellationToken)).Buffer);
    }

    /// <summary>
    /// Does what the least of all relays does for one client, passes its messages to itself back, until it gets a
    /// datagram that begins so.
    /// </summary>
    /// <returns>All datagrams received, that one last.</returns>
    public async Task<List<string>> RelayUntilAsync(string name, string expected)
    {
        // Heartbeats never end, so each datagram's own time limit would not.
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(Patience);
        var received = new List<string>();
        string toItself = $"SENDTO:{name}: ";
        while (received.Count == 0 || !received[^1].StartsWith(expected, StringComparison.Ordinal))
        {
            UdpReceiveResult datagram = await _socket.ReceiveAsync(limit.Token);
            string text = Encoding.UTF8.GetString(datagram.Buffer);
            received.Add(text);
            if (text.StartsWith(toItself, StringComparison.Ordinal))
                await _socket.SendAsync(Encoding.UTF8.GetBytes($"FROM:{name}: {text[toItself.Length..]}"), datagram.RemoteEndPoint, limit.Token);
        }
        return received;
    }

    public void Dispose() => _socket.Dispose();
}
