using UdpChat.Transport;

namespace UdpChat.Core.Tests.Transport;

public class UdpTransportTests : DatagramTransportTests
{
    private protected override IDatagramTransport Create(RelaySocket socket) => new UdpTransport(socket);
}
