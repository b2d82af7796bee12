using System;
using System.Collections.Generic;
using UdpChat.Protocol.Client;
using UdpChat.Protocol.Wire;

namespace UdpChat.Client;

/// <summary>What a client's state machine told, in order, as the objects that its user is shown.</summary>
internal sealed class ClientEventQueue(ChatClient client, TimeProvider timeProvider) : IClientEvents
{
    private readonly Queue<object> _events = new();

    /// <summary>Marks that the path to the relay is to be opened anew.</summary>
    public static readonly object PathWantedEvent = new();

    /// <summary>Marks that an echo is back.</summary>
    public static readonly object EchoReturnedEvent = new();

    /// <summary>The last notice, or null if there was none.</summary>
    public string? LastNotice { get; private set; }

    /// <summary>Takes the oldest event: a message, a notice, a state change, a <see cref="ConnectFailure"/> or one of the marks.</summary>
    public bool TryTake(out object taken)
    {
        bool any = _events.Count > 0;
        taken = any ? _events.Dequeue() : this;
        return any;
    }

    /// <summary>Adds an event that did not come from the state machine.</summary>
    public void Add(object added) => _events.Enqueue(added);

    void IClientEvents.Connected() => Add(new ChatStateChange(ChatConnectionState.Connected, $"{client.Name} is registered, and messages pass."));

    void IClientEvents.Reconnecting(ReconnectReason reason) => Add(new ChatStateChange(ChatConnectionState.Reconnecting, reason switch
    {
        ReconnectReason.Forgotten => $"The relay doesn't know {client.Name} any more; what was sent just before may be lost. Registering again.",
        _ => "The relay doesn't answer; what was sent just before may be lost. Trying again until it does.",
    }));

    void IClientEvents.ConnectFailed(ConnectFailure failure) => Add(failure);

    void IClientEvents.PathWanted() => Add(PathWantedEvent);

    void IClientEvents.EchoReturned() => Add(EchoReturnedEvent);

    void IClientEvents.MessageReceived(ReadOnlySpan<byte> from, ReadOnlySpan<byte> text) =>
        Add(client.CreateMessage(Utf8.GetString(from), client.Name, Utf8.GetString(text), ChatMessageState.Received));

    void IClientEvents.NoticeReceived(ReadOnlySpan<byte> text)
    {
        LastNotice = Utf8.GetString(text);
        Add(new ChatNotice(LastNotice, timeProvider.GetLocalNow()));
    }
}
