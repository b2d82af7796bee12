using System.Linq;
using UdpChat.Protocol.Relay.Storage;

namespace UdpChat.Protocol.Tests.Relay.Extended;

/// <summary>What becomes of mail while a store is slow or fails, and of what is in the store only.</summary>
public class StoreTests
{
    private const string Expired = "@code=expired;n=1 INFO: Annie did not come for your message in time; it is gone.";

    private readonly ExtendedRelayFixture _relay = new(hasStore: true);
    private readonly WirePeer _bob, _annie;

    public StoreTests()
    {
        _bob = new WirePeer(_relay, 1, "Bob").Connect();
        _annie = new WirePeer(_relay, 2, "Annie").Connect();
        _relay.RunStore();
    }

    [Fact]
    public void A_message_to_somebody_away_is_accepted_once_the_store_has_it()
    {
        Leave(_annie);
        _bob.Say("@n=1 SENDTO:Annie: hi");
        Assert.Equal(["SaveMail Bob 1: hi"], _relay.TakeCommands());
        _relay.Run(1);
        Assert.Empty(_bob.Heard());
        _relay.Complete();
        Assert.Equal(["ACCEPTED: 1"], _bob.Heard());
        Assert.Equal(0, _relay.Machine.MailMemory);
    }

    [Fact]
    public void A_message_that_was_taken_is_accepted_and_never_goes_to_the_store()
    {
        _bob.Say("@n=1 SENDTO:Annie: hi");
        Assert.Equal(["@i=1000;n=1 FROM:Bob: hi"], _annie.Heard());
        Assert.Empty(_bob.Heard());
        _annie.Say("TAKEN: 1");
        Assert.Equal(["ACCEPTED: 1", "DELIVERED: 1"], _bob.Heard());
        Assert.Empty(_relay.TakeCommands());
    }

    [Fact]
    public void A_message_that_was_delivered_and_not_taken_is_accepted_once_the_store_has_it()
    {
        _bob.Say("@n=1 SENDTO:Annie: hi");
        _annie.Heard();
        _annie.Acknowledge();
        _relay.Run(0.05);
        Assert.Empty(_relay.TakeCommands());
        _relay.Run(0.06);
        Assert.Equal(["SaveMail Bob 1: hi"], _relay.TakeCommands());
        Assert.Empty(_bob.Heard());
        _relay.Complete();
        Assert.Equal(["ACCEPTED: 1", "DELIVERED: 1"], _bob.Heard());
    }

    [Fact]
    public void A_message_to_somebody_away_that_the_store_could_not_keep_is_refused()
    {
        Leave(_annie);
        _bob.Say("@n=1 SENDTO:Annie: hi");
        _relay.RunStore(fails: true);
        Assert.Equal(["@code=store-failed;n=1 INFO: Annie is away, and the relay can't store your message now; it was not kept."], _bob.Heard());
        Assert.Equal(0, _relay.Machine.MailMemory);
    }

    [Fact]
    public void A_message_to_somebody_connected_that_the_store_could_not_keep_is_tried_again()
    {
        _bob.Say("@n=1 SENDTO:Annie: hi");
        _relay.Run(0.11);
        Assert.Equal(["SaveMail Bob 1: hi"], _relay.RunStore(fails: true));
        Assert.Empty(_bob.Heard());
        _relay.Run(0.11);
        Assert.Equal("SaveMail Bob 1: hi", _relay.RunStore()[0]);
        Assert.Equal(["ACCEPTED: 1"], _bob.Heard());
    }

    [Fact]
    public void What_is_in_the_store_only_is_read_when_its_recipient_is_there_and_removed_when_taken()
    {
        KeepOne();
        _annie.Connect();
        Assert.Equal(["ReadMail after 0"], _relay.RunStore(answer: FindKept));
        Assert.Equal(["@i=1000;n=1 FROM:Bob: hi"], _annie.Heard());
        _annie.Say("TAKEN: 1");
        Assert.Equal(["RemoveMail 1"], _relay.TakeCommands());
        Assert.Equal(["DELIVERED: 1"], _bob.Heard());
    }

