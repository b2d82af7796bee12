using System;
using System.Collections.Generic;
using System.Linq;
using UdpChat.Protocol.Client;

namespace UdpChat.Protocol.Tests.Client;

public class ReconnectTests
{
    private static readonly TimeSpan[] LongestPauses = [.. new[] { 1, 2, 4, 8, 16, 30, 30, 30 }.Select(seconds => TimeSpan.FromSeconds(seconds))];

    private readonly ClientFixture _client = new();

    public ReconnectTests() => _client.Connect();

    [Fact]
    public void A_client_that_was_forgotten_registers_again_at_once_over_the_same_path()
    {
        _client.Receive(ClientFixture.NotRegistered);
        Assert.Equal([ClientFixture.Register, "echo"], _client.Sent());
        Assert.Equal(["reconnecting: Forgotten"], _client.Events());
        Assert.Equal(ChatConnectionState.Reconnecting, _client.Machine.State);
        _client.Receive(_client.Echo);
        Assert.Equal(["connected"], _client.Events());
    }

    [Fact]
    public void The_sentence_counts_word_for_word_and_any_other_is_a_notice()
    {
        _client.Receive("INFO: You are not registered.");
        _client.Receive("INFO: you are not registered, please register again.");
        _client.Receive("FROM:Mallory: You are not registered, please register again.");
        Assert.Equal(ChatConnectionState.Connected, _client.Machine.State);
        _client.Receive("INFO:You are not registered, please register again.");
        Assert.Equal(ChatConnectionState.Reconnecting, _client.Machine.State);
    }

    [Fact]
    public void While_it_registers_again_the_sentence_alone_changes_nothing()
    {
        _client.Receive(ClientFixture.NotRegistered);
        _client.Sent();
        for (int i = 0; i < 10; i++)
            _client.Receive(ClientFixture.NotRegistered);
        Assert.Empty(_client.Sent());
        Assert.Equal(["reconnecting: Forgotten"], _client.Events());
    }

    [Fact]
    public void An_echo_from_before_does_not_count()
    {
        _client.Probe();
        string before = _client.Echo;
        _client.Receive(ClientFixture.NotRegistered);
        _client.Receive(before);
        Assert.Equal(ChatConnectionState.Reconnecting, _client.Machine.State);
    }

    [Fact]
    public void Rounds_are_separated_by_pauses_that_grow_to_30_seconds_less_up_to_half()
    {
        var shares = new List<double>();
        for (ulong seed = 1; seed <= 50; seed++)
        {
            var client = new ClientFixture(seed: seed);
            client.Connect();
            LosePath(client);
            foreach (TimeSpan pause in LongestPauses)
            {
                client.PathOpened();
                TimeSpan begin = client.Now;
                Round(client);
                TimeSpan waited = client.Now - begin - TimeSpan.FromSeconds(2.5);
                Assert.InRange(waited, new TimeSpan(pause.Ticks / 2), pause);
                shares.Add(waited.TotalSeconds / pause.TotalSeconds);
            }
        }
        Assert.InRange(shares.Min(), 0.5, 0.52);
        Assert.InRange(shares.Max(), 0.98, 1);
    }

    [Fact]
    public void A_path_that_cannot_be_opened_costs_a_pause()
    {
        LosePath(_client);
        for (int seconds = 1; seconds <= 4; seconds *= 2)
        {
            _client.PathFailed();
            Assert.InRange(_client.Tick(), TimeSpan.FromSeconds(seconds / 2.0), TimeSpan.FromSeconds(seconds));
            Assert.Equal(["path wanted"], _client.Events());
        }
        Assert.Empty(_client.Sent());
    }

    [Fact]
    public void Several_errors_of_one_round_cost_one_pause()
    {
        LosePath(_client);
        for (int seconds = 1; seconds <= 4; seconds *= 2)
        {
            _client.PathOpened();
            for (int i = 0; i < 3; i++)
                _client.PathFailed();
            Assert.InRange(_client.Tick(), TimeSpan.FromSeconds(seconds / 2.0), TimeSpan.FromSeconds(seconds));
            Assert.Equal(["path wanted"], _client.Events());
        }
    }

