using System;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Threading.Tasks;

namespace UdpChat.Core.Tests.Support;

/// <summary>Somebody with a UDP socket and the specification in hand.</summary>
internal sealed class PlainPeer : IDisposable
{
    private readonly Socket _socket;

    /// <param name="relay">Where its datagrams go; it takes only what comes from there.</param>
    public PlainPeer(IPEndPoint relay)
    {
        _socket = new Socket(relay.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        _socket.Connect(relay);
    }

    public static async Task<PlainPeer> RegisterAsync(IPEndPoint relay, string name)
    {
        var peer = new PlainPeer(relay);
        peer.Send($"REGISTER: {name}");
        Assert.Equal($"INFO: Welcome {name}, you are registered. (extended profile available)", await peer.ReceiveAsync());
        return peer;
    }

    public void Send(string datagram) => Send(Encoding.UTF8.GetBytes(datagram));

    public void Send(byte[] datagram) => Assert.Equal(datagram.Length, _socket.Send(datagram));

    public async Task<string> ReceiveAsync()
    {
        byte[] buffer = new byte[65_535];
        int length = await _socket.ReceiveAsync(buffer.AsMemory(), SocketFlags.None).InTime();
        return Encoding.UTF8.GetString(buffer, 0, length);
    }

    /// <summary>Waits until the relay has handled all that this peer has sent: datagrams of one socket keep their order on loopback.</summary>
    /// <param name="name">The name under which it is registered.</param>
    public async Task SettleAsync(string name)
    {
        string text = $"settled {Guid.NewGuid()}";
        Send($"SENDTO:{name}: {text}");
        while (await ReceiveAsync() != $"FROM:{name}: {text}")
        {
            // An answer to something before.
        }
    }

    public void Dispose() => _socket.Dispose();
}
