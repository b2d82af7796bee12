using System;
using UdpChat.Protocol.Wire;

namespace UdpChat.Protocol.Client;

/// <summary>Why a message has failed: one of these codes, or another that a relay has written.</summary>
/// <param name="Text">The code as it is written.</param>
internal readonly record struct FailureCode(string Text)
{
    /// <summary>Nobody has the recipient's name.</summary>
    public static readonly FailureCode NoSuchUser = new("no-such-user");

    /// <summary>The recipient's name breaks the rules of names.</summary>
    public static readonly FailureCode BadName = new("bad-name");

    /// <summary>The text is too large.</summary>
    public static readonly FailureCode TooLarge = new("too-large");

    /// <summary>The recipient is away, and the mailbox is full.</summary>
    public static readonly FailureCode MailboxFull = new("mailbox-full");

    /// <summary>The recipient is away, and the relay can't keep it.</summary>
    public static readonly FailureCode StoreFailed = new("store-failed");

    /// <summary>It has waited too long: at the relay for its recipient, or here for the relay.</summary>
    public static readonly FailureCode Expired = new("expired");

    /// <summary>The relay doesn't know what has become of it.</summary>
    public static readonly FailureCode Unknown = new("unknown");

    /// <summary>The relay was restarted and had no store.</summary>
    public static readonly FailureCode RelayRestarted = new("relay-restarted");

    /// <summary>The relay speaks only the plain profile now.</summary>
    public static readonly FailureCode ProfileChanged = new("profile-changed");

    /// <summary>The client was closed before the relay had it.</summary>
    public static readonly FailureCode Closed = new("closed");

    private static readonly FailureCode[] Refusals = [NoSuchUser, BadName, TooLarge, MailboxFull, StoreFailed, Expired];

    /// <summary>Whether a relay that says so has not passed the message on. What has expired may wait in a client whose user did not take it.</summary>
    public bool IsRefusal => this != Expired && Array.IndexOf(Refusals, this) >= 0;

    /// <summary>Reads a code; those that are known make no garbage.</summary>
    public static FailureCode Read(ReadOnlySpan<byte> code)
    {
        foreach (FailureCode known in Refusals)
        {
            if (IsEqual(code, known.Text))
                return known;
        }
        return IsEqual(code, Unknown.Text) ? Unknown : new(Utf8.IsValid(code) ? Utf8.GetString(code) : "");
    }

    /// <inheritdoc/>
    public override string ToString() => Text;

    private static bool IsEqual(ReadOnlySpan<byte> code, string text)
    {
        if (code.Length != text.Length)
            return false;
        for (int i = 0; i < text.Length; i++)
        {
            if (code[i] != text[i])
                return false;
        }
        return true;
    }
}
