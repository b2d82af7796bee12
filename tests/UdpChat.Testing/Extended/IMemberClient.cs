using System;

namespace UdpChat.Testing.Extended;

/// <summary>What a simulated member speaks the extended profile with.</summary>
internal interface IMemberClient
{
    /// <summary>Whether it has ended by itself: it could not connect for an hour, or another has its name.</summary>
    bool HasEnded { get; }

    /// <summary>Whether it has a session.</summary>
    bool IsConnected { get; }

    /// <summary>Whether nothing of its own is undecided and nothing waits to go out.</summary>
    bool IsIdle { get; }

    /// <summary>When it wants <see cref="Tick"/>.</summary>
    TimeSpan NextTick { get; }

    /// <summary>Gives it a message to send; null if it does not take it.</summary>
    SpecClient.Outgoing? Post(string to, string text, TimeSpan now, object tag);

    /// <summary>The user has a message.</summary>
    void Take(SpecClient.Incoming message);

    /// <summary>Leaves.</summary>
    void Leave(TimeSpan now);

    /// <summary>Does what is due, and sends whatever can be sent.</summary>
    void Tick(TimeSpan now);

    /// <summary>Takes in a datagram.</summary>
    void Receive(byte[] datagram, TimeSpan now);
}
