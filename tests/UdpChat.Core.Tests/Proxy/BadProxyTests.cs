using System;
using System.Collections.Generic;
using System.Globalization;
using System.Net;
using System.Threading.Tasks;
using Microsoft.Extensions.Time.Testing;
using UdpChat.Core.Tests.Support;
using UdpChat.Testing;
using UdpChat.Testing.Sockets;

namespace UdpChat.Core.Tests.Proxy;

/// <summary>What a bad proxy does to single datagrams.</summary>
public sealed class BadProxyTests : IDisposable
{
    private readonly BareRelay _relay = new();
    private readonly FakeTimeProvider _time = new();

    public void Dispose() => _relay.Dispose();

    [Fact]
    public async Task It_loses_and_doubles_the_shares_that_it_is_told_and_counts_every_copy()
    {
        await using var proxy = new BadProxy(Options with { ToRelay = new LinkConditions { Loss = 0.3, Duplication = 0.2 } });
        using var peer = new PlainPeer(proxy.LocalEndPoint);

        LinkCounters counts = (await SendAsync(peer, proxy, 1_000)).ToRelay;

        Assert.InRange(counts.Doubled, 150, 250);
        Assert.InRange(counts.Lost, 0.25 * (1_000 + counts.Doubled), 0.35 * (1_000 + counts.Doubled));
        Assert.Equal(1_000 + counts.Doubled, counts.Lost + counts.Forwarded);
        Assert.Equal(0, counts.Overtaking + counts.Unsent);
    }

    [Fact]
    public async Task The_same_seed_does_the_same_to_the_same_datagrams_and_another_does_not()
    {
        string[] first = await ArrivalsAsync(seed: 1), again = await ArrivalsAsync(seed: 1), other = await ArrivalsAsync(seed: 2);

        Assert.Equal(first, again);
        Assert.NotEqual(first, other);
    }

    [Fact]
    public async Task The_way_back_has_conditions_of_its_own()
    {
        await using var proxy = new BadProxy(Options with { ToClients = new LinkConditions { Duplication = 1 } });
        using var peer = new PlainPeer(proxy.LocalEndPoint);

        peer.Send("hi");
        (string text, IPEndPoint from) = await _relay.ReceiveAsync();
        _relay.Send("answer", from);

        Assert.Equal(("hi", "answer", "answer"), (text, await peer.ReceiveAsync(), await peer.ReceiveAsync()));
        Assert.Equal((0, 1), (proxy.GetCounts().ToRelay.Doubled, proxy.GetCounts().ToClients.Doubled));
    }

    [Fact]
    public async Task A_datagram_takes_the_time_that_it_is_told()
    {
        await using var proxy = new BadProxy(Options with { ToRelay = LinkConditions.Clean });
        using var peer = new PlainPeer(proxy.LocalEndPoint);

        peer.Send("hi");
        await proxy.WaitAsync(c => c.ToRelay.Received == 1).InTime();
        _time.Advance(TimeSpan.FromMilliseconds(19));
        long early = proxy.GetCounts().ToRelay.Forwarded;
        _time.Advance(TimeSpan.FromMilliseconds(1));

        Assert.Equal((0, 1), (early, proxy.GetCounts().ToRelay.Forwarded));
        Assert.Equal("hi", (await _relay.ReceiveAsync()).Text);
    }

    [Fact]
    public async Task What_is_held_back_is_overtaken()
    {
        await using var proxy = new BadProxy(Options with { ToRelay = new LinkConditions { Reordering = 1 } });
        using var peer = new PlainPeer(proxy.LocalEndPoint);

        peer.Send("first");
        await proxy.WaitAsync(c => c.ToRelay.Received == 1).InTime();
        proxy.ToRelay = LinkConditions.Ideal;
        peer.Send("second");

        Assert.Equal("second", (await _relay.ReceiveAsync()).Text);
        _time.Advance(TimeSpan.FromMilliseconds(20));
        Assert.Equal("first", (await _relay.ReceiveAsync()).Text);
        Assert.Equal(1, proxy.GetCounts().ToRelay.Overtaking);
    }

    [Fact]
    public async Task Late_answers_to_a_former_port_arrive_until_the_grace_ends()
    {
        await using var proxy = new BadProxy(Options);
        using var peer = new PlainPeer(proxy.LocalEndPoint);
        peer.Send("one");
        IPEndPoint former = (await _relay.ReceiveAsync()).From;

        proxy.ChangePorts();
        peer.Send("two");
        IPEndPoint present = (await _relay.ReceiveAsync()).From;
        _relay.Send("late", former);
        string late = await peer.ReceiveAsync();
        _time.Advance(Options.Grace);
        _relay.Send("too late", former);
        _relay.Send("in time", present);

        Assert.NotEqual(former, present);
        Assert.Equal(("late", "in time"), (late, await peer.ReceiveAsync()));
        Assert.Equal((1, 1), (proxy.GetCounts().OpenPorts, proxy.GetCounts().PortChanges));
    }

