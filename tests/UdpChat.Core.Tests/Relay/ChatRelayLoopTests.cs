using System;
using System.Collections.Generic;
using System.Linq;
using System.Net.Sockets;
using System.Threading.Tasks;
using Microsoft.Extensions.Time.Testing;
using UdpChat.Core.Tests.Support;
using UdpChat.Protocol.Relay;

namespace UdpChat.Core.Tests.Relay;

/// <summary>The loop of a relay, on a transport that does what a test wants.</summary>
public class ChatRelayLoopTests
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public async Task What_comes_in_one_batch_is_answered_in_one_batch()
    {
        var transport = new FakeDatagramTransport(capacity: 8);
        await using ChatRelay relay = Start(transport);
        int sends = 0;
        transport.OnSend = () => sends++;

        transport.Deliver(1001, "REGISTER: Bob", "SENDTO:Bob: hi", "INFO: nothing", "HEARTBEAT: Bob");

        Assert.Equal("1001 INFO: Welcome Bob, you are registered. (extended profile available)", await transport.Sent.NextAsync());
        Assert.Equal("1001 FROM:Bob: hi", await transport.Sent.NextAsync());
        await SettleAsync(transport);
        Assert.Equal(1, sends);
        Assert.Equal(4, relay.GetStatistics().Received);
    }

    [Fact]
    public async Task A_peer_to_whom_nothing_can_be_sent_is_counted_and_holds_up_nobody()
    {
        var transport = new FakeDatagramTransport { UnreachablePort = 1001 };
        await using ChatRelay relay = Start(transport);

        transport.Deliver(1001, "REGISTER: Annie");
        transport.Deliver(1002, "REGISTER: Bob");
        transport.Deliver(1002, "SENDTO:Annie: hi");
        transport.Deliver(1002, "SENDTO:Bob: hi");

        Assert.Equal("1002 INFO: Welcome Bob, you are registered. (extended profile available)", await transport.Sent.NextAsync());
        Assert.Equal("1002 FROM:Bob: hi", await transport.Sent.NextAsync());
        ChatRelayStatistics statistics = relay.GetStatistics();
        Assert.Equal(2, statistics.SendErrors);
        Assert.Equal([new(SocketError.HostUnreachable, 2)], statistics.SendErrorReasons);
    }

    [Fact]
    public async Task Errors_that_the_socket_reports_are_counted_and_the_relay_goes_on()
    {
        var transport = new FakeDatagramTransport();
        await using ChatRelay relay = Start(transport);

        transport.ReportError();
        transport.ReportError();
        transport.Deliver(1001, "REGISTER: Bob");

        await transport.Sent.NextAsync();
        ChatRelayStatistics statistics = relay.GetStatistics();
        Assert.Equal((1, 2, 0), (statistics.Received, statistics.ReceiveErrors, statistics.Faults));
    }

    [Fact]
    public async Task A_transport_that_throws_when_it_receives_does_not_end_the_relay()
    {
        using var log = new ChatEventLog("receiving failed on purpose");
        var transport = new FakeDatagramTransport();
        await using ChatRelay relay = Start(transport);

        for (int i = 0; i < 3; i++)
            transport.Do(() => throw new InvalidTimeZoneException("receiving failed on purpose"));
        transport.Deliver(1001, "REGISTER: Bob");

        await transport.Sent.NextAsync();
        Assert.Equal((1, 3, 0), (relay.GetStatistics().Received, relay.GetStatistics().ReceiveErrors, relay.GetStatistics().Faults));
        Assert.StartsWith("Fault: ", await log.Events.NextAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_transport_that_throws_when_it_sends_does_not_keep_later_answers_from_leaving()
    {
        var transport = new FakeDatagramTransport();
        await using ChatRelay relay = Start(transport);
        transport.OnSend = () => throw new InvalidTimeZoneException("sending failed on purpose");
        transport.Deliver(1001, "REGISTER: Bob");
        transport.Do(() => transport.OnSend = () => { });
        transport.Deliver(1001, "SENDTO:Bob: hi");

        Assert.Equal("1001 FROM:Bob: hi", await transport.Sent.NextAsync());
        Assert.Equal((2, 0), (relay.GetStatistics().Received, relay.GetStatistics().Faults));
    }

    [Fact]
    public async Task A_datagram_that_meets_a_bug_is_counted_and_the_others_are_handled()
    {
        var transport = new FakeDatagramTransport(capacity: 3);
        await using ChatRelay relay = Start(transport);

        transport.DeliverWithBrokenOne(1001, "REGISTER: Bob");
        transport.Deliver(1001, "SENDTO:Bob: hi");

        Assert.Equal("1001 INFO: Welcome Bob, you are registered. (extended profile available)", await transport.Sent.NextAsync());
        Assert.Equal("1001 FROM:Bob: hi", await transport.Sent.NextAsync());
        Assert.Equal((3, 1, 0), (relay.GetStatistics().Received, relay.GetStatistics().Faults, relay.GetStatistics().ReceiveErrors));
    }

    [Fact]
    public async Task A_transport_that_throws_while_the_relay_stops_does_not_end_the_process()
    {
        var transport = new FakeDatagramTransport();
        ChatRelay relay = Start(transport);

        transport.Do(() =>
        {
            _ = relay.StopAsync();
            throw new InvalidTimeZoneException("thrown on purpose");
        });

        await relay.Completion.InTime();
    }

    [Fact]
    public async Task A_relay_can_be_disposed_on_its_own_thread()
    {
        var transport = new FakeDatagramTransport();
        ChatRelay relay = Start(transport);

        transport.Do(relay.Dispose);

        await relay.Completion.InTime();
        Assert.False(relay.IsRunning);
    }

    [Fact]
    public async Task Silent_clients_are_removed_after_the_client_timeout_while_others_are_served()
    {
        var transport = new FakeDatagramTransport();
        await using ChatRelay relay = Start(transport);
        transport.Deliver(1001, "REGISTER: Annie");
        transport.Deliver(1002, "REGISTER: Bob");
        await SettleAsync(transport);

        _time.Advance(TimeSpan.FromSeconds(40));
        transport.Deliver(1002, "HEARTBEAT: Bob");
        await SettleAsync(transport);
        _time.Advance(TimeSpan.FromSeconds(22));
        await SettleAsync(transport);

        Assert.Equal((1, 1), (relay.Clients, relay.GetStatistics().Evicted));
        Assert.Equal(TimeSpan.FromSeconds(62), relay.Uptime);
    }

    [Fact]
    public async Task The_loop_waits_half_a_second_at_most_and_a_millisecond_while_there_is_more_to_remove()
    {
        const int Clients = RelayMachine.MaxSweep + 1;
        var transport = new FakeDatagramTransport();
        await using ChatRelay relay = Start(transport, clientTimeout: TimeSpan.FromMinutes(10));
        for (int i = 0; i < Clients; i++)
            transport.Deliver((ushort)(1000 + i), $"REGISTER: user{i}");
        await SettleAsync(transport);
        // The first wait is before the relay knows what there is to do.
        Assert.Equal([TimeSpan.FromSeconds(0.5)], transport.Receives.TakeAll().Skip(1).Distinct());

        _time.Advance(TimeSpan.FromMinutes(11));
        await SettleAsync(transport);
        await SettleAsync(transport);

        Assert.Equal(0, relay.Clients);
        IReadOnlyList<TimeSpan> waits = transport.Receives.TakeAll();
        Assert.Single(waits, TimeSpan.FromMilliseconds(1));
        Assert.Equal(TimeSpan.FromSeconds(0.5), waits[^1]);
    }

    private ChatRelay Start(FakeDatagramTransport transport, TimeSpan? clientTimeout = null) =>
        new(new ChatRelayOptions { TimeProvider = _time, NoticesPerSecondPerPrefix = 0, ClientTimeout = clientTimeout ?? TimeSpan.FromSeconds(60) }, transport, new SeededRandomSource(1));

    /// <summary>Waits until the relay has handled all that was delivered, and has come to receive again.</summary>
    private static async Task SettleAsync(FakeDatagramTransport transport)
    {
        var received = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var again = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        transport.Do(received.SetResult);
        await received.Task.InTime();
        transport.Do(again.SetResult);
        await again.Task.InTime();
    }
}
