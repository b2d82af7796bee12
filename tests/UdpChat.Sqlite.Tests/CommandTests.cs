using System.Collections.Generic;
using System.Linq;
using System.Text;
using UdpChat.Protocol.Relay.Storage;
using UdpChat.Sqlite.Tests.Support;

namespace UdpChat.Sqlite.Tests;

public class CommandTests : StoreTest
{
    [Fact]
    public void A_new_store_is_empty()
    {
        StoreContent content = Store.Load();

        Assert.Empty(content.Users);
        Assert.Equal((0, 0), (content.LastSequence, content.LastUser));
    }

    [Fact]
    public void Every_field_of_a_user_survives_reopening()
    {
        byte[] hash = [.. Enumerable.Range(200, 32).Select(i => (byte)i)];
        var saved = new StoredUser { Id = 5, Name = Bytes("Zoë"), TokenHash = hash, Incarnation = long.MaxValue, Decided = 3, LastSeen = 1_800_000_000_000, Prefix = ulong.MaxValue };

        Execute(new StoreCommand { Kind = StoreCommandKind.SaveUser, Saved = saved });

        Assert.Equivalent(saved, Assert.Single(Reopen().Users), strict: true);
    }

    [Fact]
    public void Saving_a_user_again_replaces_what_was_known_of_it()
    {
        Execute(SaveUser(1, "Bob"), SaveUser(2, "Annie"), SaveUser(1, "BOB", incarnation: 9, decided: 4));

        Assert.Equal([("BOB", 9, 4), ("Annie", 1, 0)], Reopen().Users.Select(u => (Encoding.UTF8.GetString(u.Name), u.Incarnation, u.Decided)));
    }

    [Fact]
    public void An_update_counts_only_for_the_incarnation_that_registered_last()
    {
        Execute(SaveUser(1, "Bob", incarnation: 5), UpdateUser(1, 5, decided: 10, lastSeen: 20), UpdateUser(1, 4, decided: 99, lastSeen: 99), UpdateUser(2, 5, 99, 99));

        StoredUser user = Assert.Single(Reopen().Users);
        Assert.Equal((5, 10, 20), (user.Incarnation, user.Decided, user.LastSeen));
    }

    [Fact]
    public void A_users_number_is_remembered_after_the_last_user_is_removed()
    {
        Execute(SaveUser(7, "Bob"), SaveUser(3, "Annie"));
        Execute(RemoveUser(7), RemoveUser(3), RemoveUser(4711));

        StoreContent content = Reopen();

        Assert.Empty(content.Users);
        Assert.Equal(7, content.LastUser);
    }

