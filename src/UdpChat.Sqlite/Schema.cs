using System.Collections.Generic;
using Microsoft.Data.Sqlite;

namespace UdpChat.Sqlite;

/// <summary>The tables, and how a file of an older version gets them.</summary>
internal static class Schema
{
    /// <summary>"UdCh", in the file's header: says whose database it is.</summary>
    public const int ApplicationId = 0x55644368;

    /// <summary>
    /// What makes each version out of the one before it; the file's <c>user_version</c> counts those done. A step that was
    /// published never changes: what comes later is a step of its own.
    /// </summary>
    public static readonly IReadOnlyList<string> Steps =
    [
        // Which mail is whose stands in no index of the file: a group of messages for 256 recipients would write 256 pages
        // for it. MailboxIndex has it in memory.
        """
        CREATE TABLE user(
            id INTEGER PRIMARY KEY, name BLOB NOT NULL, token_hash BLOB NOT NULL, incarnation INTEGER NOT NULL,
            decided INTEGER NOT NULL, last_seen INTEGER NOT NULL, prefix INTEGER NOT NULL) STRICT;
        CREATE INDEX user_by_name ON user(name);
        CREATE TABLE mail(
            sequence INTEGER PRIMARY KEY, recipient INTEGER NOT NULL, sender BLOB NOT NULL, incarnation INTEGER NOT NULL,
            number INTEGER NOT NULL, accepted_at INTEGER NOT NULL, text BLOB NOT NULL) STRICT;
        CREATE INDEX mail_by_age ON mail(accepted_at);
        CREATE TABLE expired(
            sender BLOB NOT NULL, incarnation INTEGER NOT NULL, number INTEGER NOT NULL,
            PRIMARY KEY(sender, incarnation, number)) STRICT, WITHOUT ROWID;
        CREATE TABLE last(user INTEGER NOT NULL, sequence INTEGER NOT NULL) STRICT;
        INSERT INTO last VALUES(0, 0);
        """,
        // Says which store it is, so that a client knows when its relay has another one.
        "ALTER TABLE last ADD COLUMN id INTEGER NOT NULL DEFAULT 0; UPDATE last SET id = random() | 1",
        // A quarter of what a group of messages writes; the oldest are the first by their sequence, too.
        "DROP INDEX mail_by_age",
    ];

    /// <summary>Makes sure that the open file is a store of the newest version that <paramref name="steps"/> can make.</summary>
    /// <exception cref="ChatStoreException">It is somebody else's, or of a version yet to come; nothing in it was changed.</exception>
    /// <exception cref="SqliteException">It can't be read or written.</exception>
    public static void Prepare(SqliteConnection connection, string path, IReadOnlyList<string> steps)
    {
        long version = Query(connection, "PRAGMA user_version");
        long owner = Query(connection, "PRAGMA application_id");
        bool isNew = owner == 0 && version == 0 && Query(connection, "SELECT count(*) FROM sqlite_schema") == 0;
        if (!isNew && owner != ApplicationId)
            throw new ChatStoreException($"{path} is a database of another program; choose another file for the store, a new or an empty one.");
        if (version > steps.Count)
            throw new ChatStoreException($"The store {path} was made by a newer version of UdpChat (store version {version}, this one knows {steps.Count}); update UdpChat, or choose another file.");

        // Only now: it changes the file. Everything that Execute says is done is on the disk, also when the power fails.
        Execute(connection, "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL");
        if (!isNew && version == steps.Count)
            return;
        using SqliteTransaction transaction = connection.BeginTransaction();
        for (int step = (int)version; step < steps.Count; step++)
            Execute(connection, steps[step], transaction);
        Execute(connection, $"PRAGMA application_id={ApplicationId}; PRAGMA user_version={steps.Count}", transaction);
        transaction.Commit();
    }

    public static void Execute(SqliteConnection connection, string sql, SqliteTransaction? transaction = null)
    {
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = sql;
        command.Transaction = transaction;
        command.ExecuteNonQuery();
    }

    private static long Query(SqliteConnection connection, string sql)
    {
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = sql;
        return (long)command.ExecuteScalar()!;
    }
}
