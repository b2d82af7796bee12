using System;
using System.Collections.Generic;
using UdpChat.Protocol.Link;
using UdpChat.Protocol.Relay.Mail;
using UdpChat.Protocol.Relay.Storage;
using UdpChat.Protocol.Relay.Users;
using UdpChat.Protocol.Wire;

namespace UdpChat.Protocol.Relay.Sessions;

/// <summary>Answers senders that ask what has become of their messages.</summary>
internal sealed class Receipts(RelayCore core, DirtySessions dirty, StoreQueue? store)
{
    /// <summary>How many numbers one WATCH can name.</summary>
    public const int MaxWatched = 1_024;

    /// <summary>How many questions of one user, and of all, may wait for the store. Each is a range of numbers.</summary>
    public const int MaxQuestions = 64;

    /// <inheritdoc cref="MaxQuestions"/>
    public const int MaxAllQuestions = 65_536;

    private int _questions;

    /// <summary>Takes a WATCH.</summary>
    public void Watch(RelaySession session, in ExtendedLine line)
    {
        if (session.Backlog >= RelaySession.MaxBacklog)
        {
            core.Counters.Add(MessageOutcome.Malformed); // Nobody asks so much at once.
            return;
        }
        User? recipient = core.Users.Find(line.Name);
        bool isPlain = false;
        byte[] name = [];
        if (recipient is null && core.Check(line.Name, out name) == NameError.None)
        {
            recipient = core.Users.Find(name);
            isPlain = recipient is null && core.FindClient(name) >= 0;
        }
        int left = MaxWatched;
        var ranges = new NumberRanges(line.Text);
        while (ranges.MoveNext())
        {
            left -= (int)Math.Min(MaxWatched + 1, ranges.Last - ranges.First + 1);
            if (left < 0)
            {
                core.Counters.Add(MessageOutcome.Malformed);
                return;
            }
            if (isPlain && session.User.Seen.Contains(ranges.First) && session.User.Seen.Contains(ranges.Last))
                session.Accepted.Add(ranges.First, ranges.Last); // More can't be known.
            else if (recipient is null)
                session.Refuse(ranges.First, ranges.Last, RefusalCode.Unknown, name);
            else if (store is null)
                Answer(session, recipient, ranges.First, ranges.Last, null, null);
            else
                Ask(session, recipient, ranges.First, ranges.Last);
        }
        dirty.Add(session);
    }

    /// <summary>Takes what the store has found.</summary>
    public void Found(StoreCommand command)
    {
        if (command.HasFailed)
            return; // It is asked again.
        _questions--;
        User? asker = core.Users.Find(command.Sender);
        if (asker is { Questions: > 0 })
            asker.Questions--;
        if (asker is not { Session: { } session } user || user.Incarnation != command.Incarnation || core.Users.Find(command.User) is not { } recipient)
            return;
        Answer(session, recipient, command.FirstNumber, command.LastNumber, command.Held, command.Expired);
        dirty.Add(session);
    }

    /// <summary>A sender knows that a message has expired: the store need not remember it any more.</summary>
    public void Told(User sender, long number) => store?.Add(CreateCommand(StoreCommandKind.RemoveExpired, sender, 0, number, number));

    private void Ask(RelaySession session, User recipient, long first, long last)
    {
        if (session.User.Questions >= MaxQuestions || _questions >= MaxAllQuestions)
        {
            core.Counters.AddWatchPutOff();
            session.Refuse(first, last, RefusalCode.AskAgain, recipient.Name);
            return;
        }
        session.User.Questions++;
        _questions++;
        store!.Add(CreateCommand(StoreCommandKind.FindMail, session.User, recipient.Id, first, last));
    }

    private static StoreCommand CreateCommand(StoreCommandKind kind, User sender, long recipient, long first, long last) => new()
    {
        Kind = kind,
        User = recipient,
        Sender = sender.Name,
        Incarnation = sender.Incarnation,
        FirstNumber = first,
        LastNumber = last,
    };

    private void Answer(RelaySession session, User recipient, long first, long last, List<long>? stored, List<long>? expired)
    {
        User sender = session.User;
        var held = new RangeSet();
        foreach (long number in stored ?? [])
            held.Add(number);
        var delivered = new RangeSet();
        for (HeldMail? mail = recipient.Queue?.First; mail is not null; mail = mail.Next)
        {
            if (mail.Number >= first && mail.Number <= last && mail.SenderUser == sender && mail.Incarnation == sender.Incarnation)
                (mail.IsDelivered ? delivered : held).Add(mail.Number);
        }
        for (long number = first; number <= last; number++)
        {
            // What was accepted, and with a store is neither there nor expired, was taken, whether its number is remembered or not.
            if (delivered.Contains(number))
                session.Delivered.Add(number);
            else if (held.Contains(number))
                session.Accepted.Add(number);
            else if (expired?.BinarySearch(number) >= 0 || sender.Expired?.Contains(number) == true)
                session.Refuse(number, RefusalCode.Expired, recipient.Name);
            else if (store is not null || sender.Seen.Contains(number))
                session.Delivered.Add(number);
            else
                session.Refuse(number, RefusalCode.Unknown, recipient.Name);
        }
    }
}
