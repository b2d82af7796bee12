using System;
using System.Linq;
using UdpChat.Protocol.Client;

namespace UdpChat.Protocol.Tests.Client.Extended;

public class SessionLifeTests
{
    private readonly SessionFixture _client = new();

    [Theory]
    [InlineData(60_000, 20)]
    [InlineData(600_000, 30)]
    public void A_heartbeat_comes_after_the_interval_or_a_third_of_the_relays_timeout(int timeout, int seconds)
    {
        _client.Open();
        _client.Registered(1, timeout: timeout);
        _client.Controls();
        _client.Run(seconds * 0.89);
        Assert.Empty(_client.Controls());
        _client.Run(seconds * 0.09);
        Assert.Equal([ClientFixture.Heartbeat], _client.Controls());
        _client.Run(10 * seconds);
        Assert.Equal(ChatConnectionState.Connected, _client.Machine.State);
    }

    [Fact]
    public void A_heartbeat_without_an_answer_is_repeated_after_1_2_and_4_seconds_and_8_later_the_relay_is_gone()
    {
        _client.Connect();
        _client.IsDeaf = true;
        _client.Probe();
        foreach (int seconds in new[] { 1, 2, 4, 8 })
        {
            Assert.Equal([ClientFixture.Heartbeat], _client.Controls());
            _client.Run(seconds - 0.01);
            Assert.Empty(_client.Controls());
            _client.Run(0.01);
        }
        Assert.Equal(["reconnecting: NoAnswer", "path wanted"], _client.Events());
    }

    [Fact]
    public void Any_datagram_of_the_session_is_a_sign_of_life()
    {
        _client.Connect();
        _client.IsDeaf = true;
        _client.Probe();
        _client.Run(6);
        _client.Controls();
        _client.SayAside("CHALLENGE: 0123456789abcdef");
        _client.Controls();
        _client.Run(5);
        Assert.Empty(_client.Controls());
    }

    [Fact]
    public void A_probe_has_returned_when_its_heartbeat_or_a_later_one_is_acknowledged()
    {
        _client.Connect();
        _client.IsDeaf = true;
        _client.Probe();
        _client.IsDeaf = false;
        Assert.Empty(_client.Events());
        _client.Run(1);
        Assert.Equal(["echo returned"], _client.Events());
    }

    [Fact]
    public void Silence_on_the_link_is_noticed_before_the_next_heartbeat()
    {
        _client.Connect();
        _client.IsDeaf = true;
        _client.Send("Annie", "hi");
        _client.Run(19);
        Assert.Equal(4, _client.Controls().Count(line => line == ClientFixture.Heartbeat));
        Assert.Contains("reconnecting: NoAnswer", _client.Events());
    }

    [Fact]
    public void After_hours_asleep_it_asks_first()
    {
        _client.Connect();
        _client.Send("Annie", "hi");
        _client.IsDeaf = true;
        _client.TickAt(TimeSpan.FromHours(8));
        Assert.Contains(ClientFixture.Heartbeat, _client.Controls());
        Assert.Equal(ChatConnectionState.Connected, _client.Machine.State);
        Assert.Empty(_client.Changes());
    }

    [Fact]
    public void What_was_sent_before_is_seen_before_an_echo_returns()
    {
        _client.Connect();
        _client.Queue("Annie", "hi");
        _client.Probe();
        Assert.Equal(["@n=1 SENDTO:Annie: hi", "HEARTBEAT: Bob"], _client.Said[^2..]);
    }

    [Fact]
    public void Leaving_is_said_until_the_relay_knows()
    {
        _client.Connect();
        _client.BeginClose(forget: true);
        Assert.Equal(["@forget UNREGISTER: Bob"], _client.Controls());
        _client.Run(0.2);
        Assert.Equal(["@forget UNREGISTER: Bob"], _client.Controls());
        Assert.Equal(SendOutcome.Closed, _client.Send("Annie", "hi"));
        _client.SayAside("@code=left INFO:");
        Assert.Equal(["left"], _client.Events());
        Assert.Equal((ChatConnectionState.Disconnected, TimeSpan.MaxValue), (_client.Machine.State, _client.Machine.NextTick));
    }

    [Fact]
    public void A_relay_that_does_not_know_the_session_is_left()
    {
        _client.Connect();
        _client.BeginClose();
        _client.Forgotten();
        Assert.Equal(["left"], _client.Events());
        Assert.Equal(["UNREGISTER: Bob"], _client.Controls());
    }

    [Fact]
    public void Without_an_answer_leaving_ends_after_a_second()
    {
        _client.Connect();
        _client.IsDeaf = true;
        _client.BeginClose();
        _client.Run(0.99);
        Assert.Equal(Enumerable.Repeat("UNREGISTER: Bob", 3), _client.Controls());
        Assert.Empty(_client.Events());
        _client.Run(0.01);
        Assert.Equal(["left"], _client.Events());
        Assert.Equal(ChatConnectionState.Disconnected, _client.Machine.State);
    }

    [Fact]
    public void What_was_taken_is_known_before_it_leaves()
    {
        _client.Connect();
        _client.Say("@i=7;n=1 FROM:Annie: hi");
        Assert.Equal(["Annie 7.1: hi"], _client.Events());
        _client.Machine.Taken(_client.Tickets[0]);
        _client.BeginClose();
        Assert.Equal(["TAKEN: 1"], _client.Lines());
        Assert.Equal(["HEARTBEAT: Bob", "UNREGISTER: Bob"], _client.Controls());
    }

    [Fact]
    public void A_relay_that_is_silent_of_what_was_taken_is_left_after_two_seconds()
    {
        _client.Connect();
        _client.Say("@i=7;n=1 FROM:Annie: hi");
        Assert.Equal(["Annie 7.1: hi"], _client.Events());
        _client.IsDeaf = true;
        _client.Taken(0);
        _client.BeginClose();
        _client.Run(0.99);
        Assert.DoesNotContain("UNREGISTER: Bob", _client.Controls());
        _client.Run(1);
        Assert.Contains("UNREGISTER: Bob", _client.Controls());
        Assert.Empty(_client.Events());
        _client.Run(0.01);
        Assert.Equal(["left"], _client.Events());
    }

    [Fact]
    public void Leaving_with_more_to_send_than_a_batch_holds_is_said_all_the_same()
    {
        _client.Connect();
        for (int i = 0; i < 20; i++)
            _client.Send("Annie", new string('x', 60_000)); // opens the window
        _client.Say("ACCEPTED: 1-20");
        for (int i = 0; i < 5; i++)
            _client.Queue("Annie", new string('x', 60_000));
        _client.BeginClose();
        Assert.Contains("UNREGISTER: Bob", _client.Controls());
    }
}
