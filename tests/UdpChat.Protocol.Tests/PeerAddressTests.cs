using System.Net;

namespace UdpChat.Protocol.Tests;

public class PeerAddressTests
{
    [Fact]
    public void An_IPv4_address_is_its_mapped_form()
    {
        PeerAddress address = PeerAddress.FromIPv4(0xC000_0201, 9000);
        Assert.Equal(PeerAddress.FromIPv6(IPAddress.Parse("::ffff:192.0.2.1").GetAddressBytes(), 9000, 0), address);
        Assert.True(address.IsIPv4);
        Assert.Equal(0xC000_0201, address.IPv4);
    }

    [Theory]
    [InlineData("2001:db8::1")]
    [InlineData("::1")]
    [InlineData("::fffe:192.0.2.1")]
    [InlineData("1::ffff:192.0.2.1")]
    public void Other_addresses_are_not_IPv4(string address) => Assert.False(Address(address).IsIPv4);

    [Fact]
    public void A_source_prefix_is_an_IPv4_address_or_56_bits_of_an_IPv6_one()
    {
        Assert.Equal(PeerAddress.FromIPv4(1, 1).SourcePrefix, PeerAddress.FromIPv4(1, 2).SourcePrefix);
        Assert.NotEqual(PeerAddress.FromIPv4(1, 1).SourcePrefix, PeerAddress.FromIPv4(2, 1).SourcePrefix);
        Assert.Equal(Address("2001:db8:0:ff00::1").SourcePrefix, Address("2001:db8:0:ffff:1:2:3:4").SourcePrefix);
        Assert.NotEqual(Address("2001:db8:0:ff00::1").SourcePrefix, Address("2001:db8:0:fe00::1").SourcePrefix);
        Assert.NotEqual(Address("0:0:0:ffff::").SourcePrefix, PeerAddress.FromIPv4(0, 1).SourcePrefix);
    }

    private static PeerAddress Address(string address) => PeerAddress.FromIPv6(IPAddress.Parse(address).GetAddressBytes(), 9000, 0);
}
