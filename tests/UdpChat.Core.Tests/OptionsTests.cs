using System;
using System.Net;

namespace UdpChat.Core.Tests;

public class OptionsTests
{
    private static readonly ChatServerAddress Server = new("chat.example", 9000);

    [Fact]
    public void A_relay_by_default_listens_everywhere_on_port_9000_for_a_million_clients()
    {
        var options = new ChatRelayOptions();

        Assert.Null(options.Address);
        Assert.Equal(9000, options.Port);
        Assert.Equal(8 << 20, options.ReceiveBufferBytes);
        Assert.Equal(TimeSpan.FromSeconds(60), options.ClientTimeout);
        Assert.Equal(1_000_000, options.MaxClients);
        Assert.Same(TimeProvider.System, options.TimeProvider);
    }

    [Fact]
    public void A_client_by_default_waits_5_s_to_connect_and_heartbeats_every_30_s()
    {
        var options = new ChatClientOptions { Name = "Bob", Server = Server };

        Assert.Equal(TimeSpan.FromSeconds(5), options.ConnectTimeout);
        Assert.Equal(TimeSpan.FromSeconds(30), options.HeartbeatInterval);
        Assert.Equal(10_000, options.InboxCapacity);
        Assert.Equal(10_000, options.OutboxCapacity);
        Assert.Same(TimeProvider.System, options.TimeProvider);
    }

    [Fact]
    public void The_options_of_a_relay_take_their_limits_and_nothing_beyond()
    {
        Check(v => _ = new ChatRelayOptions { Port = (int)v }, 0, 65535);
        Check(v => _ = new ChatRelayOptions { ReceiveBufferBytes = (int)v }, 65536, 1 << 30);
        Check(v => _ = new ChatRelayOptions { ClientTimeout = new TimeSpan(v) }, TimeSpan.TicksPerSecond, TimeSpan.TicksPerDay);
        Check(v => _ = new ChatRelayOptions { MaxClients = (int)v }, 1, 100_000_000);
        Check(v => _ = new ChatRelayOptions { MaxClientsPerPrefix = (int)v }, 0, 100_000_000);
        Check(v => _ = new ChatRelayOptions { MaxNameBytes = (int)v }, 1, 64);
        Check(v => _ = new ChatRelayOptions { MaxMessageBytes = (int)v }, 1, 65_499);
        Check(v => _ = new ChatRelayOptions { NoticesPerSecondPerPrefix = (int)v }, 0, 1_000_000);
        Check(v => _ = new ChatRelayOptions { NoticesPerSecond = (int)v }, 0, 1_000_000);
    }

    [Fact]
    public void The_options_of_a_client_take_their_limits_and_nothing_beyond()
    {
        Check(v => _ = new ChatClientOptions { Name = "Bob", Server = Server, InboxCapacity = (int)v }, 1, 10_000_000);
        Check(v => _ = new ChatClientOptions { Name = "Bob", Server = Server, OutboxCapacity = (int)v }, 1, 1_000_000);
        Check(v => _ = new ChatClientOptions { Name = "Bob", Server = Server, ConnectTimeout = new TimeSpan(v) }, TimeSpan.TicksPerSecond, TimeSpan.TicksPerHour);
        Check(v => _ = new ChatClientOptions { Name = "Bob", Server = Server, HeartbeatInterval = new TimeSpan(v) }, TimeSpan.TicksPerSecond, TimeSpan.TicksPerHour);
    }

    [Fact]
    public void An_option_that_is_refused_says_its_range()
    {
        ArgumentOutOfRangeException port = Assert.Throws<ArgumentOutOfRangeException>(() => new ChatRelayOptions { Port = 65536 });
        ArgumentOutOfRangeException buffer = Assert.Throws<ArgumentOutOfRangeException>(() => new ChatRelayOptions { ReceiveBufferBytes = 1 });
        ArgumentOutOfRangeException inbox = Assert.Throws<ArgumentOutOfRangeException>(() => new ChatClientOptions { Name = "Bob", Server = Server, InboxCapacity = 0 });

        Assert.StartsWith("The port must be from 0 to 65535.", port.Message, StringComparison.Ordinal);
        Assert.StartsWith("The receive buffer must be from 65536 to 1073741824 bytes.", buffer.Message, StringComparison.Ordinal);
        Assert.StartsWith("InboxCapacity must be from 1 to 10000000.", inbox.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Options_can_be_changed_in_a_copy()
    {
        var options = new ChatRelayOptions { Address = IPAddress.Loopback, Port = 0 };

        Assert.Equal(9001, (options with { Port = 9001 }).Port);
        Assert.Equal(IPAddress.Loopback, (options with { Port = 9001 }).Address);
        Assert.Equal(0, options.Port);
    }

    private static void Check(Action<long> set, long min, long max)
    {
        set(min);
        set(max);
        Assert.Throws<ArgumentOutOfRangeException>(() => set(min - 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => set(max + 1));
    }
}
