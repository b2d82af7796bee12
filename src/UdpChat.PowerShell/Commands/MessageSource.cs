using System;
using System.Collections.Generic;

namespace UdpChat.Commands;

/// <summary>A connection from which a <c>Receive-ChatMessage</c> takes, or at whose messages it only looks.</summary>
/// <param name="connection">The connection.</param>
/// <param name="match">Which messages; null means all.</param>
/// <param name="keeps">Whether it only looks: at each message once.</param>
internal sealed class MessageSource(ChatConnection connection, Predicate<ChatMessage>? match, bool keeps)
{
    private readonly Queue<ChatMessage> _seen = new();
    private long _lastSeen;
    private bool _hasWarned;

    /// <summary>The connection.</summary>
    public ChatConnection Connection => connection;

    /// <summary>Whether it has ended and nothing is left.</summary>
    public bool HasEnded { get; private set; }

    /// <summary>The next message, or null if there is none now.</summary>
    public ChatMessage? TryTake()
    {
        bool mayCome = !connection.Client.IsInboxComplete; // asked first, so that a last message is not missed
        ChatMessage? message = keeps ? TryLook() : connection.Client.TryReceiveUnconfirmed(match);
        HasEnded = message is null && !mayCome;
        return message;
    }

    /// <summary>A message that was taken is with whoever wanted it.</summary>
    public void Confirm(ChatMessage message)
    {
        if (!keeps)
            connection.Client.ConfirmTaken(message);
    }

    /// <summary>Whether the inbox is nearly full of messages that don't match; true only once.</summary>
    public bool IsCrowdedOut()
    {
        bool isCrowded = match is not null && connection.Waiting >= connection.Client.Options.InboxCapacity * 0.9;
        bool tells = isCrowded && !_hasWarned;
        _hasWarned |= isCrowded;
        return tells;
    }

    private ChatMessage? TryLook()
    {
        if (_seen.Count == 0)
        {
            foreach (ChatMessage message in connection.Client.PeekAll())
            {
                if (message.Arrival > _lastSeen && match?.Invoke(message) != false)
                    _seen.Enqueue(message);
            }
        }
        ChatMessage? next = _seen.Count > 0 ? _seen.Dequeue() : null;
        _lastSeen = next?.Arrival ?? _lastSeen;
        return next;
    }
}
