using System;

namespace UdpChat.Protocol.Wire;

/// <summary>
/// One line of the extended profile, taken apart in place: tags as in IRCv3 message-tags (none of ours needs its value
/// escapes), then the message. Reading never fails: what can't be read is <see cref="ExtendedVerb.Unknown"/>.
/// </summary>
internal ref struct ExtendedLine
{
    /// <summary>What it says.</summary>
    public ExtendedVerb Verb;

    /// <summary>Whose, to or from whom: as it was written, not checked.</summary>
    public ReadOnlySpan<byte> Name;

    /// <summary>The rest: a text, still escaped, with no escapes but ours; ranges; or bits. Well-formed UTF-8.</summary>
    public ReadOnlySpan<byte> Text;

    /// <summary>The tags that are not numbers: <c>n</c>, <c>code</c>, <c>time</c>, <c>t</c>, <c>inbox</c>, <c>addr</c>.</summary>
    public ReadOnlySpan<byte> Numbers, Code, Time, Token, Inbox, Address;

    /// <summary>The tags that are numbers, or -1: <c>i</c>, <c>r</c>, <c>low</c>, <c>timeout</c>, <c>start</c>, <c>until</c>.</summary>
    public long Incarnation, Registration, Lowest, Timeout, Start, Until;

    /// <summary>The tag <c>s</c> of a line outside of a session, and the tag <c>store</c>; 0 if absent.</summary>
    public ulong Session, Store;

    /// <summary>The tags that have no value: <c>more</c>, <c>retry</c>, <c>forget</c>, <c>final</c>.</summary>
    public bool HasMore, IsRetry, Forget, IsFinal;

    /// <summary>Reads a line without its line feed.</summary>
    public static ExtendedLine Read(ReadOnlySpan<byte> line)
    {
        var read = new ExtendedLine { Incarnation = -1, Registration = -1, Lowest = -1, Timeout = -1, Start = -1, Until = -1 };
        if (!Utf8.IsValid(line))
            return default; // Anywhere: whoever reads a tag as text may rely on it, too.
        if (!line.IsEmpty && line[0] is (byte)'@' or (byte)';')
        {
            int end = line.IndexOf((byte)' ');
            if (end < 0 || !read.ReadTags(line.Slice(1, end - 1)))
                return default;
            line = line.Slice(end + 1);
        }
        if (!read.ReadMessage(line))
            return default;
        return read;
    }

    private bool ReadTags(ReadOnlySpan<byte> tags)
    {
        while (!tags.IsEmpty)
        {
            int end = tags.IndexOf((byte)';');
            ReadOnlySpan<byte> tag = end < 0 ? tags : tags.Slice(0, end);
            tags = end < 0 ? default : tags.Slice(end + 1);
            int equals = tag.IndexOf((byte)'=');
            if (!ReadTag(equals < 0 ? tag : tag.Slice(0, equals), equals < 0 ? default : tag.Slice(equals + 1)))
                return false;
        }
        return true;
    }

    private bool ReadTag(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        if (key.Length == 1)
        {
            switch (key[0])
            {
                case (byte)'n':
                    Numbers = value;
                    return NumberRanges.IsWellFormed(value);
                case (byte)'i':
                    return DecimalNumber.TryRead(value, out Incarnation);
                case (byte)'r':
                    return DecimalNumber.TryRead(value, out Registration);
                case (byte)'t':
                    Token = value;
                    return true;
                case (byte)'s':
                    return Hex.TryRead(value, out Session);
            }
            return true;
        }
        if (key.SequenceEqual("more"u8))
            HasMore = true;
        else if (key.SequenceEqual("code"u8))
            Code = value;
        else if (key.SequenceEqual("time"u8))
            Time = value;
        else if (key.SequenceEqual("retry"u8))
            IsRetry = true;
        else if (key.SequenceEqual("low"u8))
            return DecimalNumber.TryRead(value, out Lowest);
        else if (key.SequenceEqual("inbox"u8))
            Inbox = value;
        else if (key.SequenceEqual("addr"u8))
            Address = value;
        else if (key.SequenceEqual("timeout"u8))
            return DecimalNumber.TryRead(value, out Timeout);
        else if (key.SequenceEqual("start"u8))
            return DecimalNumber.TryRead(value, out Start);
        else if (key.SequenceEqual("until"u8))
            return DecimalNumber.TryRead(value, out Until);
        else if (key.SequenceEqual("final"u8))
            IsFinal = true;
        else if (key.SequenceEqual("forget"u8))
            Forget = true;
        else if (key.SequenceEqual("store"u8))
            return Hex.TryRead(value, out Store);
        return true; // A key that is not known says nothing to us.
    }

    private bool ReadMessage(ReadOnlySpan<byte> message)
    {
        int colon = message.IndexOf((byte)':');
        if (colon < 0)
            return false;
        Verb = VerbOf(message.Slice(0, colon));
        ReadOnlySpan<byte> rest = SkipBlank(message.Slice(colon + 1));
        switch (Verb)
        {
            case ExtendedVerb.Unknown:
                return false;
            case ExtendedVerb.SendTo or ExtendedVerb.From or ExtendedVerb.Watch:
                colon = rest.IndexOf((byte)':');
                if (colon < 0)
                    return false;
                Name = rest.Slice(0, colon);
                Text = SkipBlank(rest.Slice(colon + 1));
                break;
            case ExtendedVerb.Register or ExtendedVerb.Unregister or ExtendedVerb.Heartbeat or ExtendedVerb.Open:
                Name = rest;
                break;
            default:
                Text = rest;
                break;
        }
        return Verb switch
        {
            ExtendedVerb.Taken or ExtendedVerb.Watch or ExtendedVerb.Accepted or ExtendedVerb.Delivered => NumberRanges.IsWellFormed(Text),
            ExtendedVerb.SendTo or ExtendedVerb.From or ExtendedVerb.Info => LineText.UnescapedLength(Text) >= 0,
            ExtendedVerb.Challenge or ExtendedVerb.Response => Text.Length == Hex.Digits64 && Hex.TryRead(Text, out _),
            _ => true,
        };
    }

    private static ExtendedVerb VerbOf(ReadOnlySpan<byte> verb)
    {
        if (verb.IsEmpty)
            return ExtendedVerb.Unknown;
        switch (verb[0])
        {
            case (byte)'S':
                return verb.SequenceEqual("SENDTO"u8) ? ExtendedVerb.SendTo : ExtendedVerb.Unknown;
            case (byte)'F':
                return verb.SequenceEqual("FROM"u8) ? ExtendedVerb.From : ExtendedVerb.Unknown;
            case (byte)'A':
                return verb.SequenceEqual("ACK"u8) ? ExtendedVerb.Ack : verb.SequenceEqual("ACCEPTED"u8) ? ExtendedVerb.Accepted : ExtendedVerb.Unknown;
            case (byte)'T':
                return verb.SequenceEqual("TAKEN"u8) ? ExtendedVerb.Taken : ExtendedVerb.Unknown;
            case (byte)'D':
                return verb.SequenceEqual("DELIVERED"u8) ? ExtendedVerb.Delivered : ExtendedVerb.Unknown;
            case (byte)'I':
                return verb.SequenceEqual("INFO"u8) ? ExtendedVerb.Info : ExtendedVerb.Unknown;
            case (byte)'H':
                return verb.SequenceEqual("HEARTBEAT"u8) ? ExtendedVerb.Heartbeat : ExtendedVerb.Unknown;
            case (byte)'R':
                return verb.SequenceEqual("REGISTER"u8) ? ExtendedVerb.Register : verb.SequenceEqual("RESPONSE"u8) ? ExtendedVerb.Response : ExtendedVerb.Unknown;
            case (byte)'C':
                return verb.SequenceEqual("CHALLENGE"u8) ? ExtendedVerb.Challenge : ExtendedVerb.Unknown;
            case (byte)'U':
                return verb.SequenceEqual("UNREGISTER"u8) ? ExtendedVerb.Unregister : ExtendedVerb.Unknown;
            case (byte)'W':
                return verb.SequenceEqual("WATCH"u8) ? ExtendedVerb.Watch : ExtendedVerb.Unknown;
            case (byte)'O':
                return verb.SequenceEqual("OPEN"u8) ? ExtendedVerb.Open : ExtendedVerb.Unknown;
            default:
                return ExtendedVerb.Unknown;
        }
    }

    private static ReadOnlySpan<byte> SkipBlank(ReadOnlySpan<byte> text) => !text.IsEmpty && text[0] == ' ' ? text.Slice(1) : text;
}
