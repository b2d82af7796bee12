using System;
using System.Collections.Generic;

namespace UdpChat.Protocol.Client;

/// <summary>Somebody to whom a client sends, with the messages that can't go on now.</summary>
internal sealed class Recipient(byte[] name, string key)
{
    private static readonly Comparer<OutgoingMessage> ByNumber = Comparer<OutgoingMessage>.Create((a, b) => a.Number.CompareTo(b.Number));

    private readonly SortedSet<OutgoingMessage> _waiting = new(ByNumber);

    /// <summary>The name as it was written first.</summary>
    public byte[] Name => name;

    /// <summary>The name as names are compared.</summary>
    public string Key => key;

    /// <summary>How many messages of the outbox are for it.</summary>
    public int Messages { get; set; }

    /// <summary>How many of these are under way and not answered.</summary>
    public int UnderWay { get; set; }

    /// <summary>Whether the relay takes nothing for it in this session but what is offered again.</summary>
    public bool IsBlocked { get; set; }

    /// <summary>The message that is offered again and not answered yet.</summary>
    public OutgoingMessage? Offered { get; set; }

    /// <summary>When to offer again, how long the last pause was, and since when it is blocked.</summary>
    public TimeSpan RetryDue { get; set; }

    /// <inheritdoc cref="RetryDue"/>
    public TimeSpan Pause { get; set; }

    /// <inheritdoc cref="RetryDue"/>
    public TimeSpan BlockedSince { get; set; }

    /// <summary>Whether messages wait.</summary>
    public bool HasWaiting => _waiting.Count > 0;

    /// <summary>The one with the smallest number that waits.</summary>
    public OutgoingMessage First => _waiting.Min!;

    /// <summary>Keeps a message back.</summary>
    public void Hold(OutgoingMessage message)
    {
        message.IsHeld = true;
        _waiting.Add(message);
    }

    /// <summary>Takes the first that waits.</summary>
    public OutgoingMessage TakeFirst()
    {
        OutgoingMessage first = First;
        _waiting.Remove(first);
        first.IsHeld = false;
        return first;
    }

    /// <summary>Forgets what a session has said: all is sent again from the outbox.</summary>
    public void Reset()
    {
        foreach (OutgoingMessage message in _waiting)
            message.IsHeld = false;
        _waiting.Clear();
        UnderWay = 0;
        IsBlocked = false;
        Offered = null;
        Pause = default;
    }
}