    [Fact]
    public async Task A_client_gets_another_port_at_each_interval()
    {
        await using var proxy = new BadProxy(Options with { NewPortInterval = TimeSpan.FromSeconds(5) });
        using var peer = new PlainPeer(proxy.LocalEndPoint);
        var ports = new List<int>();

        for (int i = 0; i < 4; i++)
        {
            peer.Send("hi");
            ports.Add((await _relay.ReceiveAsync()).From.Port);
            _time.Advance(TimeSpan.FromSeconds(i < 2 ? 5 : 4.9));
        }

        Assert.NotEqual(ports[0], ports[1]);
        Assert.NotEqual(ports[1], ports[2]);
        Assert.Equal(ports[2], ports[3]);
    }

    [Fact]
    public async Task A_client_that_is_silent_is_forgotten()
    {
        await using var proxy = new BadProxy(Options with { NewPortInterval = TimeSpan.FromSeconds(5), IdleTimeout = TimeSpan.FromMinutes(1) });
        using var peer = new PlainPeer(proxy.LocalEndPoint);

        peer.Send("hi");
        await _relay.ReceiveAsync();
        _time.Advance(TimeSpan.FromSeconds(59));
        peer.Send("still here");
        await _relay.ReceiveAsync();
        _time.Advance(TimeSpan.FromSeconds(59));
        int before = proxy.GetCounts().Clients;
        _time.Advance(TimeSpan.FromMinutes(1));

        Assert.Equal((1, 0, 0), (before, proxy.GetCounts().Clients, proxy.GetCounts().OpenPorts));
    }

    [Fact]
    public async Task What_comes_from_elsewhere_than_the_relay_is_dropped()
    {
        await using var proxy = new BadProxy(Options);
        using var peer = new PlainPeer(proxy.LocalEndPoint);
        using var stranger = new BareRelay();
        peer.Send("hi");
        IPEndPoint port = (await _relay.ReceiveAsync()).From;

        stranger.Send("hi there", port);
        await proxy.WaitAsync(c => c.Strays == 1).InTime();
        _relay.Send("hi", port);

        Assert.Equal("hi", await peer.ReceiveAsync());
    }

    [Fact]
    public async Task The_relay_can_be_somewhere_else_from_now_on()
    {
        await using var proxy = new BadProxy(Options);
        using var peer = new PlainPeer(proxy.LocalEndPoint);
        using var other = new BareRelay();
        peer.Send("here");
        await _relay.ReceiveAsync();

        proxy.Relay = other.LocalEndPoint;
        peer.Send("there");

        Assert.Equal("there", (await other.ReceiveAsync()).Text);
    }

    [Fact]
    public async Task A_closed_proxy_leaves_its_port()
    {
        var first = new BadProxy(Options);
        using (var peer = new PlainPeer(first.LocalEndPoint))
        {
            peer.Send("hi");
            await _relay.ReceiveAsync();
        }

        await first.DisposeAsync();
        await using var second = new BadProxy(Options with { Listen = first.LocalEndPoint });

        Assert.Equal(first.LocalEndPoint, second.LocalEndPoint);
    }

    private BadProxyOptions Options => new() { Relay = _relay.LocalEndPoint, TimeProvider = _time };

    /// <summary>Sends numbers, no more at once than the system keeps.</summary>
    private static async Task<BadProxyCounts> SendAsync(PlainPeer peer, BadProxy proxy, int count)
    {
        const int AtOnce = 50;
        for (int i = 0; i < count; i++)
        {
            peer.Send(i.ToString(CultureInfo.InvariantCulture));
            if ((i + 1) % AtOnce == 0)
                await proxy.WaitAsync(c => c.ToRelay.Received == i + 1).InTime();
        }
        return await proxy.WaitAsync(c => c.ToRelay.Received == count).InTime();
    }

    private async Task<string[]> ArrivalsAsync(ulong seed)
    {
        await using var proxy = new BadProxy(Options with { Seed = seed, ToRelay = new LinkConditions { Loss = 0.3, Duplication = 0.3 } });
        using var peer = new PlainPeer(proxy.LocalEndPoint);
        BadProxyCounts counts = await SendAsync(peer, proxy, 100);
        string[] arrivals = new string[counts.ToRelay.Forwarded];
        for (int i = 0; i < arrivals.Length; i++)
            arrivals[i] = (await _relay.ReceiveAsync()).Text;
        return arrivals;
    }
}
