using System;

namespace UdpChat.Protocol.Client;

/// <summary>A message of the client's user.</summary>
internal sealed class OutgoingMessage(long number, Recipient recipient, byte[] text, int size, TimeSpan queuedAt)
{
    /// <summary>Its number, from 1, in this incarnation of the client.</summary>
    public long Number => number;

    /// <summary>The recipient's name as it was written.</summary>
    public byte[] To => recipient.Name;

    /// <summary>What is known of it.</summary>
    public OutgoingState State { get; internal set; }

    /// <summary>Why it has failed, once it has.</summary>
    public FailureCode Code { get; internal set; }

    /// <summary>What the relay said to that; empty if nothing.</summary>
    public string Words { get; internal set; } = "";

    /// <summary>Whether one that has failed may have arrived all the same.</summary>
    public bool MayHaveArrived { get; internal set; }

    /// <summary>Whether nothing more will be known of it.</summary>
    public bool IsFinal { get; internal set; }

    /// <summary>Whatever the client's owner wants to remember with it.</summary>
    public object? Tag { get; set; }

    /// <summary>To whom it goes.</summary>
    internal Recipient Recipient => recipient;

    /// <summary>The text, escaped as in a line; empty once the relay has accepted it.</summary>
    internal byte[] Text { get; set; } = text;

    /// <summary>How many bytes of the outbox it takes.</summary>
    internal int Size => size;

    /// <summary>When it was given to the client.</summary>
    internal TimeSpan QueuedAt => queuedAt;

    /// <summary>In how many sessions it was sent, and in which of the client's sessions last.</summary>
    internal int Sessions { get; set; }

    /// <inheritdoc cref="Sessions"/>
    internal int LastSession { get; set; }

    /// <summary>Whether it was sent to another relay, or to this one before it was started anew: what became of it there a refusal can't know.</summary>
    internal bool WasSentElsewhere { get; set; }

    /// <summary>Whether it was sent in the present session and is not answered.</summary>
    internal bool IsUnderWay { get; set; }

    /// <summary>Whether it is to be offered again as the first.</summary>
    internal bool IsRetry { get; set; }
}
