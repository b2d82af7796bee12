using System;
using System.Collections.Generic;
using System.Diagnostics.Metrics;
using System.Linq;
using System.Threading.Tasks;
using UdpChat.Core.Tests.Support;
using UdpChat.Protocol.Client;
using UdpChat.Protocol.Relay;

namespace UdpChat.Core.Tests.Diagnostics;

public class ChatMetricsTests
{
    [Fact]
    public async Task The_meter_gives_the_figures_of_a_relay_by_outcome_while_it_runs()
    {
        await using ChatRelay relay = LoopbackRelay.Start();
        using PlainPeer bob = await PlainPeer.RegisterAsync(relay.LocalEndPoint, "Bob");
        bob.Send("SENDTO:Nobody: hi");
        bob.Send("hello");
        await bob.SettleAsync("Bob");
        ChatRelayStatistics statistics = relay.GetStatistics();
        var tag = new KeyValuePair<string, object?>("udpchat.relay", relay.LocalEndPoint.ToString());

        Dictionary<string, long> figures = Measure(tag);
        await relay.StopAsync().InTime();

        foreach (DatagramOutcome outcome in Enum.GetValues<DatagramOutcome>())
            Assert.Equal(statistics.Datagrams[outcome], figures[$"udpchat.relay.datagrams {outcome}"]);
        foreach (NoticeOutcome outcome in Enum.GetValues<NoticeOutcome>())
            Assert.Equal(statistics.Notices[outcome], figures[$"udpchat.relay.notices {outcome}"]);
        Assert.Equal(1, figures["udpchat.relay.datagrams NoSuchUser"]);
        Assert.Equal(3, figures["udpchat.relay.notices Sent"]);
        Assert.Equal(1, figures["udpchat.relay.clients"]);
        Assert.Equal(0, figures["udpchat.relay.evictions"] + figures["udpchat.relay.send_errors"] + figures["udpchat.relay.receive_errors"] + figures["udpchat.relay.faults"]);
        Assert.Empty(Measure(tag));
    }

    [Fact]
    public async Task The_meter_gives_the_figures_of_a_client_while_it_is_connected()
    {
        await using FakeSession session = await FakeSession.ConnectAsync(o => o with { Name = "Measured" });
        var tag = new KeyValuePair<string, object?>("udpchat.client", "Measured");
        await session.Client.SendAsync("Annie", "hi");
        session.Socket.Deliver("FROM:Annie: hi");
        session.Socket.Deliver("nonsense");
        await session.Client.ReceiveAsync().InTime();
        await session.Relay.DrainAsync();

        Dictionary<string, long> figures = Measure(tag);
        await session.Client.DisconnectAsync().InTime();

        Assert.Equal(new Dictionary<string, long>
        {
            ["udpchat.client.messages_sent"] = 1,
            ["udpchat.client.messages_received"] = 1,
            ["udpchat.client.messages_dropped"] = 0,
            ["udpchat.client.notices_received"] = 1,
            ["udpchat.client.send_errors"] = 0,
            ["udpchat.client.ignored"] = 1,
        }, figures);
        Assert.Empty(Measure(tag));
    }

    [Fact]
    public async Task A_client_that_was_replaced_has_no_figures_any_more()
    {
        await using ChatRelay relay = LoopbackRelay.Start();
        string token = LoopbackRelay.NewToken();
        await using ChatClient older = await relay.ConnectAsync("Figured", token);
        await using ChatClient newer = await relay.ConnectAsync("Figured", token);
        Assert.Null(await older.ReceiveAsync().InTime());
        await newer.DisconnectAsync().InTime();

        Assert.Equal(ChatConnectionState.Disconnected, older.State);
        Assert.Empty(Measure(new KeyValuePair<string, object?>("udpchat.client", "Figured")));
    }

    /// <summary>All figures that have this tag, by instrument and outcome.</summary>
    private static Dictionary<string, long> Measure(KeyValuePair<string, object?> tag)
    {
        var figures = new Dictionary<string, long>();
        using var listener = new MeterListener { InstrumentPublished = (instrument, listener) => { if (instrument.Meter.Name == "UdpChat") listener.EnableMeasurementEvents(instrument); } };
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) =>
        {
            var all = tags.ToArray().ToDictionary(t => t.Key, t => t.Value);
            if (Equals(all.GetValueOrDefault(tag.Key), tag.Value))
                figures.Add(string.Join(' ', new[] { instrument.Name, (string?)all.GetValueOrDefault("outcome") }.Where(s => s is not null)), value);
        });
        listener.Start();
        listener.RecordObservableInstruments();
        return figures;
    }
}