    [Fact]
    public void Pauses_begin_anew_once_it_was_connected()
    {
        LosePath(_client);
        for (int i = 0; i < 5; i++)
        {
            _client.PathOpened();
            Round(_client);
        }
        _client.PathOpened();
        _client.Receive(_client.Echo);
        Assert.Equal(["connected"], _client.Events());
        LosePath(_client);
        _client.PathOpened();
        TimeSpan begin = _client.Now;
        Round(_client);
        Assert.InRange(_client.Now - begin, TimeSpan.FromSeconds(3), TimeSpan.FromSeconds(3.5));
    }

    [Fact]
    public void Its_name_taken_meanwhile_it_goes_on_trying_after_pauses()
    {
        _client.Receive(ClientFixture.NotRegistered);
        for (int round = 0; round < 8; round++)
        {
            for (int i = 0; i < 3; i++)
            {
                _client.Receive("INFO: The name Bob is taken, please choose another.");
                _client.Receive(ClientFixture.NotRegistered);
            }
            Assert.Equal([ClientFixture.Register, "echo", ClientFixture.Register, "echo", ClientFixture.Register, "echo"], _client.Sent());
            _client.Tick();
            Assert.Equal("path wanted", _client.Events()[^1]);
            _client.PathOpened();
        }
        Assert.Equal(ChatConnectionState.Reconnecting, _client.Machine.State);
        _client.Receive(_client.Echo);
        Assert.Equal(["connected"], _client.Events());
    }

    [Fact]
    public void It_never_gives_up()
    {
        LosePath(_client);
        _client.Events();
        int rounds = 0;
        while (_client.Now < TimeSpan.FromDays(1))
        {
            _client.PathOpened();
            Round(_client);
            rounds++;
        }
        // A round of 2.5 s and a pause of 15 to 30 s.
        Assert.InRange(rounds, 86_400 / 33, 86_400 / 17);
        _client.PathOpened();
        _client.Receive(_client.Echo);
        Assert.Equal(ChatConnectionState.Connected, _client.Machine.State);
    }

    [Fact]
    public void After_hours_asleep_one_tick_asks_and_the_answer_decides()
    {
        _client.TickAt(TimeSpan.FromHours(8));
        Assert.Equal([ClientFixture.Heartbeat], _client.Sent());
        _client.Receive(ClientFixture.NotRegistered);
        _client.Receive(_client.Echo);
        Assert.Equal(["reconnecting: Forgotten", "connected"], _client.Events());
    }

    [Fact]
    public void After_hours_asleep_with_an_echo_out_it_asks_again_before_it_gives_up()
    {
        _client.Probe();
        _client.Sent();
        _client.TickAt(TimeSpan.FromHours(8));
        Assert.Contains("echo", _client.Sent());
        Assert.Equal(ChatConnectionState.Connected, _client.Machine.State);
        _client.Receive(_client.Echo);
        Assert.Equal(["echo returned"], _client.Events());
    }

    [Fact]
    public void A_path_that_opens_while_connected_changes_nothing()
    {
        _client.PathOpened();
        Assert.Empty(_client.Sent());
        Assert.Equal(ChatConnectionState.Connected, _client.Machine.State);
    }

    /// <summary>Lets a probe stay without answer until the client gives up.</summary>
    private static void LosePath(ClientFixture client)
    {
        client.Probe();
        while (client.Machine.State == ChatConnectionState.Connected)
            client.Tick();
        Assert.Equal(["reconnecting: NoAnswer", "path wanted"], client.Events());
        client.Sent();
    }

    /// <summary>Lets a round stay without answer until the path is wanted again.</summary>
    private static void Round(ClientFixture client)
    {
        while (!client.Events().Contains("path wanted"))
            client.Tick();
        Assert.Equal(2 * ClientMachine.TriesPerRound, client.Sent().Length);
    }
}
