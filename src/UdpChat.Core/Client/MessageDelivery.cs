using System.Threading;
using System.Threading.Tasks;
using UdpChat.Protocol.Client;
using UdpChat.Protocol.Wire;

namespace UdpChat.Client;

/// <summary>What has become of a sent message: changes as the relay tells, and can be waited for.</summary>
internal sealed class MessageDelivery
{
    private readonly object _gate = new();
    private TaskCompletionSource<bool>? _changed;
    private string? _error, _code;
    private bool _mayHaveArrived, _isFinal;
    private ChatMessageState _state;

    public MessageDelivery(ChatMessageState state) => _state = state;

    /// <inheritdoc cref="ChatMessage.State"/>
    public ChatMessageState State
    {
        get { lock (_gate) return _state; }
    }

    /// <inheritdoc cref="ChatMessage.Error"/>
    public string? Error
    {
        get { lock (_gate) return _error; }
    }

    /// <inheritdoc cref="ChatMessage.ErrorCode"/>
    public string? Code
    {
        get { lock (_gate) return _code; }
    }

    /// <inheritdoc cref="ChatMessage.MayHaveArrived"/>
    public bool MayHaveArrived
    {
        get { lock (_gate) return _mayHaveArrived; }
    }

    /// <inheritdoc cref="ChatMessage.IsFinal"/>
    public bool IsFinal
    {
        get { lock (_gate) return _isFinal; }
    }

    /// <summary>Takes over what the state machine knows.</summary>
    public void Update(OutgoingMessage message)
    {
        TaskCompletionSource<bool>? changed;
        lock (_gate)
        {
            _state = StateOf(message.State);
            _isFinal = message.IsFinal;
            if (_state == ChatMessageState.Failed)
            {
                _code = message.Code.Text;
                _error = Describe(message);
                _mayHaveArrived = message.MayHaveArrived;
            }
            (changed, _changed) = (_changed, null);
        }
        changed?.TrySetResult(true);
    }

    /// <summary>Waits until the message has come so far, or no further.</summary>
    /// <param name="state">Accepted or Delivered.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>How far it has come.</returns>
    public async Task<ChatMessageState> WaitAsync(ChatMessageState state, CancellationToken cancellationToken)
    {
        while (true)
        {
            Task changed;
            lock (_gate)
            {
                if (_isFinal || IsSettled(_state, state))
                    return _state;
                changed = (_changed ??= new(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
            }
            await changed.WaitAsync(Timeout.InfiniteTimeSpan, System.TimeProvider.System, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>The public name of a state.</summary>
    public static ChatMessageState StateOf(OutgoingState state) => state switch
    {
        OutgoingState.Queued => ChatMessageState.Queued,
        OutgoingState.Sent => ChatMessageState.Sent,
        OutgoingState.Accepted => ChatMessageState.Accepted,
        OutgoingState.Delivered => ChatMessageState.Delivered,
        _ => ChatMessageState.Failed,
    };

    private static bool IsSettled(ChatMessageState present, ChatMessageState wanted) =>
        present is ChatMessageState.Delivered or ChatMessageState.Failed or ChatMessageState.Sent || (present == ChatMessageState.Accepted && wanted == ChatMessageState.Accepted);

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