    [Fact]
    public void A_sequence_number_is_remembered_after_all_mail_is_removed()
    {
        Execute(SaveMail(41, 1), SaveMail(42, 1));
        Execute(RemoveMail(41), RemoveMail(42));

        Assert.Equal(42, Reopen().LastSequence);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Every_field_of_a_message_is_read_as_it_was_saved(bool isReopened)
    {
        Execute(SaveMail(10, 2, "a line\nand another: \0 é 😀", "Zoë", incarnation: 1_800_000_000_000, number: 77, acceptedAt: 1_800_000_000_001), SaveMail(11, 2, ""));
        if (isReopened)
            Reopen();
        StoreCommand read = ReadMail(2);

        Execute(read);

        Assert.Collection(
            read.Found!,
            mail =>
            {
                Assert.Equal((10, 2, 1_800_000_000_000, 77, 1_800_000_000_001), (mail.Sequence, mail.Recipient, mail.Incarnation, mail.Number, mail.AcceptedAt));
                Assert.Equal("Zoë", Encoding.UTF8.GetString(mail.Sender));
                Assert.Equal("a line\nand another: \0 é 😀", Encoding.UTF8.GetString(mail.Text));
            },
            mail => Assert.Equal((11, 0), (mail.Sequence, mail.Text.Length)));
    }

    [Fact]
    public void Mail_is_counted_for_its_recipient_when_the_store_is_loaded()
    {
        Execute(SaveUser(1, "Bob"), SaveUser(2, "Annie"), SaveMail(1, 2, "four"), SaveMail(2, 2, "sixsix"), SaveMail(3, 3, "nobody's"));

        Assert.Equal([(0, 0), (2, 10)], Reopen().Users.Select(u => (u.MailCount, u.MailBytes)));
    }

    [Fact]
    public void Mail_is_read_in_the_order_of_its_sequence_numbers_and_only_its_recipients()
    {
        Execute(SaveMail(3, 1), SaveMail(1, 1), SaveMail(2, 9), SaveMail(4, 1));

        Assert.Equal([1, 3, 4], Kept(1));
        Reopen();
        Assert.Equal([1, 3, 4], Kept(1));
        Assert.Empty(Kept(5));
    }

    [Fact]
    public void Reading_begins_after_a_message_and_ends_with_the_count_or_before_the_bytes_are_exceeded()
    {
        StoreCommand[] reads = [ReadMail(1, after: 2), ReadMail(1, after: 2, maxCount: 2), ReadMail(1, maxBytes: 8), ReadMail(1, maxBytes: 7), ReadMail(1, maxBytes: 1), ReadMail(1, after: 5)];
        Execute([.. Enumerable.Range(1, 5).Select(i => SaveMail(i, 1, "four"))]);

        Execute(reads);

        Assert.Equal(["3 4 5", "3 4", "1 2", "1", "1", ""], reads.Select(r => string.Join(' ', r.Found!.Select(m => m.Sequence))));
    }

    [Fact]
    public void A_message_that_is_there_already_is_neither_doubled_nor_changed_nor_an_error()
    {
        Execute(SaveMail(1, 1, "first"));
        Execute(SaveMail(1, 1, "again"), SaveMail(1, 2, "again"), SaveMail(2, 1));
        StoreCommand read = ReadMail(1);
        Execute(read);

        Assert.Equal(["first", "hi"], read.Found!.Select(m => Encoding.UTF8.GetString(m.Text)));
        Assert.Empty(Kept(2));
    }

    [Fact]
    public void What_was_removed_is_gone_and_removing_it_again_does_nothing()
    {
        Execute(SaveMail(1, 1), SaveMail(2, 1));
        Execute(RemoveMail(1), RemoveMail(1), RemoveMail(99));

        Assert.Equal([2], Kept(1));
        Reopen();
        Assert.Equal([2], Kept(1));
    }

    [Fact]
    public void With_a_user_its_mail_goes_and_nobody_elses()
    {
        Execute(SaveUser(1, "Bob"), SaveMail(1, 1), SaveMail(2, 2), SaveMail(3, 1));
        Execute(RemoveUser(1));

        Assert.Empty(Kept(1));
        Assert.Equal([2], Kept(2));
        Reopen();
        Assert.Empty(Kept(1));
    }

    [Fact]
    public void Each_command_of_a_group_sees_those_before_it()
    {
        StoreCommand before = ReadMail(1), between = ReadMail(1), after = ReadMail(1);

        Execute(before, SaveMail(1, 1), SaveMail(2, 1), between, RemoveMail(1), after);

        Assert.Equal([0, 2, 1], new[] { before, between, after }.Select(r => r.Found!.Count));
    }

    [Fact]
    public void Held_messages_are_found_by_recipient_sender_incarnation_and_number()
    {
        Execute(
            SaveMail(1, 1, number: 12), SaveMail(2, 1, number: 11), SaveMail(3, 1, number: 20), SaveMail(4, 1, number: 9),
            SaveMail(5, 2, number: 13), SaveMail(6, 1, sender: "bob", number: 14), SaveMail(7, 1, incarnation: 2, number: 15));

        Assert.Equal([11, 12, 20], Find(FindMail(1, 10, 20)).Held);
    }

    [Fact]
    public void Expired_mail_goes_in_order_and_is_told_without_its_text()
    {
        Execute(SaveMail(3, 1, "four", acceptedAt: 30), SaveMail(2, 2, acceptedAt: 10), SaveMail(1, 1, acceptedAt: 20), SaveMail(4, 1, acceptedAt: 31));
        StoreCommand two = ExpireMail(31, maxCount: 2), rest = ExpireMail(31);

        Execute(two);
        Execute(rest);

        Assert.Equal([(1, 1), (2, 2)], two.Found!.Select(m => (m.Sequence, m.Recipient)));
        StoredMail mail = Assert.Single(rest.Found!);
        Assert.Equal((3, 4, 0), (mail.Sequence, mail.Length, mail.Buffer.Length));
        Assert.Equal([4], Kept(1));
        Assert.Empty(Kept(2));
    }

    [Fact]
    public void Mail_expires_behind_any_number_that_a_clock_of_the_future_has_dated()
    {
        Execute([.. Enumerable.Range(1, 2_500).Select(i => SaveMail(i, 1, acceptedAt: 1_000)), SaveMail(2_501, 1, acceptedAt: 30)]);

        Assert.Equal([0, 0, 1], Enumerable.Range(0, 3).Select(_ =>
        {
            StoreCommand expired = ExpireMail(31);
            Execute(expired);
            return expired.Found!.Count;
        }));
        StoreCommand all = ExpireMail(1_001, maxCount: 10_000);
        Execute(all);
        Assert.Equal(2_500, all.Found!.Count);
    }

    [Fact]
    public void What_has_expired_is_remembered_until_its_sender_was_told()
    {
        Execute(SaveUser(8, "Bob"), SaveMail(1, 1), SaveMail(2, 1), SaveMail(3, 1), ExpireMail(101), SaveMail(4, 1));
        Reopen();

        (List<long> held, List<long> expired) = Find(FindMail(1, 2, 9));
        Assert.Equal([4], held);
        Assert.Equal([2, 3], expired);
        Execute(RemoveExpired(2, 2));
        Assert.Equal([1, 3], Find(FindMail(1, 1, 9)).Expired);
    }

    [Fact]
    public void What_expired_is_forgotten_with_its_senders_incarnation()
    {
        Execute(SaveUser(8, "Bob", incarnation: 1), SaveMail(1, 1), ExpireMail(101));
        Execute(SaveUser(8, "Bob", incarnation: 1));
        Assert.Equal([1], Find(FindMail(1, 1, 9)).Expired);

        Execute(SaveUser(8, "Bob", incarnation: 2));
        Assert.Empty(Find(FindMail(1, 1, 9)).Expired);
    }

    [Fact]
    public void What_expired_is_forgotten_with_its_sender()
    {
        Execute(SaveUser(8, "Bob"), SaveUser(9, "Annie"), SaveMail(1, 1), SaveMail(2, 1, sender: "Annie"), ExpireMail(101), RemoveUser(8));

        Assert.Empty(Find(FindMail(1, 1, 9)).Expired);
        Assert.Equal([2], Find(FindMail(1, 1, 9, sender: "Annie")).Expired);
    }

    [Fact]
    public void Of_a_sender_who_can_never_be_told_nothing_is_remembered()
    {
        Execute(SaveUser(8, "Bob", incarnation: 2), SaveMail(1, 1, incarnation: 1), SaveMail(2, 1, sender: "plain"), ExpireMail(101));

        Assert.Empty(Find(FindMail(1, 1, 9)).Expired);
        Assert.Empty(Find(FindMail(1, 1, 9, sender: "plain")).Expired);
    }
}
