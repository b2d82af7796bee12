using System;
using System.Collections.Generic;
using UdpChat.Protocol.Link;

namespace UdpChat.Protocol.Client;

/// <summary>The accepted messages that the relay is still to be asked about, by recipient, because a line asks about one recipient's.</summary>
/// <param name="findWatched">Finds a message that is accepted and not known to be delivered; others need no question any more.</param>
internal sealed class WatchQueue(Func<long, OutgoingMessage?> findWatched)
{
    /// <summary>How many messages one line asks about at most.</summary>
    public const int MaxInLine = 1_000;

    private readonly Dictionary<string, Questions> _byRecipient = new(StringComparer.Ordinal);
    private readonly Queue<Questions> _order = new();
    private int _count;

    /// <summary>Whether there is nothing to ask.</summary>
    public bool IsEmpty => _count == 0;

    /// <summary>Adds a message, if it is watched.</summary>
    public void Add(long number)
    {
        if (findWatched(number) is not { } message)
            return;
        if (!_byRecipient.TryGetValue(message.Recipient.Key, out Questions? questions))
        {
            _byRecipient.Add(message.Recipient.Key, questions = new Questions(message.Recipient));
            _order.Enqueue(questions);
        }
        if (questions.Numbers.Add(number))
            _count++;
    }

    /// <summary>Takes what one line may ask. What doesn't fit the line is to be added again, and comes next.</summary>
    /// <param name="numbers">Takes the messages' numbers.</param>
    /// <returns>Whose messages they are; null if there are none.</returns>
    public Recipient? Take(RangeSet numbers)
    {
        while (_order.Count > 0)
        {
            Questions next = _order.Peek();
            for (int taken = 0; taken < MaxInLine && next.Numbers.Count > 0;)
            {
                long number = next.Numbers.Min;
                next.Numbers.Remove(number);
                _count--;
                if (findWatched(number) is null)
                    continue; // It has been told meanwhile.
                numbers.Add(number);
                taken++;
            }
            if (numbers.Count > 0)
                return next.Recipient;
            _order.Dequeue();
            _byRecipient.Remove(next.Recipient.Key);
        }
        return null;
    }

    private sealed class Questions(Recipient recipient)
    {
        public Recipient Recipient => recipient;

        public SortedSet<long> Numbers { get; } = [];
    }
}
