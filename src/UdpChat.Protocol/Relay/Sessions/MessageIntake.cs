using System;
using UdpChat.Protocol.Relay.Mail;
using UdpChat.Protocol.Relay.Users;
using UdpChat.Protocol.Wire;

namespace UdpChat.Protocol.Relay.Sessions;

/// <summary>Takes the messages of the extended profile's clients.</summary>
internal sealed class MessageIntake(RelayCore core, Mailboxes mail, DirtySessions dirty, TextAssemblies assemblies)
{
    /// <summary>How far beyond the first that is undecided a client's numbers may go.</summary>
    public const int MaxNumberSpan = 65_536;

    /// <summary>For how many recipients at once a sender can be held back.</summary>
    private const int MaxBlocked = 1_000;

    private readonly User?[] _recent = new User?[256]; // by their names

    /// <summary>Takes a line if it is a SENDTO that has no tags and no escapes: the next message, as nearly all are.</summary>
    /// <returns>False if it is any other, or malformed.</returns>
    public bool TryTakeNext(RelaySession session, ReadOnlySpan<byte> line)
    {
        if (session.Assembly is not null || session.LastNumber == 0 || !MessageLine.TryRead(line, "SENDTO:"u8, out ReadOnlySpan<byte> name, out ReadOnlySpan<byte> text))
            return false;
        long number = session.LastNumber + 1;
        if (!IsInBounds(session.User, number))
            return false;
        session.LastNumber = number;
        Post(session, number, name, text, isRetry: false);
        return true;
    }

    /// <summary>Takes a SENDTO.</summary>
    public void Take(RelaySession session, in ExtendedLine line)
    {
        if (session.Assembly is { } assembly)
        {
            if (!line.Numbers.IsEmpty || line.Name.Length != assembly.Recipient.Length || Utf8.GetString(line.Name) != assembly.Recipient)
            {
                DropAssembly(session); // Its end never came; this one is another.
                core.Counters.Add(MessageOutcome.Malformed);
            }
            else
            {
                assemblies.Add(assembly, line.Text);
                if (!line.HasMore)
                    Complete(session, assembly, line.Name);
                return;
            }
        }
        if (line.Lowest > 0)
            NoteLowest(session.User, line.Lowest);
        if (!TryGetNumber(session, line.Numbers, out long number))
        {
            core.Counters.Add(MessageOutcome.Malformed);
            return;
        }
        session.LastNumber = number;
        if (!line.HasMore)
        {
            Post(session, number, line.Name, line.Text, line.IsRetry);
            return;
        }
        session.Assembly = assemblies.Begin(number, line.Name, line.IsRetry, line.Text);
    }

    /// <summary>Forgets the text that is being put together.</summary>
    public void DropAssembly(RelaySession session)
    {
        if (session.Assembly is { } assembly)
            assemblies.End(assembly);
        session.Assembly = null;
    }

    private static bool TryGetNumber(RelaySession session, ReadOnlySpan<byte> written, out long number)
    {
        number = session.LastNumber + 1;
        if (!written.IsEmpty)
            return DecimalNumber.TryRead(written, out number) && IsInBounds(session.User, number);
        return session.LastNumber > 0 && IsInBounds(session.User, number);
    }

    /// <summary>All before this number is decided for the client, whatever is known of it here.</summary>
    private static void NoteLowest(User user, long lowest)
    {
        user.Seen.AddThrough(lowest - 1);
        user.Decided.AddThrough(lowest - 1);
    }

    private static bool IsInBounds(User user, long number) => number > 0 && number <= user.Seen.Through + MaxNumberSpan;

    private void Complete(RelaySession session, TextAssembly assembly, ReadOnlySpan<byte> name)
    {
        session.Assembly = null;
        if (assembly.Failure != AssemblyFailure.None)
            RefuseAssembly(session, assembly, name);
        else
            Post(session, assembly.Number, name, assembly.Text, assembly.IsRetry);
        assemblies.End(assembly);
    }

