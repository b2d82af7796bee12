using System;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Threading;
using System.Threading.Tasks;

namespace UdpChat.ModuleTests.Hosting;

/// <summary>Speaks the plain profile by hand: a netcat, or a relay that does only what the test tells it.</summary>
internal sealed class PlainPeer : IDisposable
{
    private static readonly TimeSpan Safety = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan TryInterval = TimeSpan.FromSeconds(0.5);

    private readonly UdpClient _socket = new(new IPEndPoint(IPAddress.Loopback, 0));
    // Of the whole test: datagrams that come for ever must not keep it waiting for another.
    private readonly CancellationTokenSource _safety = new(Safety);
    private IPEndPoint? _to;

    /// <param name="port">The relay's port on this machine; 0 for a peer that is a relay itself.</param>
    public PlainPeer(int port = 0)
    {
        _to = port == 0 ? null : new IPEndPoint(IPAddress.Loopback, port);
    }

    public int Port => ((IPEndPoint)_socket.Client.LocalEndPoint!).Port;

    /// <summary>Sends to the relay, or to whoever sent last.</summary>
    public void Send(string datagram) => _socket.Send(Encoding.UTF8.GetBytes(datagram), _to!);

    /// <summary>Takes the next datagram.</summary>
    /// <exception cref="TimeoutException">The peer has lived for two minutes: it waits for what does not come.</exception>
    public async Task<string> ReceiveAsync()
    {
        try
        {
            UdpReceiveResult result = await _socket.ReceiveAsync(_safety.Token);
            _to = result.RemoteEndPoint;
            return Encoding.UTF8.GetString(result.Buffer);
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException("What was waited for has not come.");
        }
    }

    /// <summary>Takes datagrams until one begins so.</summary>
    public async Task<string> ReceiveAsync(string beginning)
    {
        string datagram;
        do
        {
            datagram = await ReceiveAsync();
        }
        while (!datagram.StartsWith(beginning, StringComparison.Ordinal));
        return datagram;
    }

    /// <summary>As a client: registers.</summary>
    public async Task RegisterAsync(string name)
    {
        Send($"REGISTER: {name}");
        Assert.StartsWith("INFO: Welcome", await ReceiveAsync(), StringComparison.Ordinal);
    }

    /// <summary>
    /// As a relay of the plain profile that never answers REGISTER: lets a client connect, and forgets what came meanwhile. A
    /// client is connected when its echo is back and it has made its offers of the extended profile in vain.
    /// </summary>
    /// <param name="name">The client's name.</param>
    /// <param name="connecting">What ends when the client is connected.</param>
    public async Task AcceptAsync(string name, Invocation connecting)
    {
        await AnswerEchoAsync(name);
        await connecting.EndAsync();
        ForgetReceived();
    }

    /// <inheritdoc cref="AcceptAsync(string, Invocation)"/>
    /// <param name="name">The client's name.</param>
    /// <param name="connecting">What ends when the client is connected; with -Debug, which tells that the echo is back.</param>
    /// <param name="clock">The client's clock, which is held.</param>
    public async Task AcceptAsync(string name, Invocation connecting, ManualClock clock)
    {
        await ReceiveAsync("@t=");
        clock.Advance(TryInterval);
        await AnswerEchoAsync(name);
        await connecting.WaitUntilAsync(() => connecting.Debug.Any(line => line.Contains($"FROM:{name}: UdpChat echo", StringComparison.Ordinal)));
        clock.Advance(TryInterval); // The third offer,
        clock.Advance(TryInterval); // which is in vain, too.
        await connecting.EndAsync();
        ForgetReceived();
    }

    /// <summary>As a relay: waits for a client's message to itself and passes it on.</summary>
    public async Task AnswerEchoAsync(string name)
    {
        while (!TryAnswerEcho(name, await ReceiveAsync()))
        {
        }
    }

    /// <summary>Forgets what has come so far: it says nothing of what comes next.</summary>
    public void ForgetReceived()
    {
        while (_socket.Available > 0)
        {
            IPEndPoint? from = null;
            _socket.Receive(ref from);
        }
    }

    private bool TryAnswerEcho(string name, string datagram)
    {
        string own = $"SENDTO:{name}: ";
        if (!datagram.StartsWith($"{own}UdpChat echo ", StringComparison.Ordinal))
            return false;
        Send($"FROM:{name}: {datagram[own.Length..]}");
        return true;
    }

    public void Dispose()
    {
        _socket.Dispose();
        _safety.Dispose();
    }
}
