using System.IO;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace UdpChat.Sqlite;

/// <summary>Says what is wrong with a store, and what to do, in place of SQLite's words.</summary>
internal static class StoreError
{
    public static ChatStoreException Explain(string path, SqliteException e) => new(
        e.SqliteErrorCode switch
        {
            raw.SQLITE_NOTADB => $"{path} is not a database; choose another file for the store, a new or an empty one.",
            raw.SQLITE_CORRUPT => $"The store {path} is damaged; put back a copy of it, or move it away (with {Path.GetFileName(path)}-wal) and start anew.",
            raw.SQLITE_BUSY or raw.SQLITE_LOCKED => $"The store {path} is in use by another process; stop that relay, or choose another file: each relay needs a store of its own.",
            raw.SQLITE_READONLY or raw.SQLITE_PERM => $"The store {path} can't be written; give this user the right to write to it and its folder.",
            raw.SQLITE_CANTOPEN => $"The store {path} can't be opened; check that it is a file, and that this user may read and write it and its folder.",
            raw.SQLITE_FULL => $"The disk of the store {path} is full; make room on it.",
            raw.SQLITE_IOERR => $"The disk of the store {path} can't be read or written (SQLite error {e.SqliteExtendedErrorCode}); check the disk, and that there is room on it.",
            _ => $"The store {path} failed: {e.Message} Check the file and its disk.",
        },
        e);

    public static ChatStoreException NoFolder(string path) =>
        new($"The store {path} can't be made: there is no folder {Path.GetDirectoryName(path)}; create it, or choose another file.");
}
