using System;
using UdpChat.Protocol.Relay;

namespace UdpChat.Protocol.Tests.Relay;

public class RelayOptionsTests
{
    [Fact]
    public void The_defaults_are_what_the_documentation_says()
    {
        var options = new RelayOptions();
        Assert.Equal(TimeSpan.FromSeconds(60), options.ClientTimeout);
        Assert.Equal((1_000_000, 10_000), (options.MaxClients, options.MaxClientsPerPrefix));
        Assert.Equal((64, 65_536), (options.MaxNameBytes, options.MaxMessageBytes));
        Assert.Equal((100, 100_000), (options.NoticesPerSecondPerPrefix, options.NoticesPerSecond));
    }

    [Fact]
    public void Each_option_takes_its_range_and_nothing_else()
    {
        InRange(1, 86_400, seconds => new RelayOptions { ClientTimeout = TimeSpan.FromSeconds(seconds) });
        InRange(1, 100_000_000, value => new RelayOptions { MaxClients = value });
        InRange(0, 100_000_000, value => new RelayOptions { MaxClientsPerPrefix = value });
        InRange(1, 64, value => new RelayOptions { MaxNameBytes = value });
        InRange(1, 65_536, value => new RelayOptions { MaxMessageBytes = value });
        InRange(0, 1_000_000, value => new RelayOptions { NoticesPerSecondPerPrefix = value });
        InRange(0, 1_000_000, value => new RelayOptions { NoticesPerSecond = value });
    }

    private static void InRange(int min, int max, Func<int, RelayOptions> create)
    {
        create(min);
        create(max);
        Assert.Throws<ArgumentOutOfRangeException>(() => create(min - 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => create(max + 1));
    }
}
