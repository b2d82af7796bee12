using System;
using System.Linq;
using UdpChat.Protocol.Relay;
using UdpChat.Testing;
using UdpChat.Testing.Extended;

namespace UdpChat.Protocol.Tests.Simulation;

/// <summary>A relay with a store: what it has to know after its end, and what it does while the store fails or is slow.</summary>
public class StoreRecoveryTests
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Reconnect = TimeSpan.FromMinutes(1);

    [Fact]
    public void What_was_decided_before_a_restart_is_not_taken_in_again_though_its_sender_and_its_recipient_do_not_know() => SeededRun.ForEach(20, network =>
    {
        var chat = new Chat(network);
        chat.Annie.Mood = UserMood.Absent;
        chat.Bob.Link.Incoming.Conditions = LinkConditions.Clean with { Loss = 1 };
        chat.Bob.Send("Annie", "hi");
        Assert.True(network.RunUntil(() => chat.Store.Mail.Any() && chat.Relay.IsIdle, Soon));
        chat.Annie.Mood = UserMood.Eager;
        Assert.True(network.RunUntil(() => chat.Oracle.Taken == 1 && !chat.Store.Mail.Any() && chat.Relay.IsIdle, Soon));
        chat.Relay.Restart();
        chat.Annie.Kill();
        chat.Annie.Start();
        chat.Bob.Link.Become(LinkConditions.Clean);
        Assert.True(network.RunUntil(() => chat.Oracle.Letters.Single().Report == Report.Delivered, Reconnect));
        network.Run(Soon);
        Assert.Equal((1, 0), (chat.Oracle.Taken, chat.Oracle.Doubled));
    });

    [Fact]
    public void A_removal_that_failed_is_asked_again() => SeededRun.ForEach(20, network =>
    {
        var chat = new Chat(network);
        chat.Annie.Mood = UserMood.Absent;
        chat.Bob.Send("Annie", "hi");
        Assert.True(network.RunUntil(() => chat.Store.Mail.Any() && chat.Relay.IsIdle, Soon));
        chat.Store.IsFailing = true;
        chat.Annie.Mood = UserMood.Eager;
        Assert.True(network.RunUntil(() => chat.Oracle.Taken == 1 && chat.Store.Failed > 0, Soon));
        chat.Store.IsFailing = false;
        Assert.True(network.RunUntil(() => !chat.Store.Mail.Any(), Soon));
        chat.Relay.Restart();
        chat.Annie.Kill();
        chat.Annie.Start();
        network.Run(Reconnect);
        Assert.Equal((1, 0), (chat.Oracle.Taken, chat.Oracle.Doubled));
    });

    [Fact]
    public void What_could_not_be_removed_goes_with_what_comes_so_that_the_store_never_holds_more_than_a_mailbox() => SeededRun.ForEach(20, network =>
    {
        var chat = new Chat(network, mailbox: 1);
        chat.Annie.Mood = UserMood.Absent;
        chat.Bob.Send("Annie", "first");
        Assert.True(network.RunUntil(() => chat.Store.Mail.Any() && chat.Relay.IsIdle, Soon));
        chat.Store.IsFailing = true;
        chat.Annie.Mood = UserMood.Eager;
        Assert.True(network.RunUntil(() => chat.Oracle.Taken == 1 && chat.Store.Failed > 0, Soon));
        chat.Annie.Mood = UserMood.Absent;
        chat.Store.IsFailing = false;
        chat.Bob.Send("Annie", "second");
        Assert.True(network.RunUntil(() => chat.Store.Mail.Any(mail => mail.Number == 2), Soon));
        Assert.Single(chat.Store.Mail);
    });

    [Fact]
    public void A_read_that_failed_is_asked_again_twice_a_second() => SeededRun.ForEach(20, network =>
    {
        var chat = new Chat(network);
        chat.Annie.Close();
        network.Run(Soon);
        chat.Bob.Send("Annie", "hi");
        Assert.True(network.RunUntil(() => chat.Store.Mail.Any() && chat.Relay.IsIdle, Soon));
        chat.Annie.Start();
        Assert.True(network.RunUntil(() => chat.Relay.Machine.Users.Find("Annie"u8) is { Session.IsAnswerDue: false }, Soon));
        chat.Store.IsFailing = true;
        network.Run(TimeSpan.FromSeconds(10));
        Assert.InRange(chat.Store.Failed, 15, 25);
        chat.Store.IsFailing = false;
        Assert.True(network.RunUntil(() => chat.Oracle.Taken == 1, TimeSpan.FromSeconds(1)));
    });

    [Fact]
    public void Questions_that_are_too_many_for_a_slow_store_are_asked_again_until_all_are_answered() => SeededRun.ForEach(10, network =>
    {
        const int Messages = 150;
        var chat = new Chat(network, storeDelay: TimeSpan.FromSeconds(0.3));
        chat.Annie.Close();
        network.Run(Soon);
        for (int i = 0; i < Messages; i++)
        {
            chat.Bob.Send("Annie", $"to Annie {i}");
            chat.Bob.Send("Bob", $"to Bob {i}"); // so that no two numbers for Annie are neighbours
        }
        Assert.True(network.RunUntil(() => chat.Oracle.Letters.All(letter => letter.Report != Report.None) && chat.Relay.IsIdle, Soon));
        chat.Bob.Link.State = LinkState.Cut;
        chat.Annie.Start();
        Assert.True(network.RunUntil(() => chat.Oracle.Taken == 2 * Messages && !chat.Store.Mail.Any(), Soon));
        chat.Relay.Restart();
        chat.Bob.Link.State = LinkState.Up;
        Assert.True(network.RunUntil(() => chat.Oracle.Letters.All(letter => letter.Report == Report.Delivered), Reconnect));
        Assert.True(chat.Relay.Machine.Counters.WatchesPutOff > 0);
    });

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Nothing_is_taken_in_behind_a_refusal_that_was_not_heard(bool relayEnds) => SeededRun.ForEach(20, network =>
    {
        var chat = new Chat(network, mailbox: 1);
        chat.Annie.Close();
        network.Run(Soon);
        chat.Bob.Send("Annie", "first");
        Assert.True(network.RunUntil(() => chat.Store.Mail.Any() && chat.Relay.IsIdle, Soon));
        chat.Bob.Link.Incoming.Conditions = LinkConditions.Clean with { Loss = 1 };
        chat.Bob.Send("Annie", "second"); // is refused
        network.Run(TimeSpan.FromSeconds(1));
        chat.Annie.Start();
        Assert.True(network.RunUntil(() => chat.Oracle.Taken == 1, Soon));
        chat.Bob.Send("Annie", "third");
        network.Run(Soon);
        Assert.Equal(1, chat.Oracle.Taken);
        if (relayEnds)
            chat.Relay.Restart();
        network.Run(Reconnect); // Bob finds that nothing comes back, and registers again.
        chat.Bob.Link.Become(LinkConditions.Clean);
        Assert.True(network.RunUntil(() => chat.Oracle.Letters.All(letter => letter.Report == Report.Delivered) && chat.Oracle.Taken == 3, Reconnect));
    });

    [Fact]
    public void Many_refusals_hold_up_nothing_that_is_for_others() => SeededRun.ForEach(5, network =>
    {
        const int Messages = 4_000;
        var chat = new Chat(network, mailbox: 2 * Messages);
        network.Run(Reconnect + Soon); // From now on what is for nobody is refused for good.
        for (int i = 0; i < Messages; i++)
        {
            chat.Bob.Send("nobody", $"to nobody {i}");
            chat.Bob.Send("Annie", $"to Annie {i}");
        }
        Assert.True(network.RunUntil(() => chat.Oracle.Taken == Messages && chat.Bob.IsSettled, Soon));
        Assert.Equal(0, chat.Relay.Machine.Counters[MessageOutcome.QueueFull]);
    });

    [Fact]
    public void When_the_store_has_failed_what_its_sender_sent_meanwhile_is_not_kept_either() => SeededRun.ForEach(20, network =>
    {
        var chat = new Chat(network, storeDelay: TimeSpan.FromSeconds(0.3));
        chat.Annie.Close();
        Assert.True(network.RunUntil(() => chat.Relay.IsIdle && chat.Relay.Machine.SessionCount == 1, Soon));
        chat.Bob.Link.Incoming.Conditions = LinkConditions.Clean with { Loss = 1 };
        chat.Store.IsFailing = true;
        chat.Bob.Send("Annie", "first");
        Assert.True(network.RunUntil(() => chat.Relay.Machine.Users.Find("Annie"u8)!.MailCount == 1, Soon));
        chat.Bob.Send("Annie", "second");
        Assert.True(network.RunUntil(() => chat.Store.Failed > 0, Soon));
        chat.Store.IsFailing = false;
        network.Run(TimeSpan.FromSeconds(1));
        chat.Relay.Restart();
        chat.Bob.Link.Become(LinkConditions.Clean);
        chat.Annie.Start();
        Assert.True(network.RunUntil(() => chat.Oracle.Letters.All(letter => letter.Report == Report.Delivered) && chat.Oracle.Taken == 2, Reconnect));
    });

    [Fact]
    public void A_relay_that_ends_before_it_knows_that_its_store_has_failed_stores_all_or_nothing() => SeededRun.ForEach(20, network =>
    {
        var chat = new Chat(network, storeDelay: TimeSpan.FromSeconds(0.3));
        chat.Annie.Close();
        Assert.True(network.RunUntil(() => chat.Relay.IsIdle && chat.Relay.Machine.SessionCount == 1, Soon));
        chat.Bob.Link.Incoming.Conditions = LinkConditions.Clean with { Loss = 1 };
        chat.Store.IsFailing = true;
        chat.Bob.Send("Annie", "first");
        Assert.True(network.RunUntil(() => chat.Relay.Machine.Users.Find("Annie"u8)!.MailCount == 1, Soon));
        chat.Bob.Send("Annie", "second");
        Assert.True(network.RunUntil(() => chat.Store.Failed > 0, Soon));
        chat.Store.IsFailing = false;
        chat.Relay.Shut();
        chat.Relay.Start();
        chat.Bob.Link.Become(LinkConditions.Clean);
        chat.Annie.Start();
        Assert.True(network.RunUntil(() => chat.Oracle.Letters.All(letter => letter.Report == Report.Delivered) && chat.Oracle.Taken == 2, Reconnect));
    });

    /// <summary>Bob and Annie, who takes at once what arrives, on a clean network.</summary>
    private sealed class Chat
    {
        public Chat(SimulatedNetwork network, TimeSpan? storeDelay = null, int mailbox = 1_000)
        {
            TimeSpan longest = storeDelay ?? TimeSpan.FromMilliseconds(10);
            Store = new SimulatedStore(network, new StoreSettings { MaxDelay = longest });
            Relay = network.AddRelay(new RelaySettings { Options = new RelayOptions { StoreDelay = TimeSpan.Zero, MailboxMessages = mailbox }, Store = Store });
            Oracle = new DeliveryOracle(network, Relay) { StoreFails = true, IsSmall = true };
            Bob = new SimulatedMember(network, "Bob", Relay, Oracle, network.Random.Fork(), LinkConditions.Clean, isSmall: false, isOurs: true) { Mood = UserMood.Eager };
            Annie = new SimulatedMember(network, "Annie", Relay, Oracle, network.Random.Fork(), LinkConditions.Clean, isSmall: false, isOurs: true) { Mood = UserMood.Eager };
            Bob.Start();
            Annie.Start();
            Assert.True(network.RunUntil(() => Bob.IsSettled && Annie.IsSettled && Relay.IsIdle, Soon));
        }

        public SimulatedStore Store { get; }

        public SimulatedRelay Relay { get; }

        public DeliveryOracle Oracle { get; }

        public SimulatedMember Bob { get; }

        public SimulatedMember Annie { get; }
    }
}
