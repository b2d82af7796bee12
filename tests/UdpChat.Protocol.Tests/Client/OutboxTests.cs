using System;
using System.Linq;
using UdpChat.Protocol.Client;
using UdpChat.Protocol.Wire;

namespace UdpChat.Protocol.Tests.Client;

public class OutboxTests
{
    private readonly ClientFixture _client = new(ClientFixture.Options() with { OutboxCapacity = 3 });

    [Fact]
    public void While_connected_a_message_goes_out_at_once()
    {
        _client.Connect();
        Assert.Equal(SendOutcome.Sent, _client.Send("Annie", "hi: there\n"));
        Assert.Equal(["SENDTO:Annie: hi: there\n"], _client.Sent());
        Assert.Equal((0, 1), (_client.Machine.OutboxCount, _client.Machine.Counters.Sent));
    }

    [Fact]
    public void While_reconnecting_messages_wait_and_go_out_in_order_once_connected()
    {
        _client.Connect();
        _client.Receive(ClientFixture.NotRegistered);
        _client.Sent();
        Assert.Equal(SendOutcome.Queued, _client.Send("Annie", "1"));
        Assert.Equal(SendOutcome.Queued, _client.Send("Carl", "2"));
        Assert.Equal(SendOutcome.Queued, _client.Send("Annie", "3"));
        Assert.Empty(_client.Sent());
        Assert.Equal((3, 0), (_client.Machine.OutboxCount, _client.Machine.Counters.Sent));
        _client.Receive(_client.Echo);
        Assert.Equal(["SENDTO:Annie: 1", "SENDTO:Carl: 2", "SENDTO:Annie: 3"], _client.Sent());
        Assert.Equal((0, 3), (_client.Machine.OutboxCount, _client.Machine.Counters.Sent));
        Assert.Equal(SendOutcome.Sent, _client.Send("Annie", "4"));
    }

    [Fact]
    public void Messages_wait_while_it_connects_for_the_first_time_too()
    {
        _client.Open();
        _client.Sent();
        Assert.Equal(SendOutcome.Queued, _client.Send("Annie", "hi"));
        _client.Receive(_client.Echo);
        Assert.Equal(["SENDTO:Annie: hi"], _client.Sent());
    }

    [Fact]
    public void A_full_outbox_takes_nothing_more()
    {
        _client.Open();
        _client.Sent();
        for (int i = 0; i < 3; i++)
            Assert.Equal(SendOutcome.Queued, _client.Send("Annie", $"{i}"));
        Assert.Equal(SendOutcome.OutboxFull, _client.Send("Annie", "3"));
        _client.Receive(_client.Echo);
        Assert.Equal(["SENDTO:Annie: 0", "SENDTO:Annie: 1", "SENDTO:Annie: 2"], _client.Sent());
    }

    [Fact]
    public void An_outbox_larger_than_a_batch_goes_out_in_several()
    {
        const int Messages = 100;
        var client = new ClientFixture();
        client.Open();
        client.Sent();
        string large = new('x', WireLimits.MaxDatagramBytes - PlainWriter.SendToOverhead - "Annie".Length - 2);
        for (int i = 0; i < Messages; i++)
            Assert.Equal(SendOutcome.Queued, client.Send("Annie", $"{i:00}{(i % 10 == 0 ? large : "")}"));
        client.Receive(client.Echo);
        string[] sent = client.Sent();
        Assert.Equal(Enumerable.Range(0, Messages).Select(i => $"{i:00}"), sent.Select(datagram => datagram.Substring("SENDTO:Annie: ".Length, 2)));
        Assert.Equal(WireLimits.MaxDatagramBytes, sent[0].Length);
    }

    [Fact]
    public void A_message_behind_waiting_ones_waits_too()
    {
        // As if the owner sent before it wrote the outbox, which it must not overtake.
        var output = new DatagramBatch(ClientMachine.MaxOutputDatagrams, ClientMachine.MaxOutputBytes);
        ClientMachine machine = _client.Machine;
        _client.Open();
        _client.Send("Annie", "1");
        machine.Receive(System.Text.Encoding.UTF8.GetBytes(_client.Echo), TimeSpan.Zero, output);
        Assert.Equal(SendOutcome.Queued, machine.Send("Annie"u8, "2"u8, TimeSpan.Zero, output, out _));
        Assert.Equal(0, output.Count);
        Assert.True(machine.WriteOutput(TimeSpan.Zero, output));
    }

    [Fact]
    public void Leaving_sends_UNREGISTER_and_nothing_else_from_then_on()
    {
        _client.Connect();
        _client.Close();
        Assert.Equal(["UNREGISTER: Bob"], _client.Sent());
        Assert.Equal((ChatConnectionState.Disconnected, TimeSpan.MaxValue), (_client.Machine.State, _client.Machine.NextTick));
        Assert.Equal(SendOutcome.Closed, _client.Send("Annie", "hi"));
        _client.Close();
        Assert.Empty(_client.Sent());
        Assert.Empty(_client.Events());
    }

    [Fact]
    public void Leaving_while_reconnecting_fails_what_is_in_the_outbox()
    {
        _client.Connect();
        _client.Receive(ClientFixture.NotRegistered);
        _client.Send("Annie", "1");
        _client.Send("Annie", "2");
        _client.Sent();
        _client.Close();
        Assert.Equal(["UNREGISTER: Bob"], _client.Sent());
        Assert.Equal(["1 Failed: closed, did not arrive", "2 Failed: closed, did not arrive"], _client.Changes.TakeLast(2));
    }

    [Fact]
    public void Abandoning_ends_without_a_word()
    {
        _client.Connect();
        _client.Machine.Abandon();
        _client.TickAt(TimeSpan.FromHours(1));
        Assert.Empty(_client.Sent());
        Assert.Equal((ChatConnectionState.Disconnected, TimeSpan.MaxValue), (_client.Machine.State, _client.Machine.NextTick));
    }
}
