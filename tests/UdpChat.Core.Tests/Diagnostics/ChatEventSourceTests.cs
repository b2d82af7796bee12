using System;
using System.Threading.Tasks;
using UdpChat.Core.Tests.Support;

namespace UdpChat.Core.Tests.Diagnostics;

public class ChatEventSourceTests
{
    [Fact]
    public async Task A_relay_tells_of_its_start_and_end()
    {
        using var log = new ChatEventLog("127.0.0.1:");
        ChatRelay relay = LoopbackRelay.Start();
        await relay.StopAsync().InTime();

        string start = await log.Events.NextAsync(e => e.Contains(relay.LocalEndPoint.ToString(), StringComparison.Ordinal));
        string end = await log.Events.NextAsync(e => e.Contains(relay.LocalEndPoint.ToString(), StringComparison.Ordinal));

        Assert.Equal($"RelayStarted: {relay.LocalEndPoint}", start);
        Assert.Equal($"RelayStopped: {relay.LocalEndPoint}", end);
    }

    [Fact]
    public async Task A_client_tells_of_its_states_and_of_what_its_socket_reports()
    {
        using var log = new ChatEventLog("Traced");
        await using FakeSession session = await FakeSession.ConnectAsync(o => o with { Name = "Traced" });
        session.Socket.Report(System.Net.Sockets.SocketError.HostUnreachable);
        await session.Relay.DrainAsync();
        await session.Client.DisconnectAsync().InTime();

        Assert.Equal("ClientState: Traced, Connected, Traced is registered, and messages pass.", await log.Events.NextAsync());
        Assert.Equal("ClientSocketError: Traced, 192.0.2.1:9000, HostUnreachable", await log.Events.NextAsync());
        Assert.Equal("ClientState: Traced, Disconnected, Disconnected.", await log.Events.NextAsync());
    }
}
