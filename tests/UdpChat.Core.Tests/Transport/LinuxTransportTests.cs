#if !NET10_0
using System.Net;
using UdpChat.Transport;
using UdpChat.Transport.Linux;

namespace UdpChat.Core.Tests.Transport;

public class LinuxTransportTests : DatagramTransportTests
{
    [Fact]
    public void A_relay_has_it_where_the_system_does()
    {
        using IDatagramTransport transport = RelayTransport.Open(IPAddress.Loopback, 0, 1 << 16);
        using RelaySocket socket = RelaySocket.Open(IPAddress.Loopback, 0, 1 << 16);

        Assert.Equal(LinuxTransport.Supports(socket.Socket), transport is LinuxTransport);
    }

    private protected override IDatagramTransport Create(RelaySocket socket)
    {
        if (LinuxTransport.Supports(socket.Socket))
            return new LinuxTransport(socket);
        socket.Dispose();
        Assert.Skip("This system does not have it.");
        return null!;
    }
}
#endif
