using System;
using System.Collections.Generic;
using Microsoft.Data.Sqlite;
using SQLitePCL;
using UdpChat.Protocol.Relay.Storage;

namespace UdpChat.Sqlite;

/// <summary>Does commands, one by one, within a transaction that its owner begins and ends.</summary>
internal sealed class CommandRunner : IDisposable
{
    /// <summary>How many messages that are not to expire are looked at each time for older ones between them.</summary>
    private const int MaxYounger = 1_000;

    private readonly sqlite3 _database;
    private readonly List<Statement> _statements = [];
    private readonly Statement _forgetIncarnations, _saveUser, _removeUser, _updateUser, _saveLast;
    private readonly Statement _saveMail, _removeMail, _readMail, _findMail, _oldestMail;
    private readonly Statement _addExpired, _findExpired, _removeExpired, _removeAllExpired;
    private long _lastUser, _lastSequence;
    private long _lookedThrough; // for messages that are to expire, to go on behind it next time

    public CommandRunner(SqliteConnection connection)
    {
        Statement Prepare(string sql)
        {
            var statement = new Statement(connection, sql);
            _statements.Add(statement);
            return statement;
        }

        _database = connection.Handle!;
        _forgetIncarnations = Prepare("DELETE FROM expired WHERE sender = (SELECT name FROM user WHERE id = ?1) AND incarnation <> ?2");
        _saveUser = Prepare("INSERT OR REPLACE INTO user(id, name, token_hash, incarnation, decided, last_seen, prefix) VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7)");
        _removeUser = Prepare("DELETE FROM user WHERE id = ?1");
        _updateUser = Prepare("UPDATE user SET decided = ?3, last_seen = ?4 WHERE id = ?1 AND incarnation = ?2");
        _saveLast = Prepare("UPDATE last SET user = max(user, ?1), sequence = max(sequence, ?2)");
        _saveMail = Prepare("INSERT OR IGNORE INTO mail(sequence, recipient, sender, incarnation, number, accepted_at, text) VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7)");
        _removeMail = Prepare("DELETE FROM mail WHERE sequence = ?1 RETURNING sequence, recipient, sender, incarnation, number, accepted_at, length(text)");
        _readMail = Prepare("SELECT sequence, recipient, sender, incarnation, number, accepted_at, length(text), text FROM mail WHERE sequence = ?1");
        _findMail = Prepare("SELECT number FROM mail WHERE sequence = ?1 AND sender = ?2 AND incarnation = ?3 AND number BETWEEN ?4 AND ?5");
        _oldestMail = Prepare("SELECT sequence, accepted_at FROM mail WHERE sequence > ?1 ORDER BY sequence");
        // Only what its sender can still ask about: else the messages of those who never do would stay for ever.
        _addExpired = Prepare(
            """
            INSERT OR IGNORE INTO expired(sender, incarnation, number)
            SELECT ?1, ?2, ?3 WHERE EXISTS (SELECT 1 FROM user WHERE name = ?1 AND incarnation = ?2)
            """);
        _findExpired = Prepare("SELECT number FROM expired WHERE sender = ?1 AND incarnation = ?2 AND number BETWEEN ?3 AND ?4 ORDER BY number");
        _removeExpired = Prepare("DELETE FROM expired WHERE sender = ?1 AND incarnation = ?2 AND number BETWEEN ?3 AND ?4");
        _removeAllExpired = Prepare("DELETE FROM expired WHERE sender = (SELECT name FROM user WHERE id = ?1)");
    }

    /// <summary>Who has which mail; whoever loads the store fills it.</summary>
    public MailboxIndex Index { get; } = new();

