using System;
using UdpChat.Protocol.Client;

namespace UdpChat.Protocol.Tests.Client;

public class ConnectTests
{
    private const string Taken = "INFO: The name Bob is taken, please choose another.";

    private readonly ClientFixture _client = new();

    [Fact]
    public void Nothing_is_sent_before_the_path_is_open()
    {
        _client.Machine.Open(TimeSpan.Zero);
        Assert.Empty(_client.Sent());
        Assert.Equal((ChatConnectionState.Connecting, TimeSpan.FromSeconds(5)), (_client.Machine.State, _client.Machine.NextTick));
    }

    [Fact]
    public void A_try_is_a_REGISTER_and_a_message_to_oneself()
    {
        _client.Open();
        Assert.Equal([ClientFixture.Register, "echo"], _client.Sent());
        Assert.Empty(_client.Events());
    }

    [Fact]
    public void Only_the_return_of_the_message_to_oneself_means_connected()
    {
        _client.Open();
        _client.Receive("INFO: Welcome Bob, you are registered.");
        Assert.Equal(["notice: Welcome Bob, you are registered."], _client.Events());
        Assert.Equal(ChatConnectionState.Connecting, _client.Machine.State);
        _client.Receive(_client.Echo);
        Assert.Equal(["connected"], _client.Events());
        Assert.Equal(ChatConnectionState.Connected, _client.Machine.State);
    }

    [Fact]
    public void A_relay_that_never_answers_REGISTER_is_good_enough_if_it_forwards()
    {
        _client.Open();
        _client.Tick();
        _client.Receive(_client.Echo);
        Assert.Equal(["connected"], _client.Events());
        Assert.Equal(1, _client.Machine.Counters.Echoes);
    }

    [Fact]
    public void The_echo_may_come_back_under_the_name_in_other_letter_case()
    {
        _client.Open();
        _client.Receive(_client.Echo.Replace("FROM:Bob", "FROM:BOB", StringComparison.Ordinal));
        Assert.Equal(["connected"], _client.Events());
    }

    [Fact]
    public void An_echo_from_somebody_else_or_with_another_nonce_means_nothing()
    {
        _client.Open();
        _client.Receive("FROM:Bob: UdpChat echo 0123456789abcdef");
        _client.Receive(_client.Echo.Replace("FROM:Bob", "FROM:Mallory", StringComparison.Ordinal));
        _client.Receive(_client.Echo.Replace("FROM", "INFO", StringComparison.Ordinal));
        Assert.Equal(ChatConnectionState.Connecting, _client.Machine.State);
        Assert.DoesNotContain("connected", _client.Events());
    }

    [Fact]
    public void It_tries_every_half_second_and_opens_the_path_anew_one_second_after_the_fourth_try()
    {
        _client.Open();
        Assert.Equal([ClientFixture.Register, "echo"], _client.Sent());
        for (int i = 0; i < 3; i++)
        {
            Assert.Equal(TimeSpan.FromSeconds(0.5), _client.Tick());
            Assert.Equal([ClientFixture.Register, "echo"], _client.Sent());
            Assert.Empty(_client.Events());
        }
        Assert.Equal(TimeSpan.FromSeconds(1), _client.Tick());
        Assert.Equal(["path wanted"], _client.Events());
        Assert.Empty(_client.Sent());
        _client.PathOpened();
        Assert.Equal([ClientFixture.Register, "echo"], _client.Sent());
        Assert.Equal(TimeSpan.FromSeconds(2.5), _client.Now);
    }

    [Fact]
    public void An_echo_of_any_try_counts_also_late()
    {
        _client.Open();
        string first = _client.Echo;
        _client.RunTo(TimeSpan.FromSeconds(3));
        _client.Receive(first);
        Assert.Equal(["path wanted", "connected"], _client.Events());
        Assert.True(_client.Machine.NextTick >= TimeSpan.FromSeconds(30), "No try may follow.");
    }

    [Fact]
    public void A_path_that_cannot_be_opened_is_tried_again_half_a_second_later()
    {
        _client.Machine.Open(TimeSpan.Zero);
        _client.PathFailed();
        Assert.Equal(TimeSpan.FromSeconds(0.5), _client.Tick());
        Assert.Equal(["path wanted"], _client.Events());
        Assert.Empty(_client.Sent());
        _client.PathOpened();
        Assert.Equal([ClientFixture.Register, "echo"], _client.Sent());
    }