    private void RefuseAssembly(RelaySession session, TextAssembly assembly, ReadOnlySpan<byte> written)
    {
        if (IsRepeated(session, assembly.Number))
            return;
        if (core.Check(written, out byte[] name) != NameError.None)
            Refuse(session, assembly.Number, RefusalCode.BadName, MessageOutcome.BadName, []);
        else if (assembly.Failure == AssemblyFailure.TooLarge)
            Refuse(session, assembly.Number, RefusalCode.TooLarge, MessageOutcome.TooLarge, name);
        else if (core.Users.Find(name) is not { IsKnown: true } recipient)
            PutOff(session, assembly.Number, name);
        else if (session.Blocked?.Contains(recipient) == true || TryBlock(session, recipient))
            Refuse(session, assembly.Number, RefusalCode.QueueFull, MessageOutcome.QueueFull, recipient.Name);
        else
            Refuse(session, assembly.Number, RefusalCode.MailboxFull, MessageOutcome.MailboxFull, recipient.Name);
    }

    private void PutOff(RelaySession session, long number, byte[] name)
    {
        if (TryBlock(session, KeyOf(name)))
            Refuse(session, number, RefusalCode.NotYet, MessageOutcome.NotYet, name);
        else
            Refuse(session, number, RefusalCode.NoSuchUser, MessageOutcome.NoSuchUser, name);
    }

    private static bool TryBlock(RelaySession session, string key)
    {
        session.BlockedNames ??= [];
        return session.BlockedNames.Contains(key) || (session.BlockedNames.Count < MaxBlocked && session.BlockedNames.Add(key));
    }

    private void Post(RelaySession session, long number, ReadOnlySpan<byte> written, ReadOnlySpan<byte> text, bool isRetry)
    {
        User sender = session.User;
        if (IsRepeated(session, number))
            return;
        // Almost always it is ASCII or just as its owner wrote it. Then it is in NFC, and needs no memory to be brought there.
        User? recipient = Find(written);
        int client = -1;
        byte[] name = [];
        if (recipient is null || (!ChatName.IsAscii(written) && !written.SequenceEqual(recipient.Name)))
        {
            if (core.Check(written, out name) != NameError.None)
            {
                Refuse(session, number, RefusalCode.BadName, MessageOutcome.BadName, []);
                return;
            }
            recipient = core.Users.Find(name);
            client = recipient is null ? core.FindClient(name) : -1;
        }
        if (recipient is { IsKnown: false })
        {
            // Its registration is not committed yet: the store could lose it, and keep the mail.
            name = recipient.Name;
            recipient = null;
        }
        if (LineText.UnescapedLength(text) > core.Options.MaxMessageBytes
            || (recipient is not null && text.Length > core.Options.MaxHeldBytes))
        {
            Refuse(session, number, RefusalCode.TooLarge, MessageOutcome.TooLarge, recipient?.Name ?? name);
        }
        else if (!isRetry && session.BlockedNames is { Count: > 0 } && session.BlockedNames.Contains(KeyOf(written)))
        {
            Refuse(session, number, RefusalCode.NotYet, MessageOutcome.NotYet, recipient?.Name ?? name); // Its owner has come, and what was sent before is still to be offered.
        }
        else if (recipient is not null)
        {
            Unblock(session, written);
            PostToUser(session, number, recipient, text, isRetry);
        }
        else if (client >= 0)
        {
            Unblock(session, written);
            if (!sender.Seen.HasRoomFor(number))
                Refuse(session, number, RefusalCode.QueueFull, MessageOutcome.QueueFull, name);
            else if (core.TryForward(client, sender.Name, text, isEscaped: true))
                AcceptPlain(session, number);
            else
                Refuse(session, number, RefusalCode.TooLarge, MessageOutcome.TooLarge, name);
        }
        else
        {
            PostToNobody(session, number, name, isRetry);
        }
    }

    /// <summary>Answers what came in an earlier session: whether its verdict was heard there nobody knows.</summary>
    private bool IsRepeated(RelaySession session, long number)
    {
        if (!session.User.Seen.Contains(number))
            return false;
        core.Counters.Add(MessageOutcome.Repeated);
        if (core.HasStore && !session.User.Decided.Contains(number))
            return true; // Its verdict is still to come.
        session.Accepted.Add(number);
        dirty.Add(session);
        return true;
    }

