using System.Threading;
using System.Threading.Tasks;
using UdpChat.Protocol.Client;
using UdpChat.Protocol.Wire;

namespace UdpChat.Client;

/// <summary>What has become of a sent message: changes as the relay tells, and can be waited for. A part of its <see cref="ChatMessage"/>.</summary>
internal struct MessageDelivery
{
    private const int StateMask = 0xFF, Final = 0x100, Sent = 0x200;

    private volatile int _bits; // 0 if it was not sent here
    private MessageFailure? _failure;
    private TaskCompletionSource<bool>? _changed;

    /// <summary>Begins to follow a message.</summary>
    public MessageDelivery(OutgoingMessage message) => _bits = BitsOf(message);

    /// <summary>Whether the message was sent here.</summary>
    public readonly bool IsSent => Bits != 0;

    /// <inheritdoc cref="ChatMessage.State"/>
    public readonly ChatMessageState State => Bits == 0 ? ChatMessageState.Received : (ChatMessageState)(Bits & StateMask);

    /// <inheritdoc cref="ChatMessage.IsFinal"/>
    public readonly bool IsFinal => Bits == 0 || (Bits & Final) != 0;

    /// <summary>Why it has failed, once it has.</summary>
    public readonly MessageFailure? Failure => State == ChatMessageState.Failed ? _failure : null;

    private readonly int Bits => _bits;

    /// <summary>Takes over what the state machine knows.</summary>
    public void Update(OutgoingMessage message)
    {
        if (message.State == OutgoingState.Failed)
            _failure = new MessageFailure(message.Code.Text, Describe(message), message.MayHaveArrived);
        // A full fence: who begins to wait now sees either this state, or that it is woken.
        Interlocked.Exchange(ref _bits, BitsOf(message));
        if (_changed is not null)
            Interlocked.Exchange(ref _changed, null)?.TrySetResult(true);
    }

    /// <summary>Ends at the next change, whichever it is, unless it is settled.</summary>
    /// <param name="state">Accepted or Delivered.</param>
    /// <param name="changed">To be waited for.</param>
    /// <returns>Whether the message has come so far, or no further.</returns>
    public bool IsSettled(ChatMessageState state, out Task changed)
    {
        TaskCompletionSource<bool>? waiting = Volatile.Read(ref _changed);
        if (waiting is null)
        {
            var added = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
            waiting = Interlocked.CompareExchange(ref _changed, added, null) ?? added;
        }
        changed = waiting.Task;
        return IsFinal || State is ChatMessageState.Delivered or ChatMessageState.Failed or ChatMessageState.Sent || (State == ChatMessageState.Accepted && state == ChatMessageState.Accepted);
    }

    private static int BitsOf(OutgoingMessage message) => Sent | (message.IsFinal ? Final : 0) | (int)(message.State switch
    {
        OutgoingState.Queued => ChatMessageState.Queued,
        OutgoingState.Sent => ChatMessageState.Sent,
        OutgoingState.Accepted => ChatMessageState.Accepted,
        OutgoingState.Delivered => ChatMessageState.Delivered,
        _ => ChatMessageState.Failed,
    });

    private static string Describe(OutgoingMessage message)
    {
        if (message.Words.Length > 0)
            return message.Words;
        string to = Utf8.GetString(message.To);
        return message.Code.Text switch
        {
            "relay-restarted" => $"The relay was restarted and keeps nothing; whether {to} had the message is not known. Ask, or send it again.",
            "profile-changed" => $"The relay speaks only the plain profile now; whether {to} had the message is not known. Ask, or send it again.",
            "expired" => $"The message to {to} has waited too long and was given up; send it again.",
            "too-large" => $"The message to {to} is too large for the plain profile, which this relay speaks now; shorten it.",
            "closed" => $"The connection was ended before the relay had the message to {to}; connect and send it again.",
            _ => $"The message to {to} has failed: {message.Code.Text}.",
        };
    }
}