    [Fact]
    public void With_a_name_that_is_given_up_its_mail_in_the_store_goes_and_its_sender_is_told()
    {
        KeepOne();
        _annie.Connect();
        _annie.SayAside("@forget UNREGISTER: Annie");
        string[] commands = _relay.RunStore(answer: FindKept);
        Assert.Equal((1, Expired), (commands.Count(command => command == "RemoveUser Annie"), Assert.Single(_bob.Heard())));
        _bob.Acknowledge();
        Assert.Equal(["RemoveExpired Bob 1-1"], _relay.TakeCommands());
    }

    [Fact]
    public void Of_mail_that_expired_in_the_store_its_sender_is_told()
    {
        KeepOne();
        _relay.Run(1);
        Assert.Equal(["ExpireMail"], _relay.RunStore(answer: FindKept));
        Assert.Equal([Expired], _bob.Heard());
    }

    [Fact]
    public void What_a_group_that_failed_has_found_is_not_so()
    {
        KeepOne();
        _relay.Run(1);
        Assert.Equal(["ExpireMail"], _relay.RunStore(fails: true, answer: FindKept));
        Assert.Empty(_bob.Heard());
        _annie.Connect();
        _annie.SayAside("@forget UNREGISTER: Annie");
        _relay.RunStore(fails: true, answer: FindKept);
        Assert.Empty(_bob.Heard());
    }

    [Fact]
    public void A_removal_of_a_message_that_failed_is_asked_again_before_anything_else()
    {
        KeepOne();
        _annie.Connect();
        _relay.RunStore(answer: FindKept);
        _annie.Heard();
        _annie.Say("TAKEN: 1");
        Assert.Equal(["RemoveMail 1"], _relay.RunStore(fails: true));
        Assert.Empty(_relay.TakeCommands());
        _bob.Say("@n=2 SENDTO:Annie: hi");
        _relay.Run(0.2);
        Assert.Equal(["RemoveMail 1", "SaveMail Bob 2: hi"], _relay.TakeCommands());
        _relay.Complete();
        _relay.Run(1);
        Assert.DoesNotContain("RemoveMail 1", _relay.RunStore());
    }

    [Fact]
    public void A_removal_of_a_name_that_failed_is_asked_again()
    {
        _annie.SayAside("@forget UNREGISTER: Annie");
        Assert.Contains("RemoveUser Annie", _relay.RunStore(fails: true));
        Assert.Empty(_relay.TakeCommands());
        _relay.Run(1);
        Assert.Contains("RemoveUser Annie", _relay.RunStore());
        _relay.Run(1);
        Assert.Empty(_relay.RunStore());
    }

    [Fact]
    public void A_note_that_a_sender_was_told_that_failed_is_asked_again()
    {
        KeepOne();
        _relay.Run(1);
        _relay.RunStore(answer: FindKept);
        _bob.Heard();
        _bob.Acknowledge();
        Assert.Contains("RemoveExpired Bob 1-1", _relay.RunStore(fails: true));
        _relay.Run(1);
        Assert.Contains("RemoveExpired Bob 1-1", _relay.RunStore());
    }

    /// <summary>Bob's first message, which is in the store.</summary>
    private static void FindKept(StoreCommand command)
    {
        if (command.Kind is StoreCommandKind.ReadMail or StoreCommandKind.RemoveUser or StoreCommandKind.ExpireMail)
            command.Found = [new StoredMail { Sequence = 1, Recipient = 2, Sender = "Bob"u8.ToArray(), Incarnation = 1_000, Number = 1, AcceptedAt = ExtendedRelayFixture.StartedAt, Buffer = "hi"u8.ToArray(), Length = 2 }];
    }

    /// <summary>Annie leaves, and one message of Bob's is kept for her.</summary>
    private void KeepOne()
    {
        Leave(_annie);
        _bob.Say("@n=1 SENDTO:Annie: hi");
        _relay.RunStore();
        Assert.Equal(["ACCEPTED: 1"], _bob.Heard());
    }

    private void Leave(WirePeer peer)
    {
        peer.SayAside("UNREGISTER: x");
        _relay.RunStore();
    }
}