    /// <summary>Does one command.</summary>
    /// <exception cref="SqliteException">It failed; the transaction must be rolled back.</exception>
    public void Run(StoreCommand command)
    {
        switch (command.Kind)
        {
            case StoreCommandKind.SaveUser:
                SaveUser(command.Saved!);
                break;
            case StoreCommandKind.RemoveUser:
                command.Found = RemoveUser(command.User);
                break;
            case StoreCommandKind.UpdateUser:
                _updateUser.Bind(1, command.User).Bind(2, command.Incarnation).Bind(3, command.Decided).Bind(4, command.LastSeen).Run();
                break;
            case StoreCommandKind.SaveMail:
                SaveMail(command.Mail!);
                break;
            case StoreCommandKind.RemoveMail:
                RemoveMail(command.Sequence);
                break;
            case StoreCommandKind.ReadMail:
                command.Found = ReadMail(command);
                break;
            case StoreCommandKind.FindMail:
                FindMail(command);
                break;
            case StoreCommandKind.ExpireMail:
                command.Found = ExpireMail(command);
                break;
            case StoreCommandKind.RemoveExpired:
                _removeExpired.Bind(1, command.Sender).Bind(2, command.Incarnation).Bind(3, command.FirstNumber).Bind(4, command.LastNumber).Run();
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(command), command.Kind, "There is no such command.");
        }
    }

    /// <summary>Notes the largest numbers that the group used; to be called once before its commit.</summary>
    /// <exception cref="SqliteException">It failed; the transaction must be rolled back.</exception>
    public void Complete()
    {
        if (_lastUser != 0 || _lastSequence != 0)
            _saveLast.Bind(1, _lastUser).Bind(2, _lastSequence).Run();
    }

    /// <summary>Gets ready for the next transaction, after this one was committed or rolled back.</summary>
    public void Reset(bool isCommitted)
    {
        _lastUser = _lastSequence = 0;
        if (isCommitted)
        {
            Index.Commit();
            return;
        }
        foreach (Statement statement in _statements)
            statement.Reset();
        Index.Rollback();
    }

    public void Dispose() => _statements.ForEach(s => s.Dispose());

    private void SaveUser(StoredUser user)
    {
        _lastUser = Math.Max(_lastUser, user.Id);
        _forgetIncarnations.Bind(1, user.Id).Bind(2, user.Incarnation).Run();
        _saveUser.Bind(1, user.Id).Bind(2, user.Name).Bind(3, user.TokenHash).Bind(4, user.Incarnation).Bind(5, user.Decided)
            .Bind(6, user.LastSeen).Bind(7, unchecked((long)user.Prefix)).Run();
    }

    private List<StoredMail> RemoveUser(long user)
    {
        var gone = new List<StoredMail>();
        foreach (long sequence in Index[user].ToArray())
            RemoveMail(sequence, gone);
        RememberExpired(gone);
        _removeAllExpired.Bind(1, user).Run();
        _removeUser.Bind(1, user).Run();
        return gone;
    }

    private void SaveMail(StoredMail mail)
    {
        _lastSequence = Math.Max(_lastSequence, mail.Sequence);
        _saveMail.Bind(1, mail.Sequence).Bind(2, mail.Recipient).Bind(3, mail.Sender).Bind(4, mail.Incarnation).Bind(5, mail.Number)
            .Bind(6, mail.AcceptedAt).Bind(7, mail.Text).Run();
        if (raw.sqlite3_changes(_database) > 0)
            Index.Add(mail.Recipient, mail.Sequence);
    }

    private void RemoveMail(long sequence, List<StoredMail>? gone = null)
    {
        _removeMail.Bind(1, sequence);
        while (_removeMail.Step())
        {
            Index.Remove(_removeMail.Integer(1), sequence);
            gone?.Add(Mail(_removeMail));
        }
    }

    private List<StoredMail> ReadMail(StoreCommand command)
    {
        var found = new List<StoredMail>();
        ReadOnlySpan<long> mailbox = Index[command.User];
        long bytes = 0;
        for (int i = MailboxIndex.After(mailbox, command.Sequence); i < mailbox.Length && found.Count < command.MaxCount; i++)
        {
            if (!_readMail.Bind(1, mailbox[i]).Step())
                throw new SqliteException("A message is missing.", raw.SQLITE_CORRUPT);
            StoredMail mail = Mail(_readMail);
            bytes += mail.Length;
            bool fits = found.Count == 0 || bytes <= command.MaxBytes;
            if (fits)
            {
                mail.Buffer = _readMail.Bytes(7);
                found.Add(mail);
            }
            _readMail.Reset();
            if (!fits)
                break;
        }
        return found;
    }

    private void FindMail(StoreCommand command)
    {
        command.Held = [];
        foreach (long sequence in Index[command.User])
        {
            _findMail.Bind(1, sequence).Bind(2, command.Sender).Bind(3, command.Incarnation).Bind(4, command.FirstNumber).Bind(5, command.LastNumber);
            while (_findMail.Step())
                command.Held.Add(_findMail.Integer(0));
        }
        command.Held.Sort();

        command.Expired = [];
        _findExpired.Bind(1, command.Sender).Bind(2, command.Incarnation).Bind(3, command.FirstNumber).Bind(4, command.LastNumber);
        while (_findExpired.Step())
            command.Expired.Add(_findExpired.Integer(0));
    }

    private List<StoredMail> ExpireMail(StoreCommand command)
    {
        // Messages are accepted in the order of their sequence numbers, so the oldest are the first.
        var expired = new List<long>();
        long through = FindExpired(command, 0, 1, expired);
        // Those that a wrong clock has dated are found in time by looking everywhere, a part each time.
        _lookedThrough = FindExpired(command, Math.Max(through, _lookedThrough), MaxYounger, expired);
        var gone = new List<StoredMail>();
        foreach (long sequence in expired)
            RemoveMail(sequence, gone);
        RememberExpired(gone);
        return gone;
    }

    /// <summary>Adds the messages behind another that are to expire, until so many were met that are not.</summary>
    /// <returns>The last that was looked at; 0 if there are no more.</returns>
    private long FindExpired(StoreCommand command, long after, int maxYounger, List<long> expired)
    {
        long last = 0;
        _oldestMail.Bind(1, after);
        while (maxYounger > 0 && expired.Count < command.MaxCount)
        {
            if (!_oldestMail.Step())
                return 0;
            last = _oldestMail.Integer(0);
            if (_oldestMail.Integer(1) < command.Before)
                expired.Add(last);
            else
                maxYounger--;
        }
        _oldestMail.Reset();
        return last;
    }

    private void RememberExpired(List<StoredMail> gone)
    {
        foreach (StoredMail mail in gone)
            _addExpired.Bind(1, mail.Sender).Bind(2, mail.Incarnation).Bind(3, mail.Number).Run();
    }

    private static StoredMail Mail(Statement row) => new()
    {
        Sequence = row.Integer(0),
        Recipient = row.Integer(1),
        Sender = row.Bytes(2),
        Incarnation = row.Integer(3),
        Number = row.Integer(4),
        AcceptedAt = row.Integer(5),
        Length = (int)row.Integer(6),
    };
}
