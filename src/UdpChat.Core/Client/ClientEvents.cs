using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;
using UdpChat.Diagnostics;
using UdpChat.Protocol.Client;
using UdpChat.Protocol.Wire;

namespace UdpChat.Client;

/// <summary>Takes what a client's state machine tells: what its user is to see goes to the pump, what is to be done is noted.</summary>
internal sealed class ClientEvents(ChatClient client, ClientEventPump pump, TimeProvider timeProvider) : IClientEvents
{
    private ReceivedBytes _bytes = new(timeProvider), _takenBytes = new(timeProvider);
    private byte[] _lastFrom = [];
    private string _lastFromText = "";
    private List<TaskCompletionSource<bool>> _echoWaiters = [];
    private TaskCompletionSource<bool>? _left;
    private bool _isPathWanted;
    private bool _areBytesTaken;
    private long _dropped, _messages, _delivered;

    /// <summary>The last notice, or null if there was none.</summary>
    public string? LastNotice { get; private set; }

    /// <summary>Why the client could not connect, once it has failed.</summary>
    public ConnectFailure? Failure { get; private set; }

    /// <summary>Whether another client has registered the name with the same token.</summary>
    public bool IsReplaced { get; private set; }

    /// <summary>How many messages and notices were dropped because too many waited for slow handlers.</summary>
    public long Dropped => Volatile.Read(ref _dropped);

    /// <summary>How many of the user's messages are known to be delivered.</summary>
    public long Delivered => Volatile.Read(ref _delivered);

    /// <summary>Whether there are messages for a handler of bytes.</summary>
    public bool HasBytes => _bytes.Count > 0;

    /// <summary>Takes the messages for a handler of bytes. <see cref="GiveBack"/> ends that.</summary>
    public ReceivedBytes TakeBytes()
    {
        (_bytes, _takenBytes) = (_takenBytes, _bytes);
        _areBytesTaken = true;
        return _takenBytes;
    }

    /// <summary>Ends the taking of messages for a handler of bytes. Those that it did not have, because it was removed, go where all go without one.</summary>
    /// <param name="handled">How many of them it had.</param>
    public void GiveBack(int handled)
    {
        for (int i = handled; i < _takenBytes.Count; i++)
        {
            ChatMessageBytes message = _takenBytes[i];
            AddMessage(message.From, message.Text, _takenBytes.Origin(i), _takenBytes.Ticket(i), _takenBytes.Arrival(i));
        }
        _takenBytes.Clear();
        _areBytesTaken = false;
    }

    /// <summary>Whether the path to the relay is to be opened anew; told once.</summary>
    public bool TakePathWanted()
    {
        bool isWanted = _isPathWanted;
        _isPathWanted = false;
        return isWanted;
    }

    /// <summary>A task that ends, behind all that came before, when the echo of the probe that is sent next is back (true), or can't come back any more (false).</summary>
    public Task<bool> WaitForEcho()
    {
        var waiter = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        _echoWaiters.Add(waiter);
        return waiter.Task;
    }

    /// <summary>A task that ends when the relay knows that the client has left, or the client has ended without that.</summary>
    public Task WaitForLeft() => (_left ??= new(TaskCreationOptions.RunContinuationsAsynchronously)).Task;

    /// <summary>Tells that the client begins to connect.</summary>
    public void Opened() => ChatMetrics.Add(client);

    /// <summary>Tells that the client has ended.</summary>
    public void Ended()
    {
        ChatMetrics.Remove(client);
        EndEchoWaits(false);
        _left?.TrySetResult(false);
        if (!IsReplaced)
            pump.Add(new ChatStateChange(ChatConnectionState.Disconnected, "Disconnected."));
    }

    void IClientEvents.Connected() => pump.Add(new ChatStateChange(ChatConnectionState.Connected, $"{client.Name} is registered, and messages pass."));

    void IClientEvents.Reconnecting(ReconnectReason reason)
    {
        EndEchoWaits(false);
        pump.Add(new ChatStateChange(ChatConnectionState.Reconnecting, reason switch
        {
            ReconnectReason.Forgotten when client.IsExtended => $"The relay doesn't know {client.Name} any more: it was restarted, or has heard nothing for too long. Registering again; what was sent goes on.",
            _ when client.IsExtended => "The relay doesn't answer. Trying again until it does; what was sent waits.",
            ReconnectReason.Forgotten => $"The relay doesn't know {client.Name} any more; what was sent just before may be lost. Registering again.",
            _ => "The relay doesn't answer; what was sent just before may be lost. Trying again until it does.",
        }));
    }

    void IClientEvents.ConnectFailed(ConnectFailure failure) => Failure = failure;

    void IClientEvents.PathWanted() => _isPathWanted = true;

    void IClientEvents.EchoReturned() => EndEchoWaits(true);

    void IClientEvents.MessageReceived(ReadOnlySpan<byte> from, ReadOnlySpan<byte> text, in MessageOrigin origin, long ticket)
    {
        _messages++;
        // What comes after messages that a handler of bytes may leave comes after them.
        if (client.TakesBytes || _areBytesTaken || HasBytes)
        {
            _bytes.Add(from, text, origin, ticket, _messages);
            return;
        }
        AddMessage(from, text, origin, ticket, _messages);
    }

    void IClientEvents.MessageChanged(OutgoingMessage message)
    {
        if (message.State == OutgoingState.Delivered)
            _delivered++;
        ChatMessage? sent = message.Tag as ChatMessage;
        // Who sends bytes has no object; only of a failure there is something to tell.
        if (sent is null && message.State == OutgoingState.Failed)
            sent = client.CreateSent(message, Utf8.GetString(message.To), Unescape(message.Text.Span));
        if (sent is null)
            return;
        sent.Delivery.Update(message);
        if (message.State == OutgoingState.Failed || client.TellsMessageChanges)
            pump.Add(new MessageChange(sent));
    }

    void IClientEvents.NoticeReceived(ReadOnlySpan<byte> text, ReadOnlySpan<byte> code)
    {
        LastNotice = Utf8.GetString(text);
        AddOrDrop(new ChatNotice(LastNotice, timeProvider.GetLocalNow()));
    }

    void IClientEvents.Replaced()
    {
        IsReplaced = true;
        pump.Add(new ChatStateChange(ChatConnectionState.Disconnected, $"Another client has registered {client.Name} with the same token; this one has ended."));
    }

    void IClientEvents.Left() => _left?.TrySetResult(true);

    private void AddMessage(ReadOnlySpan<byte> from, ReadOnlySpan<byte> text, in MessageOrigin origin, long ticket, long arrival)
    {
        // Most come from the same as the one before.
        if (!from.SequenceEqual(_lastFrom))
            (_lastFrom, _lastFromText) = (from.ToArray(), Utf8.GetString(from));
        ChatMessage message = client.CreateReceived(_lastFromText, Utf8.GetString(text), origin, ticket, arrival);
        // In the extended profile the relay sends no more than there is room for; in the plain one nothing holds it back.
        if (ticket != 0)
            pump.Add(message);
        else
            AddOrDrop(message);
    }

    private static string Unescape(ReadOnlySpan<byte> escaped)
    {
        byte[] text = new byte[escaped.Length];
        return Utf8.GetString(text.AsSpan(0, LineText.Unescape(escaped, text)));
    }

    private void AddOrDrop(object received)
    {
        if (!pump.TryAdd(received))
            _dropped++;
    }

    private void EndEchoWaits(bool returned)
    {
        if (_echoWaiters.Count == 0)
            return;
        pump.Add(new EchoWaitsEnd(_echoWaiters, returned));
        _echoWaiters = [];
    }
}
