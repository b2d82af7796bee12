using System.Linq;
using Microsoft.Data.Sqlite;
using UdpChat.Sqlite.Tests.Support;

namespace UdpChat.Sqlite.Tests;

public class MigrationTests : StoreTest
{
    [Fact]
    public void A_store_of_an_older_version_is_brought_up_step_by_step_and_keeps_what_it_has()
    {
        Execute(SaveUser(1, "Bob"), SaveMail(1, 1));
        Close();

        string[] steps = [.. Schema.Steps, "CREATE TABLE later(a); INSERT INTO later VALUES(1)", "INSERT INTO later SELECT a + 1 FROM later"];
        using (SqliteChatStore newer = SqliteChatStore.Open(File, steps))
        {
            Assert.Equal([1, 2], Values(newer, "SELECT a FROM later ORDER BY a"));
            Assert.Equal([steps.Length], Values(newer, "PRAGMA user_version"));
            Assert.Equal(1, newer.Load().Users.Single().MailCount);
        }
        // A second time no step is done again.
        using (SqliteChatStore again = SqliteChatStore.Open(File, steps))
            Assert.Equal([1, 2], Values(again, "SELECT a FROM later ORDER BY a"));
    }

    [Fact]
    public void When_a_step_fails_the_store_stays_as_it_was()
    {
        Execute(SaveMail(1, 1));
        Close();

        Assert.Throws<ChatStoreException>(() => SqliteChatStore.Open(File, [.. Schema.Steps, "CREATE TABLE later(a)", "no SQL"]));

        Assert.Equal(1, Reopen().LastSequence);
        Assert.Empty(Values(Store, "SELECT 1 FROM sqlite_schema WHERE name = 'later'"));
    }

    [Fact]
    public void A_new_file_gets_all_steps_and_the_header_that_tells_it_from_others()
    {
        Assert.Equal([Schema.Steps.Count], Values(Store, "PRAGMA user_version"));
        Assert.Equal([0x55644368], Values(Store, "PRAGMA application_id"));
    }

    [Fact]
    public void A_store_knows_itself_again_and_no_other()
    {
        ulong id = Store.Load().Id;
        Assert.NotEqual(0ul, id);
        Assert.Equal(id, Reopen().Id);
        using SqliteChatStore other = SqliteChatStore.Open(File + "2", Schema.Steps);
        Assert.NotEqual(id, other.Load().Id);
    }

    [Fact]
    public void A_store_of_the_first_version_gets_an_id_and_loses_its_index_by_age_alone()
    {
        using (SqliteChatStore first = SqliteChatStore.Open(File + "1", [Schema.Steps[0]]))
        {
            Assert.Equal([1], Values(first, "PRAGMA user_version"));
            Values(first, "INSERT INTO mail VALUES(7, 1, x'42', 1, 1, 100, x'6869')");
        }
        using SqliteChatStore now = SqliteChatStore.Open(File + "1", Schema.Steps);
        Assert.NotEqual(0ul, now.Load().Id);
        Assert.Empty(Values(now, "SELECT 1 FROM sqlite_schema WHERE name = 'mail_by_age'"));
        Assert.Equal([7], Values(now, "SELECT sequence FROM mail"));
    }

    private static long[] Values(SqliteChatStore store, string sql)
    {
        using SqliteCommand command = store.Connection.CreateCommand();
        command.CommandText = sql;
        using SqliteDataReader reader = command.ExecuteReader();
        return [.. reader.Cast<System.Data.Common.DbDataRecord>().Select(r => r.GetInt64(0))];
    }
}
