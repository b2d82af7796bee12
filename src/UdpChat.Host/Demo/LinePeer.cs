using System;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Threading.Tasks;

namespace UdpChat.Host.Demo;

/// <summary>What netcat is to a relay: a UDP socket that sends lines and shows the lines that come.</summary>
internal sealed class LinePeer : IDisposable
{
    private readonly UdpClient _socket = new(AddressFamily.InterNetwork);

    public LinePeer(IPEndPoint relay) => _socket.Connect(relay);

    /// <summary>Sends a line as a datagram.</summary>
    public Task SendAsync(string line) => _socket.SendAsync(Encoding.UTF8.GetBytes(line + "\n")).AsTask();

    /// <summary>Waits for a datagram, which is a line.</summary>
    public async Task<string> ReceiveAsync() => Encoding.UTF8.GetString((await _socket.ReceiveAsync()).Buffer).TrimEnd('\n');

    /// <inheritdoc/>
    public void Dispose() => _socket.Dispose();
}
