#if !NET10_0
using System.Net;
using System.Net.Sockets;
using UdpChat.Transport;
using UdpChat.Transport.Linux;

namespace UdpChat.Core.Tests.Transport;

public class LinuxClientTransportTests : ClientTransportTests
{
    [Fact]
    public void A_client_has_it_where_the_system_does()
    {
        using var relay = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        relay.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        using IClientTransport transport = ClientTransport.Open((IPEndPoint)relay.LocalEndPoint!);

        Assert.Equal(LinuxTransport.Supports(relay), transport is LinuxClientTransport);
    }

    private protected override IClientTransport Create(Socket socket)
    {
        if (LinuxTransport.Supports(socket))
            return new LinuxClientTransport(socket);
        socket.Dispose();
        Assert.Skip("This system does not have it.");
        return null!;
    }
}
#endif
