using System;
using System.Globalization;
using System.Threading;
using System.Threading.Tasks;
using UdpChat.Client;

namespace UdpChat;

/// <summary>A message that a client received or sent.</summary>
/// <param name="From">The sender's name, as its owner writes it.</param>
/// <param name="To">The recipient's name; of a received message, the name under which it was received.</param>
/// <param name="Text">The text.</param>
/// <param name="ReceivedAt">When it arrived or was sent, here.</param>
public sealed record ChatMessage(string From, string To, string Text, DateTimeOffset ReceivedAt)
{
    /// <summary>When it arrived or was sent, in local time.</summary>
    public DateTime Time => ReceivedAt.LocalDateTime;

    /// <summary>
    /// Tells it from every other message of this process; empty if it belongs to no client. In the extended profile it is the
    /// same where it was sent and where it was received.
    /// </summary>
    public string Id => Client is null ? "" : $"{Incarnation.ToString("x", CultureInfo.InvariantCulture)}-{Number.ToString(CultureInfo.InvariantCulture)}{(IsNumberedHere ? "r" : "")}";

    /// <summary>The name of the client that received or sent it; null if it belongs to none.</summary>
    public string? Connection => Client?.Name;

    /// <summary>What has become of it. Of a sent message this goes on changing.</summary>
    public ChatMessageState State => Delivery.State;

    /// <summary>Why it has failed, as a sentence; null unless it has.</summary>
    public string? Error => Delivery.Failure?.Error;

    /// <summary>Why it has failed, as a word that does not change, such as <c>no-such-user</c>; null unless it has.</summary>
    public string? ErrorCode => Delivery.Failure?.Code;

    /// <summary>Whether it may have arrived although it has failed. False of one that has not failed.</summary>
    public bool MayHaveArrived => Delivery.Failure?.MayHaveArrived ?? false;

    // Internal, because Time says the same, and a DateTimeOffset does not survive PowerShell's serialization.
    internal DateTimeOffset ReceivedAt { get; init; } = ReceivedAt;

    /// <summary>Which of the messages that its client received it is, from 1.</summary>
    internal long Arrival { get; init; }

    /// <summary>
    /// Whether nothing more will be known of it. If it is Accepted then, its recipient speaks the plain profile, where nobody
    /// can tell whether it arrived.
    /// </summary>
    public bool IsFinal => Delivery.IsFinal;

    private readonly ChatMessage? _original; // of which it is a copy
    private MessageDelivery _delivery;

    /// <summary>A copy, which goes on changing as the original does.</summary>
    private ChatMessage(ChatMessage original)
    {
        (From, To, Text, ReceivedAt) = (original.From, original.To, original.Text, original.ReceivedAt);
        (Client, Incarnation, Number, IsNumberedHere) = (original.Client, original.Incarnation, original.Number, original.IsNumberedHere);
        (Arrival, Ticket, IsFailureTold) = (original.Arrival, original.Ticket, original.IsFailureTold);
        _original = original.Delivery.IsSent ? original._original ?? original : null;
    }

    /// <summary>What has become of it, if it was sent.</summary>
    internal ref MessageDelivery Delivery => ref (_original ?? this)._delivery;

    /// <summary>Whether its user was told that it has failed.</summary>
    internal bool IsFailureTold { get; set; }

    /// <summary>What tells the client's state machine which received message was taken; 0 if that doesn't matter.</summary>
    internal long Ticket { get; init; }

    /// <summary>The client that received or sent it.</summary>
    internal ChatClient? Client { get; init; }

    /// <summary>The incarnation of the client that sent it, and its number there, from 1.</summary>
    internal long Incarnation { get; init; }

    /// <inheritdoc cref="Incarnation"/>
    internal long Number { get; init; }

    /// <summary>Whether the two are of the client that received it, because a message of the plain profile has none.</summary>
    internal bool IsNumberedHere { get; init; }

    /// <summary>
    /// Waits until the relay holds it (Accepted) or the recipient's client has it (Delivered). It ends earlier if the message
    /// fails, or nothing more can be known of it: it left in the plain profile, its recipient is in that, or its client has ended.
    /// </summary>
    /// <param name="state">Accepted or Delivered.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>How far it has come.</returns>
    /// <exception cref="ArgumentOutOfRangeException">Another state.</exception>
    /// <exception cref="InvalidOperationException">It was not sent by this process.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public Task<ChatMessageState> WaitAsync(ChatMessageState state, CancellationToken cancellationToken = default)
    {
        if (state is not (ChatMessageState.Accepted or ChatMessageState.Delivered))
            throw new ArgumentOutOfRangeException(nameof(state), state, "One can wait for Accepted and for Delivered.");
        if (!Delivery.IsSent)
            throw new InvalidOperationException("Only a message that was sent here has a delivery to wait for.");
        return WaitForAsync(state, cancellationToken);
    }

    /// <summary>Whether they are the same message of the same client; of those made by hand, whether they say the same.</summary>
    public bool Equals(ChatMessage? other) => ReferenceEquals(this, other) || (other is not null
        && ReferenceEquals(Client, other.Client) && Incarnation == other.Incarnation && Number == other.Number && IsNumberedHere == other.IsNumberedHere
        && From == other.From && To == other.To && Text == other.Text && ReceivedAt == other.ReceivedAt);

    /// <inheritdoc/>
    public override int GetHashCode() => (From, Text, Number).GetHashCode();

    /// <summary>The message as a line for people.</summary>
    public override string ToString() => $"{From}: {Text}";

    private async Task<ChatMessageState> WaitForAsync(ChatMessageState state, CancellationToken cancellationToken)
    {
        while (!Delivery.IsSettled(state, out Task changed))
            await changed.WaitAsync(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken).ConfigureAwait(false);
        return State;
    }
}
