#if !NET10_0
using System;
using System.Net;
using System.Net.Sockets;
using UdpChat.Protocol;
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

    [Fact]
    public void A_program_can_have_the_portable_one_by_a_switch()
    {
        // Tests that run at the same time may get it, too, which is all the same to them.
        AppContext.SetSwitch(RelayTransport.PortableSwitch, true);
        try
        {
            using IDatagramTransport transport = RelayTransport.Open(IPAddress.Loopback, 0, 1 << 16);

            Assert.IsType<UdpTransport>(transport);
        }
        finally
        {
            AppContext.SetSwitch(RelayTransport.PortableSwitch, false);
        }
    }

    [Fact]
    public void Many_of_one_size_to_one_address_pass_the_system_as_one()
    {
        const int UdpLevel = 17, Coalesce = 104; // SOL_UDP, UDP_GRO: a receiver that takes them as one
        using IDatagramTransport transport = Open(IPAddress.Loopback, 0, 1 << 16);
        Assert.SkipUnless(transport is LinuxTransport { Segments: true }, "This system does not cut segments.");
        using var receiver = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        receiver.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        receiver.SetRawSocketOption(UdpLevel, Coalesce, BitConverter.GetBytes(1));
        receiver.ReceiveTimeout = 30_000;
        var output = new DatagramBatch(20, 10_000);
        for (int i = 0; i < 20; i++)
            Add(output, new string('x', i < 19 ? 100 : 50), EndPointConverter.ToPeerAddress((IPEndPoint)receiver.LocalEndPoint!));

        transport.Send(output);

        Assert.Equal(1600, receiver.Receive(new byte[65_535]));
        Assert.Equal(350, receiver.Receive(new byte[65_535]));
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
