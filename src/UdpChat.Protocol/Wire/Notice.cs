using System;

namespace UdpChat.Protocol.Wire;

/// <summary>
/// The <c>INFO</c> messages of the relay, for people to read: at most <see cref="WireLimits.MaxNoticeBytes"/> bytes
/// besides the name that some repeat, so that a forged datagram makes little traffic for whoever it was forged of.
/// </summary>
internal static class Notice
{
    /// <summary>What a buffer for any notice must hold.</summary>
    public const int MaxBytes = WireLimits.MaxNoticeBytes + WireLimits.MaxNameBytes;

    /// <summary>How many bytes stand before the words of a notice.</summary>
    public const int InfoPrefix = 6;

    /// <summary>With these words each notice to a plain REGISTER ends: the relay speaks the extended profile, too.</summary>
    public static ReadOnlySpan<byte> ExtendedAvailable => " (extended profile available)"u8;

    /// <summary>The one sentence that a plain client recognises: it has to register again.</summary>
    public static ReadOnlySpan<byte> NotRegistered => "You are not registered, please register again."u8;

    /// <summary>The same as a datagram.</summary>
    public static ReadOnlySpan<byte> NotRegisteredInfo => "INFO: You are not registered, please register again."u8;

    /// <summary>To somebody whose text is none of the protocol's messages.</summary>
    public static ReadOnlySpan<byte> MalformedInfo => "INFO: Not understood. Try \"REGISTER: Bob\", then \"SENDTO:Annie: hi\"."u8;

    /// <summary>To a sender whose text is longer than the relay allows, or does not fit a datagram behind the sender's name.</summary>
    public static ReadOnlySpan<byte> TooLargeInfo => "INFO: Your message is too large and was not sent; please shorten it."u8;

    /// <summary>To somebody who registers while the relay has all the clients that it may have.</summary>
    public static ReadOnlySpan<byte> RelayFullInfo => "INFO: The relay is full, please try again later."u8;

    /// <summary>To somebody whose source prefix has all the clients that it may have.</summary>
    public static ReadOnlySpan<byte> PrefixFullInfo => "INFO: Too many clients at your address, please try again later."u8;

    /// <summary>Welcomes a registered client.</summary>
    public static int Welcome(Span<byte> destination, ReadOnlySpan<byte> name) => Join(destination, "INFO: Welcome "u8, name, ", you are registered."u8);

    /// <summary>To somebody who asks for another's name.</summary>
    public static int NameTaken(Span<byte> destination, ReadOnlySpan<byte> name) => Join(destination, "INFO: The name "u8, name, " is taken, please choose another."u8);

    /// <summary>To the sender of a message to nobody.</summary>
    public static int NoSuchUser(Span<byte> destination, ReadOnlySpan<byte> name) => Join(destination, "INFO: There is no user "u8, name, " here, your message was not sent."u8);

    /// <summary>To a plain sender whose message is kept for somebody who is away.</summary>
    public static int Kept(Span<byte> destination, ReadOnlySpan<byte> name) => Join(destination, "INFO: "u8, name, " is away and gets your message when back."u8);

    /// <summary>To a plain sender whose message can't be kept for somebody who is away.</summary>
    public static int MailboxFull(Span<byte> destination, ReadOnlySpan<byte> name) => Join(destination, "INFO: The mailbox of "u8, name, " is full, your message was not kept."u8);

    /// <summary>Says what is wrong with a name.</summary>
    /// <param name="destination">At least <see cref="MaxBytes"/>.</param>
    /// <param name="error">What is wrong.</param>
    /// <param name="maxNameBytes">How long a name may be, in bytes: two digits at most.</param>
    public static int BadName(Span<byte> destination, NameError error, int maxNameBytes)
    {
        if (error == NameError.TooLong)
        {
            ReadOnlySpan<byte> digits = [(byte)('0' + maxNameBytes / 10), (byte)('0' + maxNameBytes % 10)];
            return Join(destination, "INFO: That name is too long; a name has at most "u8, digits.Slice(maxNameBytes < 10 ? 1 : 0), " bytes of UTF-8."u8);
        }
        return Join(destination, error switch
        {
            NameError.Empty => "INFO: A name is missing. Try \"REGISTER: Bob\" or \"SENDTO:Annie: hi\"."u8,
            NameError.NotAscii => "INFO: This relay takes only names of ASCII letters, digits and signs."u8,
            _ => "INFO: A name can't have blanks, invisible characters or : @ ; , * #"u8,
        }, default, default);
    }

    private static int Join(Span<byte> destination, ReadOnlySpan<byte> before, ReadOnlySpan<byte> name, ReadOnlySpan<byte> after)
    {
        before.CopyTo(destination);
        name.CopyTo(destination.Slice(before.Length));
        after.CopyTo(destination.Slice(before.Length + name.Length));
        return before.Length + name.Length + after.Length;
    }
}
