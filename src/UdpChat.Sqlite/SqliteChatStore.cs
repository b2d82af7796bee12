using System;
using System.Collections.Generic;
using System.IO;
using Microsoft.Data.Sqlite;
using SQLitePCL;
using UdpChat.Protocol.Relay.Storage;
using UdpChat.Storage;

namespace UdpChat.Sqlite;

/// <summary>A relay's store in one SQLite file, with a write-ahead log beside it. One relay at a time has it open.</summary>
internal sealed class SqliteChatStore : IChatStore
{
    /// <summary>Up to which size the whole file is checked when it is opened; this takes about 0.1 s. Of a larger one, what is read.</summary>
    private const long MaxCheckedBytes = 64 << 20;

    /// <summary>To what size the log is cut back after a large group has made it larger.</summary>
    private const long MaxIdleLogBytes = 16 << 20;

    /// <summary>How much of the file is kept in memory: messages are appended and read once, so that more would not be used.</summary>
    private const int CacheKibibytes = 16 << 10;

    private readonly string _path;
    private readonly SqliteConnection _connection;
    private readonly CommandRunner _commands;
    private readonly Statement _begin, _commit, _rollback;
    private bool _isLoaded;

    private SqliteChatStore(string path, SqliteConnection connection)
    {
        _path = path;
        _connection = connection;
        _begin = new Statement(connection, "BEGIN IMMEDIATE");
        _commit = new Statement(connection, "COMMIT");
        _rollback = new Statement(connection, "ROLLBACK");
        _commands = new CommandRunner(connection);
    }

    /// <summary>The connection; for tests.</summary>
    internal SqliteConnection Connection => _connection;

    /// <summary>Opens the store in a file, or makes one there.</summary>
    /// <exception cref="ChatStoreException">It can't be opened; the message says why and what to do.</exception>
    public static IChatStore Open(string path) => Open(path, Schema.Steps);

    /// <inheritdoc cref="Open(string)"/>
    internal static SqliteChatStore Open(string path, IReadOnlyList<string> steps)
    {
        SqliteConnection? connection = null;
        try
        {
            path = Path.GetFullPath(path);
            if (Directory.Exists(path))
                throw new ChatStoreException($"{path} is a folder; give the store the name of a file.");
            if (!Directory.Exists(Path.GetDirectoryName(path)))
                throw StoreError.NoFolder(path);
            CreateForOwner(path);
            connection = Connect(path);
            Schema.Prepare(connection, path, steps);
            if (new FileInfo(path).Length <= MaxCheckedBytes)
                Check(connection);
            return new SqliteChatStore(path, connection);
        }
        catch (Exception e)
        {
            connection?.Dispose();
            throw e switch
            {
                SqliteException failure => StoreError.Explain(path, failure),
                IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException => new ChatStoreException($"The store {path} can't be opened: {e.Message}", e),
                DllNotFoundException or TypeInitializationException => new ChatStoreException("The store needs SQLite's native library, which does not come with UdpChat for this kind of system; run the relay without a store, or elsewhere.", e),
                _ => e,
            };
        }
    }

