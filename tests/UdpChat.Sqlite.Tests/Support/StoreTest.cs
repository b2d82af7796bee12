using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;
using UdpChat.Protocol.Relay.Storage;

namespace UdpChat.Sqlite.Tests.Support;

/// <summary>A folder of its own for each test, with a store in it that can be closed and opened again.</summary>
public abstract class StoreTest : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("udpchat-");
    private SqliteChatStore? _store;

    internal string Folder => _folder.FullName;

    internal string File => Path.Combine(Folder, "chat.db");

    internal SqliteChatStore Store => _store ??= (SqliteChatStore)SqliteChatStore.Open(File);

    public void Dispose()
    {
        Close();
        _folder.Delete(recursive: true);
        GC.SuppressFinalize(this);
    }

    internal void Close()
    {
        _store?.Dispose();
        _store = null;
    }

    internal StoreContent Reopen()
    {
        Close();
        return Store.Load();
    }

    /// <summary>Opening the file must fail, with these words in the message, and not make the file its own.</summary>
    internal void RefusesToOpen(string words)
    {
        var e = Assert.Throws<ChatStoreException>(() => SqliteChatStore.Open(File));
        Assert.Contains(words, e.Message, StringComparison.Ordinal);
        Assert.Contains(File, e.Message, StringComparison.Ordinal);
    }

    internal static StoreCommand SaveUser(long id, string name, long incarnation = 1, long decided = 0, ulong prefix = 0) => new()
    {
        Kind = StoreCommandKind.SaveUser,
        Saved = new StoredUser { Id = id, Name = Bytes(name), TokenHash = new byte[32], Incarnation = incarnation, Decided = decided, LastSeen = 7, Prefix = prefix },
    };

    internal static StoreCommand RemoveUser(long id) => new() { Kind = StoreCommandKind.RemoveUser, User = id };

    internal static StoreCommand UpdateUser(long id, long incarnation, long decided, long lastSeen) =>
        new() { Kind = StoreCommandKind.UpdateUser, User = id, Incarnation = incarnation, Decided = decided, LastSeen = lastSeen };

    /// <summary>A message; its number is its sequence unless told.</summary>
    internal static StoreCommand SaveMail(long sequence, long recipient, string text = "hi", string sender = "Bob", long incarnation = 1, long number = 0, long acceptedAt = 100) => new()
    {
        Kind = StoreCommandKind.SaveMail,
        Mail = new StoredMail
        {
            Sequence = sequence,
            Recipient = recipient,
            Sender = Bytes(sender),
            Incarnation = incarnation,
            Number = number == 0 ? sequence : number,
            AcceptedAt = acceptedAt,
            // A buffer longer than its text, as the relay's are.
            Buffer = [.. Bytes(text), 0xFF],
            Length = Encoding.UTF8.GetByteCount(text),
        },
    };

    internal static StoreCommand RemoveMail(long sequence) => new() { Kind = StoreCommandKind.RemoveMail, Sequence = sequence };

    internal static StoreCommand ReadMail(long recipient, long after = 0, int maxCount = 1000, int maxBytes = int.MaxValue) =>
        new() { Kind = StoreCommandKind.ReadMail, User = recipient, Sequence = after, MaxCount = maxCount, MaxBytes = maxBytes };

    internal static StoreCommand FindMail(long recipient, long first, long last, string sender = "Bob", long incarnation = 1) =>
        new() { Kind = StoreCommandKind.FindMail, User = recipient, Sender = Bytes(sender), Incarnation = incarnation, FirstNumber = first, LastNumber = last };

    internal static StoreCommand ExpireMail(long before, int maxCount = 1000) => new() { Kind = StoreCommandKind.ExpireMail, Before = before, MaxCount = maxCount };

    internal static StoreCommand RemoveExpired(long first, long last, string sender = "Bob", long incarnation = 1) =>
        new() { Kind = StoreCommandKind.RemoveExpired, Sender = Bytes(sender), Incarnation = incarnation, FirstNumber = first, LastNumber = last };

    internal void Execute(params StoreCommand[] group) => Store.Execute(group);

    /// <summary>What is kept for somebody, as sequence numbers.</summary>
    internal IEnumerable<long> Kept(long recipient)
    {
        StoreCommand read = ReadMail(recipient);
        Execute(read);
        return read.Found!.Select(m => m.Sequence);
    }

    internal (List<long> Held, List<long> Expired) Find(StoreCommand find)
    {
        Execute(find);
        return (find.Held!, find.Expired!);
    }

    internal static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);
}
