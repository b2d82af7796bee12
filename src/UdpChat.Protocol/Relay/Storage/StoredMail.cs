using System;

namespace UdpChat.Protocol.Relay.Storage;

/// <summary>A message that a relay holds for somebody. While a command with it is under way, nothing here changes.</summary>
internal class StoredMail
{
    /// <summary>Its place among all messages of the relay: greater than that of any accepted before.</summary>
    public long Sequence;

    /// <summary>The number of the user whom it is for.</summary>
    public long Recipient;

    /// <summary>The sender's name, UTF-8 in NFC, in its owner's letter case. Its bytes never change.</summary>
    public byte[] Sender = [];

    /// <summary>The sender's incarnation and the message's number in it, which together with the name are its identity.</summary>
    public long Incarnation, Number;

    /// <summary>When the relay accepted it, in milliseconds since 1970.</summary>
    public long AcceptedAt;

    /// <summary>A buffer that begins with the text.</summary>
    public byte[] Buffer = [];

    /// <summary>How many bytes the text has.</summary>
    public int Length;

    /// <summary>The text, UTF-8.</summary>
    public ReadOnlySpan<byte> Text => Buffer.AsSpan(0, Length);
}