    /// <inheritdoc/>
    public StoreContent Load()
    {
        var content = new StoreContent();
        var users = new Dictionary<long, StoredUser>();
        try
        {
            using (var last = new Statement(_connection, "SELECT user, sequence, id FROM last"))
            {
                if (!last.Step())
                    throw new SqliteException("The largest numbers are missing.", raw.SQLITE_CORRUPT);
                (content.LastUser, content.LastSequence, content.Id) = (last.Integer(0), last.Integer(1), unchecked((ulong)last.Integer(2)));
            }
            using (var all = new Statement(_connection, "SELECT id, name, token_hash, incarnation, decided, last_seen, prefix FROM user ORDER BY id"))
            {
                while (all.Step())
                {
                    var user = new StoredUser
                    {
                        Id = all.Integer(0),
                        Name = all.Bytes(1),
                        TokenHash = all.Bytes(2),
                        Incarnation = all.Integer(3),
                        Decided = all.Integer(4),
                        LastSeen = all.Integer(5),
                        Prefix = unchecked((ulong)all.Integer(6)),
                    };
                    users.Add(user.Id, user);
                    content.Users.Add(user);
                }
            }
            using (var held = new Statement(_connection, "SELECT user.id, mail.number FROM mail JOIN user ON user.name = mail.sender AND user.incarnation = mail.incarnation"))
            {
                while (held.Step())
                    users[held.Integer(0)].Held.Add(held.Integer(1));
            }
            _commands.Index.Clear();
            using (var all = new Statement(_connection, "SELECT sequence, recipient, length(text) FROM mail ORDER BY sequence"))
            {
                while (all.Step())
                {
                    _commands.Index.Add(all.Integer(1), all.Integer(0));
                    _commands.Index.Commit();
                    if (users.TryGetValue(all.Integer(1), out StoredUser? recipient))
                    {
                        recipient.MailCount++;
                        recipient.MailBytes += all.Integer(2);
                    }
                }
            }
        }
        catch (SqliteException e)
        {
            throw StoreError.Explain(_path, e);
        }
        _isLoaded = true;
        return content;
    }

    /// <inheritdoc/>
    public void Execute(IReadOnlyList<StoreCommand> group)
    {
        if (!_isLoaded)
            Load();
        bool isCommitted = false;
        try
        {
            _begin.Run();
            for (int i = 0; i < group.Count; i++)
                _commands.Run(group[i]);
            _commands.Complete();
            _commit.Run();
            isCommitted = true;
        }
        catch (SqliteException e)
        {
            throw StoreError.Explain(_path, e);
        }
        finally
        {
            _commands.Reset(isCommitted);
            if (!isCommitted)
                Rollback();
        }
    }

    /// <summary>Closes it; the log goes into the file.</summary>
    public void Dispose()
    {
        _commands.Dispose();
        _begin.Dispose();
        _commit.Dispose();
        _rollback.Dispose();
        _connection.Dispose();
    }

    private static SqliteConnection Connect(string path)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder
        {
            DataSource = path,
            // A pool would keep the file open, and locked, after this is closed.
            Pooling = false,
        }.ConnectionString);
        try
        {
            connection.Open();
            // SQLite opens it all the same, and meets an unclear error at the lock.
            if (raw.sqlite3_db_readonly(connection.Handle!, "main") != 0)
                throw new SqliteException("The file is read-only.", raw.SQLITE_READONLY);
            // Also keeps the log's index in this process's memory, where no other can see it: so it works on shared folders.
            Schema.Execute(connection, "PRAGMA locking_mode=EXCLUSIVE");
            // The lock is taken here, or refused at once, and kept: a command of the connection's own would try for 30 s.
            using (var lockFile = new Statement(connection, "BEGIN EXCLUSIVE"))
                lockFile.Run();
            Schema.Execute(connection, "ROLLBACK");
            Schema.Execute(connection, $"PRAGMA cache_size=-{CacheKibibytes}; PRAGMA journal_size_limit={MaxIdleLogBytes}; PRAGMA wal_autocheckpoint=1000");
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>Makes an empty file that only its owner can read: there will be private messages in it.</summary>
    private static void CreateForOwner(string path)
    {
#if NET
        if (OperatingSystem.IsWindows() || File.Exists(path))
            return;
        File.Open(path, new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.ReadWrite, UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite }).Dispose();
#endif
    }

    private static void Check(SqliteConnection connection)
    {
        using SqliteCommand check = connection.CreateCommand();
        check.CommandText = "PRAGMA quick_check(1)";
        if (check.ExecuteScalar() is not "ok")
            throw new SqliteException("The file is damaged.", raw.SQLITE_CORRUPT);
    }

    private void Rollback()
    {
        try
        {
            // Some errors have rolled back already.
            if (raw.sqlite3_get_autocommit(_connection.Handle!) == 0)
                _rollback.Run();
        }
        catch (SqliteException)
        {
            // Then the next group fails, and tries again here.
        }
    }
}