    [Fact]
    public void Without_an_echo_the_connect_times_out_and_the_last_notice_was_told()
    {
        var client = new ClientFixture(ClientFixture.Options() with { ConnectTimeout = TimeSpan.FromSeconds(7) });
        client.Open();
        client.Receive("INFO: The relay is full, please try again later.");
        client.RunTo(new TimeSpan(TimeSpan.FromSeconds(7).Ticks - 1));
        Assert.Equal(ChatConnectionState.Connecting, client.Machine.State);
        Assert.Equal("notice: The relay is full, please try again later.", client.Events()[0]);
        client.RunTo(TimeSpan.FromSeconds(7));
        Assert.Equal(["failed: TimedOut"], client.Events());
        Assert.Equal((ChatConnectionState.Disconnected, TimeSpan.MaxValue), (client.Machine.State, client.Machine.NextTick));
        // The relay may have registered it all the same.
        Assert.Equal("UNREGISTER: Bob", client.Sent()[^1]);
    }

    [Fact]
    public void A_name_is_refused_when_three_times_in_a_row_a_notice_came_and_then_not_registered()
    {
        _client.Open();
        for (int i = 1; i <= 3; i++)
        {
            Assert.Equal([ClientFixture.Register, "echo"], _client.Sent());
            _client.Receive(Taken);
            Assert.Equal([$"notice: {Taken[6..]}"], _client.Events());
            Assert.Equal(ChatConnectionState.Connecting, _client.Machine.State);
            _client.Receive(ClientFixture.NotRegistered);
        }
        Assert.Equal(["failed: NameRefused"], _client.Events());
        Assert.Empty(_client.Sent());
        Assert.Equal((ChatConnectionState.Disconnected, TimeSpan.MaxValue), (_client.Machine.State, _client.Machine.NextTick));
        Assert.Equal((3, 3), (_client.Machine.Counters.Notices, _client.Machine.Counters.NotRegistered));
    }

    [Fact]
    public void A_name_that_was_refused_twice_may_be_free_the_third_time()
    {
        _client.Open();
        for (int i = 0; i < 2; i++)
        {
            _client.Receive(Taken);
            _client.Receive(ClientFixture.NotRegistered);
        }
        _client.Receive("INFO: Welcome Bob, you are registered.");
        _client.Receive(_client.Echo);
        Assert.Equal(ChatConnectionState.Connected, _client.Machine.State);
    }

    [Fact]
    public void Not_registered_without_a_notice_before_it_is_no_refusal()
    {
        // The notice was lost, or the registration was and the echo was not.
        _client.Open();
        for (int i = 0; i < 10; i++)
        {
            _client.Receive(ClientFixture.NotRegistered);
            _client.RunTo(_client.Now + TimeSpan.FromSeconds(0.4));
        }
        Assert.Equal(ChatConnectionState.Connecting, _client.Machine.State);
        _client.RunTo(TimeSpan.FromSeconds(5));
        Assert.Contains("failed: TimedOut", _client.Events());
    }

    [Fact]
    public void One_notice_stands_for_one_try_only()
    {
        _client.Open();
        _client.Receive(Taken);
        for (int i = 0; i < 5; i++)
            _client.Receive(ClientFixture.NotRegistered); // doubled on the way
        Assert.Equal(ChatConnectionState.Connecting, _client.Machine.State);
        Assert.Equal([ClientFixture.Register, "echo", ClientFixture.Register, "echo"], _client.Sent());
    }

    [Fact]
    public void What_comes_after_the_end_is_not_told()
    {
        _client.Open();
        _client.RunTo(TimeSpan.FromSeconds(5));
        _client.Events();
        _client.Sent();
        foreach (string datagram in new[] { _client.Echo, "FROM:Annie: hi", Taken, ClientFixture.NotRegistered })
            _client.Receive(datagram);
        _client.PathOpened();
        _client.PathFailed();
        _client.Probe();
        _client.TickAt(TimeSpan.FromHours(1));
        _client.Close();
        Assert.Empty(_client.Events());
        Assert.Empty(_client.Sent());
    }

    [Fact]
    public void Clients_use_different_nonces()
    {
        _client.Open();
        var other = new ClientFixture(seed: 2);
        other.Open();
        Assert.NotEqual(_client.Echo, other.Echo);
    }
}
