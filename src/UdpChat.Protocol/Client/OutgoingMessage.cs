using System;
using UdpChat.Protocol.Wire;

namespace UdpChat.Protocol.Client;

/// <summary>A message of the client's user. When it is decided its memory may be used for another one.</summary>
internal sealed class OutgoingMessage
{
    /// <summary>The longest text whose memory is used again. It goes in one piece, so that nothing of it is needed later.</summary>
    private const int MaxReusedText = 512;

    private byte[] _text = [];
    private int _length;

    /// <summary>Its number, from 1, in this incarnation of the client.</summary>
    public long Number { get; private set; }

    /// <summary>The recipient's name as it was written.</summary>
    public byte[] To => Recipient.Name;

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

    /// <summary>The text, escaped as in a line; empty once the relay has accepted it. A long one stays as it is, whatever becomes of the message.</summary>
    public ReadOnlyMemory<byte> Text => new(_text, 0, _length);

    /// <summary>To whom it goes.</summary>
    internal Recipient Recipient { get; private set; } = null!;

    /// <summary>Whether who sent it looks at it after it is decided, so that its memory is not used again.</summary>
    internal bool IsKept { get; private set; }

    /// <summary>How many bytes of the outbox it takes.</summary>
    internal int Size { get; private set; }

    /// <summary>When it was given to the client.</summary>
    internal TimeSpan QueuedAt { get; private set; }

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

    /// <summary>Whether it is held back with its recipient.</summary>
    internal bool IsHeld { get; set; }

    /// <summary>Makes it a new message.</summary>
    /// <param name="number">Its number.</param>
    /// <param name="recipient">To whom it goes.</param>
    /// <param name="text">Its text, not escaped.</param>
    /// <param name="now">The time.</param>
    /// <param name="isKept">Whether who sends it looks at it after it is decided.</param>
    internal void Begin(long number, Recipient recipient, ReadOnlySpan<byte> text, TimeSpan now, bool isKept)
    {
        (Number, Recipient, QueuedAt, IsKept) = (number, recipient, now, isKept);
        (State, Code, Words, Tag) = (OutgoingState.Queued, default, "", null);
        MayHaveArrived = IsFinal = WasSentElsewhere = IsUnderWay = IsRetry = false;
        Sessions = LastSession = 0;
        int length = LineText.EscapedLength(text);
        if (_text.Length < length)
            _text = new byte[length];
        _length = LineText.Escape(text, _text);
        Size = length + recipient.Name.Length;
    }

    /// <summary>The text is not needed any more.</summary>
    internal void ForgetText()
    {
        if (_length > MaxReusedText || IsKept)
            _text = [];
        _length = 0;
    }
}
