using System;
using System.Linq;
using UdpChat.Protocol.Relay.Storage;
using UdpChat.Sqlite.Tests.Support;

namespace UdpChat.Sqlite.Tests;

public class TransactionTests : StoreTest
{
    private static readonly string Large = new('x', 60_000);

    [Fact]
    public void Of_a_group_that_fails_in_the_middle_nothing_is_done()
    {
        Execute(SaveUser(1, "Bob"), SaveMail(1, 1), SaveMail(2, 1));

        Assert.ThrowsAny<Exception>(() => Execute(SaveUser(2, "Annie"), SaveMail(3, 1), RemoveMail(1), RemoveUser(1), new StoreCommand { Kind = (StoreCommandKind)99 }, SaveMail(4, 1)));

        Assert.Equal([1, 2], Kept(1));
        StoreContent content = Reopen();
        Assert.Equal([1], content.Users.Select(u => u.Id));
        Assert.Equal((2, 1), (content.LastSequence, content.LastUser));
        Assert.Equal([1, 2], Kept(1));
    }

    [Fact]
    public void A_group_works_after_one_that_failed()
    {
        Assert.ThrowsAny<Exception>(() => Execute(SaveMail(1, 1), new StoreCommand { Kind = (StoreCommandKind)99 }));
        Execute(SaveMail(2, 1));

        Assert.Equal([2], Kept(1));
        Reopen();
        Assert.Equal([2], Kept(1));
    }

    [Fact]
    public void When_the_disk_is_full_the_group_fails_and_what_is_kept_can_still_be_read_and_removed()
    {
        Execute(SaveMail(1, 1, Large));
        Limit(40);

        var e = Assert.Throws<ChatStoreException>(() => Execute([.. Enumerable.Range(2, 9).Select(i => SaveMail(i, 1, Large))]));

        Assert.Contains("is full", e.Message, StringComparison.Ordinal);
        Assert.Equal([1], Kept(1));
        Execute(RemoveMail(1));
        Assert.Empty(Kept(1));
    }

    [Fact]
    public void When_the_disk_has_room_again_groups_succeed_again()
    {
        Limit(40);
        Assert.Throws<ChatStoreException>(() => Execute([.. Enumerable.Range(1, 9).Select(i => SaveMail(i, 1, Large))]));
        Limit(4_000_000);

        Execute([.. Enumerable.Range(1, 9).Select(i => SaveMail(i, 1, Large))]);

        Reopen();
        Assert.Equal(Enumerable.Range(1, 9).Select(i => (long)i), Kept(1));
    }

    [Fact]
    public void The_log_does_not_grow_without_end()
    {
        var log = new System.IO.FileInfo(File + "-wal");
        for (int i = 1; i <= 400; i++)
            Execute(SaveMail(i, 1, Large), RemoveMail(i - 1));

        log.Refresh();
        Assert.InRange(log.Length, 1, 16 << 20);
    }

    private void Limit(int pages) => Schema.Execute(Store.Connection, $"PRAGMA max_page_count={pages}");
}
