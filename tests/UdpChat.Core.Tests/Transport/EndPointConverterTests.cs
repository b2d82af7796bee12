using System.Net;
using System.Net.Sockets;
using UdpChat.Protocol;
using UdpChat.Transport;

namespace UdpChat.Core.Tests.Transport;

public class EndPointConverterTests
{
    [Theory]
    [InlineData("192.0.2.1", AddressFamily.InterNetwork, "192.0.2.1")]
    [InlineData("192.0.2.1", AddressFamily.InterNetworkV6, "::ffff:192.0.2.1")]
    [InlineData("::ffff:192.0.2.1", AddressFamily.InterNetworkV6, "::ffff:192.0.2.1")]
    [InlineData("::ffff:192.0.2.1", AddressFamily.InterNetwork, "192.0.2.1")]
    [InlineData("2001:db8::1:2", AddressFamily.InterNetworkV6, "2001:db8::1:2")]
    [InlineData("fe80::1%7", AddressFamily.InterNetworkV6, "fe80::1%7")]
    public void An_end_point_is_the_same_after_there_and_back_in_the_form_of_the_socket(string address, AddressFamily family, string expected)
    {
        PeerAddress peer = EndPointConverter.ToPeerAddress(new IPEndPoint(IPAddress.Parse(address), 40_001));

        Assert.Equal(new IPEndPoint(IPAddress.Parse(expected), 40_001), EndPointConverter.ToIPEndPoint(peer, family));
    }

    [Fact]
    public void IPv4_and_its_mapped_form_are_one_peer()
    {
        Assert.Equal(
            EndPointConverter.ToPeerAddress(new IPEndPoint(IPAddress.Parse("192.0.2.1"), 9)),
            EndPointConverter.ToPeerAddress(new IPEndPoint(IPAddress.Parse("::ffff:192.0.2.1"), 9)));
    }

#if !NET10_0
    [Theory]
    [InlineData("192.0.2.1", AddressFamily.InterNetwork)]
    [InlineData("::ffff:192.0.2.1", AddressFamily.InterNetworkV6)]
    [InlineData("2001:db8::1:2", AddressFamily.InterNetworkV6)]
    [InlineData("fe80::1%7", AddressFamily.InterNetworkV6)]
    public void A_native_address_is_what_the_runtime_makes_of_the_end_point(string address, AddressFamily family)
    {
        var endPoint = new IPEndPoint(IPAddress.Parse(address), 40_001);
        SocketAddress expected = endPoint.Serialize();
        PeerAddress peer = EndPointConverter.ToPeerAddress(endPoint);
        var written = new SocketAddress(family);

        EndPointConverter.Write(peer, written);

        Assert.Equal(expected.Buffer.Span[..expected.Size], written.Buffer.Span[..written.Size]);
        Assert.Equal(peer, EndPointConverter.ToPeerAddress(expected));
    }
#endif
}
