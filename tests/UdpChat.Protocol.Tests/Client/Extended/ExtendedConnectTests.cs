using System;
using System.Linq;
using UdpChat.Protocol.Client;

namespace UdpChat.Protocol.Tests.Client.Extended;

public class ExtendedConnectTests
{
    private readonly SessionFixture _client = new();

    [Fact]
    public void The_first_try_offers_the_extended_profile_and_says_nothing_plain()
    {
        _client.Open();
        Assert.Equal([SessionFixture.Offer], _client.Sent());
        Assert.StartsWith("@t=000102030405060708090a0b0c0d0e0f;i=1000;r=1;low=1;inbox=10000,", _client.Register, StringComparison.Ordinal);
        Assert.EndsWith(" REGISTER: Bob", _client.Register, StringComparison.Ordinal);
        Assert.InRange(_client.Register.Length, 400, 402);
    }

    [Fact]
    public void The_other_tries_of_a_round_speak_both_profiles()
    {
        _client.Open();
        _client.Sent();
        for (int i = 0; i < 3; i++)
        {
            _client.Run(0.5);
            Assert.Equal([SessionFixture.Offer, SessionFixture.PlainRegister, "echo"], _client.Sent());
        }
    }

    [Fact]
    public void The_relays_answer_means_connected_and_is_answered_in_the_session()
    {
        _client.Open();
        _client.Registered(7);
        Assert.Equal(["notice registered: Welcome Bob, you are registered.", "connected"], _client.Events());
        Assert.Equal(["HEARTBEAT: Bob"], _client.Controls());
        Assert.Equal((ChatConnectionState.Connected, ProfileInUse.Extended, false), (_client.Machine.State, _client.Machine.Profile, _client.Machine.RelayHasStore));
    }

