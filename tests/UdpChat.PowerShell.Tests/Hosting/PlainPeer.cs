using System;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Threading.Tasks;

namespace UdpChat.ModuleTests.Hosting;

/// <summary>Speaks the plain profile by hand: a netcat, or a relay that does only what the test tells it.</summary>
internal sealed class PlainPeer : IDisposable
{
    private static readonly TimeSpan Safety = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan TryInterval = TimeSpan.FromSeconds(0.5);

    private readonly UdpClient _socket = new(new IPEndPoint(IPAddress.Loopback, 0));
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
    public async Task<string> ReceiveAsync()
    {
        UdpReceiveResult result = await _socket.ReceiveAsync().WaitAsync(Safety);
        _to = result.RemoteEndPoint;
        return Encoding.UTF8.GetString(result.Buffer);
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
    /// As a relay of the plain profile: lets a client connect that sends its echo, without ever answering REGISTER. The client
    /// is connected 1.5 s after its first try, when it has made its offers of the extended profile in vain.
    /// </summary>
    /// <param name="name">The client's name.</param>
    /// <param name="clock">The client's clock, if it is to be moved by these 1.5 s.</param>
    public async Task AcceptAsync(string name, ManualClock? clock = null)
    {
        await ReceiveAsync("@t=");
        clock?.Advance(TryInterval);
        string echo = await ReceiveAsync($"SENDTO:{name}: UdpChat echo ");
        Send($"FROM:{name}: {echo[$"SENDTO:{name}: ".Length..]}");
        clock?.Advance(TryInterval);
        await ReceiveAsync($"SENDTO:{name}: UdpChat echo ");
        clock?.Advance(TryInterval);
    }

    public void Dispose() => _socket.Dispose();
}
