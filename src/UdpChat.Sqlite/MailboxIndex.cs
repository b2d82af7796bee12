using System;
using System.Collections.Generic;

namespace UdpChat.Sqlite;

/// <summary>
/// Which messages are kept for whom: eight to ten bytes a message and 72 a mailbox in memory, instead of an index in the file. Follows the
/// database's transaction: what was done since it began can be undone.
/// </summary>
internal sealed class MailboxIndex
{
    private readonly Dictionary<long, Mailbox> _mailboxes = [];
    private readonly List<(long Recipient, long Sequence, bool IsAdded)> _changes = [];

    /// <summary>The sequence numbers of a recipient's messages, ascending; valid until the index changes.</summary>
    public ReadOnlySpan<long> this[long recipient] => _mailboxes.TryGetValue(recipient, out Mailbox mailbox) ? mailbox.Sequences : [];

    public void Add(long recipient, long sequence)
    {
        Insert(recipient, sequence);
        _changes.Add((recipient, sequence, true));
    }

    public void Remove(long recipient, long sequence)
    {
        Delete(recipient, sequence);
        _changes.Add((recipient, sequence, false));
    }

    /// <summary>Forgets everything.</summary>
    public void Clear()
    {
        _mailboxes.Clear();
        _changes.Clear();
    }

    /// <summary>Where in a mailbox the first message after this one is.</summary>
    public static int After(ReadOnlySpan<long> mailbox, long sequence)
    {
        int at = mailbox.BinarySearch(sequence);
        return at >= 0 ? at + 1 : ~at;
    }

    /// <summary>What was done since the last call stays.</summary>
    public void Commit() => _changes.Clear();

    /// <summary>Undoes what was done since the last <see cref="Commit"/>.</summary>
    public void Rollback()
    {
        for (int i = _changes.Count - 1; i >= 0; i--)
        {
            (long recipient, long sequence, bool isAdded) = _changes[i];
            if (isAdded)
                Delete(recipient, sequence);
            else
                Insert(recipient, sequence);
        }
        _changes.Clear();
    }

    private void Insert(long recipient, long sequence)
    {
        _mailboxes.TryGetValue(recipient, out Mailbox mailbox);
        mailbox.Insert(After(mailbox.Sequences, sequence), sequence);
        _mailboxes[recipient] = mailbox;
    }

    private void Delete(long recipient, long sequence)
    {
        Mailbox mailbox = _mailboxes[recipient];
        mailbox.RemoveAt(mailbox.Sequences.BinarySearch(sequence));
        if (mailbox.Count == 0)
            _mailboxes.Remove(recipient);
        else
            _mailboxes[recipient] = mailbox;
    }

    /// <summary>A list that grows by a quarter, as there are many of them and most stay short.</summary>
    private struct Mailbox
    {
        private long[] _items;

        public int Count { get; private set; }

        public readonly ReadOnlySpan<long> Sequences => _items.AsSpan(0, Count);

        public void Insert(int at, long sequence)
        {
            if (_items is null || Count == _items.Length)
                Array.Resize(ref _items, Count + 1 + Count / 4);
            Array.Copy(_items, at, _items, at + 1, Count - at);
            _items[at] = sequence;
            Count++;
        }

        public void RemoveAt(int at)
        {
            Count--;
            Array.Copy(_items, at + 1, _items, at, Count - at);
            if (Count > 0 && Count < _items.Length / 4)
                Array.Resize(ref _items, 2 * Count);
        }
    }
}
