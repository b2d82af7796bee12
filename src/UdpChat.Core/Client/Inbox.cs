using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;

namespace UdpChat.Client;

/// <summary>Received messages that wait to be taken, in order, by anybody who wants one of them.</summary>
internal sealed class Inbox(int capacity)
{
    private readonly LinkedList<ChatMessage> _messages = new();
    private TaskCompletionSource<bool>? _changed;
    private bool _completed;

    /// <summary>How many messages wait.</summary>
    public int Count
    {
        get
        {
            lock (_messages)
                return _messages.Count;
        }
    }

    /// <summary>Whether no more messages will come.</summary>
    public bool IsComplete
    {
        get
        {
            lock (_messages)
                return _completed;
        }
    }

    /// <summary>Adds a message. In the extended profile there is always room: the relay sends no more than that.</summary>
    /// <returns>False if there was no room.</returns>
    public bool TryAdd(ChatMessage message)
    {
        lock (_messages)
        {
            if (message.Ticket == 0 && _messages.Count >= capacity)
                return false;
            _messages.AddLast(message);
            WakeAll();
            return true;
        }
    }

    /// <summary>Takes the first message that matches.</summary>
    /// <returns>The message, or null if none matches.</returns>
    public ChatMessage? TryTake(Predicate<ChatMessage>? match)
    {
        lock (_messages)
            return Take(match);
    }

    /// <summary>The messages that wait, without taking them.</summary>
    public ChatMessage[] ToArray()
    {
        lock (_messages)
        {
            var copy = new ChatMessage[_messages.Count];
            _messages.CopyTo(copy, 0);
            return copy;
        }
    }

    /// <summary>Takes the first message that matches, waiting for it if need be.</summary>
    /// <returns>The message, or null once no more can come.</returns>
    /// <exception cref="OperationCanceledException">Cancelled; nothing was taken.</exception>
    public async Task<ChatMessage?> TakeAsync(Predicate<ChatMessage>? match, CancellationToken cancellationToken)
    {
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            Task changed;
            lock (_messages)
            {
                if (Take(match) is { } message)
                    return message;
                if (_completed)
                    return null;
                changed = (_changed ??= new(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
            }
            await changed.WaitAsync(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Ends every wait: no more messages will come. Those that are there can still be taken.</summary>
    public void Complete()
    {
        lock (_messages)
        {
            _completed = true;
            WakeAll();
        }
    }

    private ChatMessage? Take(Predicate<ChatMessage>? match)
    {
        for (LinkedListNode<ChatMessage>? node = _messages.First; node is not null; node = node.Next)
        {
            if (match is null || match(node.Value))
            {
                _messages.Remove(node);
                return node.Value;
            }
        }
        return null;
    }

    private void WakeAll()
    {
        _changed?.TrySetResult(true);
        _changed = null;
    }
}
