using System.Collections.Generic;

namespace UdpChat.Sqlite;

/// <summary>
/// Which messages are kept for whom: eight bytes a message in memory, instead of an index in the file. Follows the
/// database's transaction: what was done since it began can be undone.
/// </summary>
internal sealed class MailboxIndex
{
    private static readonly List<long> Empty = [];

    private readonly Dictionary<long, List<long>> _mailboxes = [];
    private readonly List<(long Recipient, long Sequence, bool IsAdded)> _changes = [];

    /// <summary>The sequence numbers of a recipient's messages, ascending; the index's own list.</summary>
    public List<long> this[long recipient] => _mailboxes.TryGetValue(recipient, out List<long>? mailbox) ? mailbox : Empty;

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
    public static int After(List<long> mailbox, long sequence)
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
        if (!_mailboxes.TryGetValue(recipient, out List<long>? mailbox))
            _mailboxes.Add(recipient, mailbox = new List<long>(1));
        mailbox.Insert(After(mailbox, sequence), sequence);
    }

    private void Delete(long recipient, long sequence)
    {
        List<long> mailbox = _mailboxes[recipient];
        mailbox.RemoveAt(mailbox.BinarySearch(sequence));
        if (mailbox.Count == 0)
            _mailboxes.Remove(recipient);
    }
}
