using System.Net.Sockets;
using UdpChat.Transport;

namespace UdpChat.Core.Tests.Transport;

public class UdpClientTransportTests : ClientTransportTests
{
    private protected override IClientTransport Create(Socket socket) => new UdpClientTransport(socket);
}