    private void PostToUser(RelaySession session, long number, User recipient, ReadOnlySpan<byte> text, bool isRetry)
    {
        User sender = session.User;
        if (isRetry && session.Blocked?.Remove(recipient) == true)
            recipient.Queue?.Waiting?.Remove(session);
        bool isBlocked = session.Blocked?.Contains(recipient) == true;
        PostOutcome outcome = isBlocked || !sender.Seen.HasRoomFor(number) ? PostOutcome.QueueFull : mail.RoomFor(recipient, text.Length);
        if (outcome == PostOutcome.Held)
            outcome = session.HasUnheardRefusal(recipient.Name) ? PostOutcome.QueueFull : mail.Post(sender, sender.Name, sender.Incarnation, number, recipient, text, core.Clock);
        if (outcome == PostOutcome.QueueFull && !isBlocked && !TryBlock(session, recipient))
            outcome = PostOutcome.MailboxFull;
        switch (outcome)
        {
            case PostOutcome.Held:
                sender.Seen.Add(number);
                core.Counters.Add(MessageOutcome.Held);
                break;
            case PostOutcome.QueueFull:
                Refuse(session, number, RefusalCode.QueueFull, MessageOutcome.QueueFull, recipient.Name);
                break;
            default:
                Refuse(session, number, RefusalCode.MailboxFull, MessageOutcome.MailboxFull, recipient.Name);
                break;
        }
    }

    private static bool TryBlock(RelaySession session, User recipient)
    {
        session.Blocked ??= [];
        if (session.Blocked.Count >= MaxBlocked)
            return false;
        session.Blocked.Add(recipient);
        MailQueue queue = recipient.Queue ??= new MailQueue();
        queue.Waiting ??= [];
        queue.Waiting.Add(session);
        return true;
    }

    private void PostToNobody(RelaySession session, long number, byte[] name, bool isRetry)
    {
        bool isPutOff = core.Clock.Now - core.StartedAt.Now < core.Options.ClientTimeout || !session.User.Seen.HasRoomFor(number);
        string key = KeyOf(name);
        if (isRetry)
            session.BlockedNames?.Remove(key);
        if (isPutOff || session.BlockedNames?.Contains(key) == true)
            PutOff(session, number, name);
        else
            Refuse(session, number, RefusalCode.NoSuchUser, MessageOutcome.NoSuchUser, name);
    }

    /// <summary>The user with a name. Those who were written to lately, in their own letter case, are found without a hash.</summary>
    private User? Find(ReadOnlySpan<byte> written)
    {
        if (written.IsEmpty)
            return null;
        ref User? place = ref _recent[(written.Length + 31 * written[0] + 7 * written[written.Length - 1]) & (_recent.Length - 1)];
        if (place is { IsRemoved: false } recent && written.SequenceEqual(recent.Name))
            return recent;
        User? user = core.Users.Find(written);
        place = user;
        return user;
    }

    private static void Unblock(RelaySession session, ReadOnlySpan<byte> name)
    {
        if (session.BlockedNames is { Count: > 0 })
            session.BlockedNames.Remove(KeyOf(name));
    }

    private static string KeyOf(ReadOnlySpan<byte> name) => Utf8.GetString(name).Normalize().ToUpperInvariant();

    private void AcceptPlain(RelaySession session, long number)
    {
        core.Counters.Add(MessageOutcome.SentPlain);
        session.User.Seen.Add(number);
        if (core.HasStore)
            session.User.Decided.Add(number);
        session.Final.Add(number);
        dirty.Add(session);
    }

    private void Refuse(RelaySession session, long number, RefusalCode code, MessageOutcome outcome, byte[] name)
    {
        core.Counters.Add(outcome);
        // What there is no room to remember is judged again if it comes again.
        if (code is not (RefusalCode.QueueFull or RefusalCode.NotYet) && session.User.Seen.HasRoomFor(number))
            session.User.Seen.Add(number);
        session.Refuse(number, code, name);
        dirty.Add(session);
    }
}
