using System;
using UdpChat.Protocol.Client;

namespace UdpChat.Protocol.Tests.Client;

public class ClientOptionsTests
{
    [Fact]
    public void The_defaults_are_what_the_documentation_says()
    {
        ClientOptions options = ClientFixture.Options();
        Assert.Equal((TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(5), 10_000), (options.HeartbeatInterval, options.ConnectTimeout, options.OutboxCapacity));
    }

    [Fact]
    public void Each_option_takes_its_range_and_nothing_else()
    {
        InRange(1, 3_600, seconds => ClientFixture.Options() with { HeartbeatInterval = TimeSpan.FromSeconds(seconds) });
        InRange(1, 3_600, seconds => ClientFixture.Options() with { ConnectTimeout = TimeSpan.FromSeconds(seconds) });
        InRange(1, 1_000_000, value => ClientFixture.Options() with { OutboxCapacity = value });
    }

    private static void InRange(int min, int max, Func<int, ClientOptions> create)
    {
        create(min);
        create(max);
        Assert.Throws<ArgumentOutOfRangeException>(() => create(min - 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => create(max + 1));
    }
}