    [Fact]
    public void An_answer_to_another_incarnation_or_registration_is_none()
    {
        _client.Open();
        foreach (string tags in new[] { "i=999;r=1", "i=1000;r=2", "i=1000", "r=1" })
            _client.Receive($"@s=0000000000000007;code=registered;{tags};addr=192.0.2.1:5;timeout=60000;start=500 INFO: Welcome");
        Assert.Empty(_client.Events());
        Assert.Equal((ChatConnectionState.Connecting, 4), (_client.Machine.State, _client.Machine.Counters.Ignored));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void All_rounds_until_it_is_connected_are_one_registration_and_its_answer_may_take_longer_than_they_do(bool isReconnecting)
    {
        if (isReconnecting)
        {
            _client.Connect();
            _client.Forgotten();
        }
        else
        {
            _client.Open();
        }
        string first = _client.Register;
        _client.Run(2.5);
        if (isReconnecting)
            _client.Run(1);
        Assert.Contains("path wanted", _client.Events());
        _client.PathOpened();
        Assert.Equal((first, isReconnecting ? "2" : "1"), (_client.Register, _client.Tag("r")));
        _client.Run(0.7);
        _client.Registered(7);
        Assert.Equal(ChatConnectionState.Connected, _client.Machine.State);
    }

    [Fact]
    public void An_answer_to_the_registration_of_an_earlier_session_is_none()
    {
        _client.Connect();
        _client.Forgotten();
        _client.Receive("@s=0000000000000001;code=registered;i=1000;r=1;addr=192.0.2.1:5;timeout=60000;start=500 INFO: Welcome");
        Assert.Equal((ChatConnectionState.Reconnecting, 1), (_client.Machine.State, _client.Machine.Counters.Ignored));
    }

    [Fact]
    public void Another_refusal_of_the_same_round_does_not_make_the_pause_longer()
    {
        _client.Connect();
        _client.Forgotten();
        _client.Answer("code=name-taken", "", "Taken.");
        TimeSpan next = _client.Machine.NextTick;
        _client.Answer("code=name-taken", "", "Taken.");
        Assert.Equal(next, _client.Machine.NextTick);
    }

    [Fact]
    public void After_the_words_that_offer_the_extended_profile_nothing_plain_is_said()
    {
        _client.Open();
        _client.Run(0.5);
        _client.Sent();
        _client.Receive(SessionFixture.Words);
        _client.Receive(_client.Echo);
        _client.Run(4);
        Assert.All(_client.Sent(), sent => Assert.Equal(SessionFixture.Offer, sent));
        Assert.Equal(ChatConnectionState.Connecting, _client.Machine.State);
    }

    [Fact]
    public void An_echo_and_three_offers_without_an_answer_mean_a_plain_relay()
    {
        _client.Open();
        _client.Run(0.5);
        _client.Receive(_client.Echo);
        _client.Run(0.99);
        Assert.Equal(ChatConnectionState.Connecting, _client.Machine.State);
        _client.Run(0.01);
        Assert.Equal((ChatConnectionState.Connected, ProfileInUse.Plain), (_client.Machine.State, _client.Machine.Profile));
        Assert.Equal(["connected"], _client.Events());
    }

    [Fact]
    public void A_late_answer_to_the_plain_REGISTER_does_not_keep_a_plain_client_from_leaving()
    {
        _client.Open();
        _client.Run(0.5);
        _client.Receive(_client.Echo);
        _client.Run(1);
        _client.Sent();
        _client.Receive(SessionFixture.Words);
        _client.Close();
        Assert.Equal(["UNREGISTER: Bob"], _client.Sent());
    }

    [Fact]
    public void No_message_leaves_before_the_profile_is_known()
    {
        _client.Open();
        _client.Send("Annie", "hi");
        _client.Run(0.5);
        _client.Receive(_client.Echo);
        Assert.DoesNotContain(_client.Sent(), sent => sent.Contains("Annie", StringComparison.Ordinal));
        _client.Run(1);
        Assert.Contains("SENDTO:Annie: hi", _client.Sent());
    }

    [Fact]
    public void A_client_that_insists_on_the_extended_profile_never_says_anything_plain()
    {
        var client = new SessionFixture(ClientFixture.Options() with { Profile = ChatProfile.Extended });
        client.Open();
        client.Run(2.5);
        client.PathOpened();
        client.Run(2.5);
        Assert.Contains("failed: TimedOut", client.Events());
        Assert.Equal(Enumerable.Repeat(SessionFixture.Offer, 8), client.Sent());
    }

    [Fact]
    public void Closing_while_it_insists_on_the_extended_profile_says_nothing_plain_either()
    {
        var client = new SessionFixture(ClientFixture.Options() with { Profile = ChatProfile.Extended });
        client.Open();
        client.Sent();
        client.Close();
        Assert.Empty(client.Sent());
    }

    [Theory]
    [InlineData("name-taken")]
    [InlineData("bad-name")]
    [InlineData("relay-full")]
    public void A_refusal_ends_connecting(string code)
    {
        _client.Open();
        _client.Answer($"code={code}", "", "No.");
        Assert.Equal([$"notice {code}: No.", "failed: NameRefused"], _client.Events());
        Assert.Equal(ChatConnectionState.Disconnected, _client.Machine.State);
    }

    [Fact]
    public void A_refusal_while_reconnecting_is_told_once_and_tried_again_after_pauses()
    {
        _client.Connect();
        _client.Forgotten();
        _client.Events();
        for (int i = 0; i < 5; i++)
        {
            _client.Answer("code=name-taken", "", "Taken.");
            TimeSpan before = _client.Now;
            _client.TickAt(_client.Machine.NextTick);
            Assert.InRange((_client.Now - before).TotalSeconds, Math.Pow(2, i) / 2, Math.Pow(2, i));
            Assert.Equal(i == 0 ? ["notice name-taken: Taken.", "path wanted"] : ["path wanted"], _client.Events());
            _client.PathOpened();
        }
        _client.Registered(2);
        Assert.Equal(ChatConnectionState.Connected, _client.Machine.State);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Once_replaced_it_ends_and_does_not_come_back(bool inSession)
    {
        _client.Connect();
        if (inSession)
        {
            _client.SayAside("@code=replaced INFO: Another client has registered Bob.");
        }
        else
        {
            _client.Forgotten();
            _client.Answer("code=replaced");
        }
        Assert.Equal("replaced", _client.Events()[^1]);
        _client.Sent();
        _client.TickAt(TimeSpan.FromHours(1));
        Assert.Equal((ChatConnectionState.Disconnected, TimeSpan.MaxValue), (_client.Machine.State, _client.Machine.NextTick));
        Assert.Empty(_client.Sent());
    }

    [Fact]
    public void A_relay_that_has_forgotten_the_session_is_registered_with_again_at_once_under_the_next_number()
    {
        _client.Connect();
        _client.Receive("@s=00000000000000aa;code=not-registered INFO:");
        Assert.Equal(ChatConnectionState.Connected, _client.Machine.State);
        _client.Forgotten();
        Assert.Equal(["reconnecting: Forgotten"], _client.Events());
        Assert.Equal([SessionFixture.Offer], _client.Sent());
        Assert.Equal("2", _client.Tag("r"));
    }

    [Fact]
    public void REGISTER_says_which_number_is_the_first_that_is_not_decided()
    {
        _client.Connect();
        _client.Send("Annie", "1");
        _client.Send("Annie", "2");
        _client.Send("Annie", "3");
        _client.Say("ACCEPTED: 1", "DELIVERED: 3");
        _client.Forgotten();
        Assert.Equal("2", _client.Tag("low"));
    }

    [Fact]
    public void A_relay_that_cannot_write_to_its_store_is_asked_again()
    {
        _client.Open();
        _client.Answer("code=store-failed", text: "Later.");
        Assert.Equal(ChatConnectionState.Connecting, _client.Machine.State);
        Assert.Equal(["notice store-failed: Later."], _client.Events());
        _client.Sent();
        _client.Run(0.5);
        Assert.Contains(SessionFixture.Offer, _client.Sent());
        _client.Registered(1);
        Assert.Equal(ChatConnectionState.Connected, _client.Machine.State);
    }
}
