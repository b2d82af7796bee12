using System;

namespace UdpChat.Protocol.Tests.Relay.Extended;

/// <summary>How a relay answers registrations whose store is slow or fails.</summary>
public class StoreRegistrationTests
{
    private readonly ExtendedRelayFixture _relay = new(hasStore: true);
    private readonly WirePeer _bob;

    public StoreRegistrationTests()
    {
        _bob = new WirePeer(_relay, 1, "Bob").Connect();
        new WirePeer(_relay, 2, "Annie").Connect();
        _relay.RunStore();
    }

    [Fact]
    public void A_new_incarnation_is_answered_once_the_store_has_it()
    {
        var carl = new WirePeer(_relay, 3, "Carl") { Registration = 1 };
        Assert.Null(_relay.Ask(carl.Address, carl.RegisterText(low: 5)));
        Assert.Equal(["SaveUser Carl 1000 4"], _relay.TakeCommands());
        Assert.Null(_relay.Ask(carl.Address, carl.RegisterText()));
        _relay.Complete();
        Assert.Contains(";code=registered;i=1000;r=1;", Assert.Single(_relay.SentTo(carl.Address)));
    }

    [Fact]
    public void Another_session_of_an_incarnation_that_the_store_has_is_answered_at_once()
    {
        _bob.Registration++;
        Assert.Contains(";code=registered;i=1000;r=2;", _relay.Ask(_bob.Address, _bob.RegisterText()));
    }

    [Fact]
    public void A_registration_that_the_store_could_not_keep_is_refused_and_a_later_one_works()
    {
        var carl = new WirePeer(_relay, 3, "Carl") { Registration = 1 };
        _relay.Receive(carl.Address, carl.RegisterText());
        _relay.RunStore(fails: true);
        Assert.Equal(["@code=store-failed;i=1000;r=1 INFO: The relay can't write to its store, please try again later."], _relay.SentTo(carl.Address));
        Assert.Equal((2, 2), (_relay.Machine.SessionCount, _relay.Machine.ReservedNames));
        carl.Connect();
    }

    [Fact]
    public void A_new_incarnation_of_a_name_in_the_store_that_could_not_be_kept_leaves_the_name_to_its_owner()
    {
        var again = new WirePeer(_relay, 3, "Bob") { Token = _bob.Token, Incarnation = 1_001, Registration = 1 };
        _relay.Receive(again.Address, again.RegisterText());
        _relay.RunStore(fails: true);
        Assert.StartsWith("@code=store-failed;i=1001;r=1 ", Assert.Single(_relay.SentTo(again.Address)), StringComparison.Ordinal);
        Assert.Equal((1, 2), (_relay.Machine.SessionCount, _relay.Machine.ReservedNames));
        again.Registration++;
        Assert.Null(_relay.Ask(again.Address, again.RegisterText()));
        Assert.Contains("SaveUser Bob 1001 0", _relay.RunStore());
        Assert.Contains(";code=registered;i=1001;r=2;", Assert.Single(_relay.SentTo(again.Address)));
    }

    [Fact]
    public void A_registration_that_was_replaced_while_the_store_was_slow_is_not_answered_any_more()
    {
        var old = new WirePeer(_relay, 3, "Carl") { Registration = 1 };
        var carl = new WirePeer(_relay, 4, "Carl") { Token = old.Token, Incarnation = 1_001, Registration = 1 };
        _relay.Receive(old.Address, old.RegisterText());
        _relay.TakeCommands();
        _relay.Receive(carl.Address, carl.RegisterText());
        _relay.Complete();
        Assert.Empty(_relay.SentTo(carl.Address));
        _relay.RunStore();
        Assert.Empty(_relay.SentTo(old.Address));
        Assert.Contains(";code=registered;i=1001;r=1;", Assert.Single(_relay.SentTo(carl.Address)));
    }

    [Fact]
    public void For_a_name_that_is_not_in_the_store_yet_nothing_is_kept()
    {
        var carl = new WirePeer(_relay, 3, "Carl") { Registration = 1 };
        _relay.Receive(carl.Address, carl.RegisterText());
        _bob.Say("@n=1 SENDTO:Carl: hi");
        Assert.Equal(["@code=not-yet;n=1 INFO: Your message to Carl waits until it is known who has come back."], _bob.Heard());
        _relay.RunStore();
        _bob.Say("@n=1;retry SENDTO:Carl: hi");
        _relay.RunStore();
        Assert.Equal(["ACCEPTED: 1"], _bob.Heard());
    }
}
