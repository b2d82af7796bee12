using System;

namespace UdpChat.Protocol.Client;

/// <summary>What a client's state machine tells. It is told from within the call that caused it, and must not call back.</summary>
internal interface IClientEvents
{
    /// <summary>The client is connected, for the first time or again.</summary>
    void Connected();

    /// <summary>The client was connected and registers again.</summary>
    void Reconnecting(ReconnectReason reason);

    /// <summary>The client could not connect and has ended.</summary>
    void ConnectFailed(ConnectFailure failure);

    /// <summary>
    /// The way to the relay may be broken: look its address up anew, open it, and call <see cref="ClientMachine.PathOpened"/>
    /// or <see cref="ClientMachine.PathFailed"/>.
    /// </summary>
    void PathWanted();

    /// <summary>While connected, a message to oneself is back.</summary>
    void EchoReturned();

    /// <summary>A message has arrived.</summary>
    /// <param name="from">The sender's name, UTF-8.</param>
    /// <param name="text">The text, UTF-8.</param>
    /// <param name="origin">Which message of its sender's it is.</param>
    /// <param name="ticket">What to say in <see cref="ClientMachine.Taken"/>; 0 if nothing is to be said.</param>
    void MessageReceived(ReadOnlySpan<byte> from, ReadOnlySpan<byte> text, in MessageOrigin origin, long ticket);

    /// <summary>Something has become of a message that was sent.</summary>
    void MessageChanged(OutgoingMessage message);

    /// <summary>The relay has something to say to the client's user.</summary>
    /// <param name="text">The text, UTF-8.</param>
    /// <param name="code">What it is, as a word for programs; empty in the plain profile.</param>
    void NoticeReceived(ReadOnlySpan<byte> text, ReadOnlySpan<byte> code);

    /// <summary>Another client has registered the name with the same token; this one has ended.</summary>
    void Replaced();

    /// <summary>The client has left, and the relay knows or can't be reached; it has ended.</summary>
    void Left();
}
