using System;
using UdpChat.Protocol.Wire;

namespace UdpChat.Protocol.Relay.Sessions;

/// <summary>What a sender is told of a message that was not taken in, or is lost again.</summary>
/// <param name="First">The first message's number.</param>
/// <param name="Last">The last message's number.</param>
/// <param name="Code">Why.</param>
/// <param name="Name">The recipient's name, checked; empty if it is none.</param>
internal readonly record struct Refusal(long First, long Last, RefusalCode Code, byte[] Name)
{
    /// <summary>The most bytes that <see cref="Write"/> writes.</summary>
    public const int MaxBytes = 256 + 2 * WireLimits.MaxNameBytes;

    /// <summary>Whether the message is decided by this once its sender knows it: it was not taken in before.</summary>
    public bool IsDecision => Code is not (RefusalCode.QueueFull or RefusalCode.NotYet or RefusalCode.Expired or RefusalCode.Unknown or RefusalCode.AskAgain);

    /// <summary>Writes the line, with its line feed.</summary>
    public int Write(Span<byte> destination)
    {
        var writer = new AsciiWriter(destination);
        writer.Write("@code="u8);
        writer.Write(Code switch
        {
            RefusalCode.NoSuchUser => "no-such-user"u8,
            RefusalCode.NotYet or RefusalCode.AskAgain => "not-yet"u8,
            RefusalCode.BadName => "bad-name"u8,
            RefusalCode.TooLarge => "too-large"u8,
            RefusalCode.QueueFull => "queue-full"u8,
            RefusalCode.MailboxFull => "mailbox-full"u8,
            RefusalCode.StoreFailed => "store-failed"u8,
            RefusalCode.Expired => "expired"u8,
            _ => "unknown"u8,
        });
        writer.Write(";n="u8);
        NumberRanges.Write(ref writer, new Link.RangeSet.Range(First, Last));
        writer.Write(" INFO: "u8);
        switch (Code)
        {
            case RefusalCode.NoSuchUser:
                writer.Write("There is no user "u8);
                writer.WriteEscaped(Name);
                writer.Write(" here, your message was not sent."u8);
                break;
            case RefusalCode.NotYet:
                writer.Write("Your message to "u8);
                writer.WriteEscaped(Name);
                writer.Write(" waits until it is known who has come back."u8);
                break;
            case RefusalCode.BadName:
                writer.Write("The recipient's name breaks the rules of names, your message was not sent."u8);
                break;
            case RefusalCode.TooLarge:
                writer.Write("Your message is too large for "u8);
                writer.WriteEscaped(Name);
                writer.Write(" and was not sent; please shorten it."u8);
                break;
            case RefusalCode.QueueFull:
                writer.Write("Your message to "u8);
                writer.WriteEscaped(Name);
                writer.Write(" waits until there is room for it."u8);
                break;
            case RefusalCode.MailboxFull:
                writer.WriteEscaped(Name);
                writer.Write(" is away, with a full mailbox; your message was not kept."u8);
                break;
            case RefusalCode.StoreFailed:
                writer.WriteEscaped(Name);
                writer.Write(" is away, and the relay can't store your message now; it was not kept."u8);
                break;
            case RefusalCode.Expired:
                writer.WriteEscaped(Name);
                writer.Write(" did not come for your message in time; it is gone."u8);
                break;
            case RefusalCode.AskAgain:
                writer.Write("Please ask again later what became of your message to "u8);
                writer.WriteEscaped(Name);
                writer.Write("."u8);
                break;
            default:
                writer.Write("What became of your message to "u8);
                writer.WriteEscaped(Name);
                writer.Write(" is not known."u8);
                break;
        }
        writer.Write((byte)'\n');
        return writer.Length;
    }
}
