using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using UdpChat.State;

namespace UdpChat.Commands;

/// <summary>Waits for the delivery of messages.</summary>
/// <param name="messages">The messages, sent in this process.</param>
/// <param name="state">Accepted or Delivered.</param>
internal sealed class DeliveryWaiter(IReadOnlyCollection<ChatMessage> messages, ChatMessageState state)
{
    /// <summary>Those of which it isn't known how far they have come in the end, as the wait was too short.</summary>
    public IEnumerable<ChatMessage> Unsettled => messages.Where(m => !IsSettled(m));

    /// <summary>Those whose delivery was waited for, though nobody can know it.</summary>
    public IEnumerable<ChatMessage> Unknowable => messages.Where(m => state == ChatMessageState.Delivered && m.IsFinal && m.State is ChatMessageState.Accepted or ChatMessageState.Sent);

    /// <summary>Says why the delivery of a message can't be known.</summary>
    public static string Describe(ChatMessage message) => message.State == ChatMessageState.Sent
        ? $"The relay speaks only the plain profile: whether {message.To} gets the message can't be known."
        : $"{message.To} speaks only the plain profile: the relay has passed the message on, and whether it arrived can't be known.";

    /// <summary>Waits until all have come so far, or no further.</summary>
    /// <param name="timeout">How long at most; null means without end.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task WaitAsync(TimeSpan? timeout, CancellationToken cancellationToken)
    {
        if (timeout <= TimeSpan.Zero)
            return;
        Task all = Task.WhenAll(messages.Where(m => !IsSettled(m)).Select(m => m.WaitAsync(state, cancellationToken)));
        try
        {
            await all.WaitAsync(timeout ?? Timeout.InfiniteTimeSpan, ModuleClock.Current, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            // What is not settled is told.
        }
    }

    private bool IsSettled(ChatMessage message) => message.WaitAsync(state).IsCompleted;
}
