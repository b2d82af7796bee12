using System;
using System.Collections.Generic;
using UdpChat.Protocol.Link;
using UdpChat.Protocol.Relay.Sessions;
using UdpChat.Protocol.Relay.Storage;
using UdpChat.Protocol.Relay.Users;

namespace UdpChat.Protocol.Relay.Mail;

/// <summary>
/// The mail of all users. Each has one queue: what is in memory, and in the middle of it what is in the store only. Without a
/// store all of it is in memory; with one, what is for somebody away leaves memory once it is committed.
/// </summary>
internal sealed class Mailboxes(RelayOptions options, UserRegistry users, DirtySessions dirty, StoreQueue? store, RelayCounters counters)
{
    /// <summary>What a message costs in memory besides its text.</summary>
    public const int MailOverhead = 200;

    private const int ReadCount = 256;
    private const int ReadBytes = 256 << 10;

    private static readonly TimeSpan ReadPause = TimeSpan.FromSeconds(0.5);

    private readonly MailPool _pool = new();
    private readonly LiveMail _live = new();
    private readonly MemoryBudget _memory = new(options.MaxMailMemoryBytes);
    private readonly List<User> _stalled = []; // what is read for them is to be asked again
    private TimeSpan _stalledDue = TimeSpan.MaxValue;
    private long _sequence;

    /// <summary>How many bytes of memory mail uses now, of those that it may use.</summary>
    public MemoryBudget Memory => _memory;

    /// <summary>When <see cref="Tick"/> wants to be called; never if <see cref="TimeSpan.MaxValue"/>.</summary>
    public TimeSpan NextTick => _live.First is { } mail && mail.StoreDue < _stalledDue ? mail.StoreDue : _stalledDue;

    /// <summary>Goes on after what the store holds.</summary>
    public void Load(long lastSequence) => _sequence = lastSequence;

    /// <summary>Whether there is room for a text in a user's mailbox; if not, what its sender is told.</summary>
    public PostOutcome RoomFor(User recipient, int length)
    {
        if (recipient.MailCount < options.MailboxMessages && recipient.MailBytes + length <= options.MailboxBytes)
            return PostOutcome.Held;
        return recipient.IsConnected ? PostOutcome.QueueFull : PostOutcome.MailboxFull;
    }

    /// <summary>Puts a message into a user's queue.</summary>
    /// <param name="sender">Who sent it, null for a plain client.</param>
    /// <param name="senderName">The sender's name; it is kept.</param>
    /// <param name="incarnation">The message's identity, with <paramref name="number"/>.</param>
    /// <param name="number">The message's number.</param>
    /// <param name="recipient">Whom it is for.</param>
    /// <param name="text">The text, escaped.</param>
    /// <param name="clock">The time.</param>
    public PostOutcome Post(User? sender, byte[] senderName, long incarnation, long number, User recipient, ReadOnlySpan<byte> text, in RelayTime clock)
    {
        if (RoomFor(recipient, text.Length) is not PostOutcome.Held and var full)
            return full;
        // Memory that is short while a store works is soon there again.
        if (!_memory.TryTake(text.Length + MailOverhead))
            return recipient.IsConnected || store is not null ? PostOutcome.QueueFull : PostOutcome.MailboxFull;
        HeldMail mail = _pool.Rent(text.Length);
        text.CopyTo(mail.Buffer);
        mail.Sequence = ++_sequence;
        mail.Recipient = recipient.Id;
        mail.RecipientUser = recipient;
        mail.Sender = senderName;
        mail.SenderUser = sender;
        mail.Incarnation = incarnation;
        mail.Number = number;
        mail.AcceptedAt = clock.Unix;
        recipient.MailCount++;
        recipient.MailBytes += text.Length;
        recipient.Queue ??= new MailQueue();
        recipient.Queue.Insert(recipient.Queue.Last, mail);
        // What is for the recipient goes out before what its sender is told of it.
        if (recipient.Session is { } session)
            dirty.Add(session);
        if (store is null)
        {
            Accept(mail);
        }
        else if (recipient.IsConnected && recipient.Unread == 0)
        {
            mail.StoreDue = clock.Now + options.StoreDelay;
            _live.Add(mail);
        }
        else
        {
            Save(mail);
        }
        return PostOutcome.Held;
    }

    /// <summary>A message is in its recipient's client.</summary>
    public void Delivered(HeldMail mail)
    {
        if (mail.IsDelivered)
            return;
        mail.IsDelivered = true;
        counters.Add(MessageOutcome.Delivered);
        TellDelivered(mail);
    }

    /// <summary>A message was taken: it is no longer the relay's.</summary>
    public void Taken(HeldMail mail)
    {
        Accept(mail);
        Delivered(mail);
        // To a WATCH of a session that was not there when it was delivered the store may have answered already that it is held.
        TellDelivered(mail);
        counters.Add(MessageOutcome.Taken);
        LeaveQueue(mail);
    }

    /// <summary>A user has a session whose address receives, or another one: what it has not taken is to be sent (again).</summary>
    public static void Connected(User user)
    {
        if (user.Queue is not { } queue)
            return;
        queue.NextToSend = queue.First;
        for (HeldMail? mail = queue.First; mail is { EndOffset: >= 0 }; mail = mail.Next)
            mail.EndOffset = -1;
    }

    /// <summary>A user has gone: with a store, its mail goes there and leaves memory.</summary>
    public void Away(User user)
    {
        if (user.Queue is not { } queue)
            return;
        queue.IsReading = false;
        queue.NextToSend = queue.First;
        if (store is null)
            return;
        for (HeldMail? mail = queue.First; mail is not null; mail = mail.Next)
        {
            if (!mail.IsStored && !mail.IsStoring)
                Save(mail);
        }
        EvictStored(user);
    }

    /// <summary>The next message that can be sent to a connected user, or null. Asks the store for more where it has to.</summary>
    public HeldMail? NextToSend(User user)
    {
        HeldMail? next = user.Queue?.NextToSend;
        if (user.Unread == 0 || (next is not null && next.Sequence <= user.ReadThrough))
            return next;
        MailQueue queue = user.Queue ??= new MailQueue();
        if (!queue.IsReading)
        {
            queue.IsReading = true;
            store!.Add(new StoreCommand { Kind = StoreCommandKind.ReadMail, User = user.Id, Sequence = user.ReadThrough, MaxCount = ReadCount, MaxBytes = ReadBytes });
        }
        return null;
    }

    /// <summary>Sends to the store what has waited long enough, and asks it again for what it could not read.</summary>
    public void Tick(TimeSpan now)
    {
        while (_live.First is { } mail && mail.StoreDue <= now)
            Save(mail);
        if (now < _stalledDue)
            return;
        _stalledDue = TimeSpan.MaxValue;
        foreach (User user in _stalled)
        {
            if (user.Queue is { } queue)
                queue.IsReading = false; // Should it read again already, the answer that comes second is dropped or changes nothing.
            if (user.Session is { } session)
                dirty.Add(session);
        }
        _stalled.Clear();
    }

    /// <summary>Without a store: gives up what has waited too long at the head of a user's queue.</summary>
    public void ExpireHead(User user, long before)
    {
        if (store is not null)
            return;
        while (user.Queue?.First is { } mail && mail.AcceptedAt < before && !IsUnderWay(user, mail))
            GiveUp(mail, MessageOutcome.Expired);
    }

    /// <summary>Gives up all mail for a user who is no more.</summary>
    public void RemoveAll(User user)
    {
        while (user.Queue?.First is { } mail)
            GiveUp(mail, MessageOutcome.RecipientGone);
        counters.Add(MessageOutcome.RecipientGone, user.Unread);
        user.MailCount = user.Unread = 0;
        user.MailBytes = 0;
    }

    /// <summary>Takes in the store's answer to a command about mail.</summary>
    public void Complete(StoreCommand command, in RelayTime clock)
    {
        if (command.HasFailed)
            command.Found = null; // It was found, and then nothing was done.
        switch (command.Kind)
        {
            case StoreCommandKind.SaveMail:
                Saved((HeldMail)command.Mail!, command.HasFailed, clock.Now);
                break;
            case StoreCommandKind.ReadMail:
                Read(command, clock.Now);
                break;
            case StoreCommandKind.ExpireMail:
                foreach (StoredMail mail in command.Found ?? [])
                    Expired(mail);
                break;
            case StoreCommandKind.RemoveUser:
                foreach (StoredMail mail in command.Found ?? [])
                    TellExpired(mail, command.Saved!.Name);
                break;
        }
    }

    private static bool IsUnderWay(User user, HeldMail mail) =>
        user.IsConnected && (mail.EndOffset >= 0 || (mail == user.Queue!.NextToSend && user.Session!.WrittenOfNext > 0));

    private static RelaySession? SenderSession(HeldMail mail) =>
        mail.SenderUser is { Session: { } session } user && user.Incarnation == mail.Incarnation ? session : null;

    private void TellDelivered(HeldMail mail)
    {
        if (!mail.IsAccepted || SenderSession(mail) is not { } session || mail.ToldIn == session.Id)
            return;
        mail.ToldIn = session.Id;
        session.Delivered.Add(mail.Number);
        dirty.Add(session);
    }

    private void Accept(HeldMail mail)
    {
        if (mail.IsAccepted)
            return;
        mail.IsAccepted = true;
        if (mail.SenderUser is not { } sender || sender.Incarnation != mail.Incarnation)
            return;
        if (store is not null)
            sender.Decided.Add(mail.Number);
        if (sender.Session is { } session)
        {
            session.Accepted.Add(mail.Number);
            dirty.Add(session);
            if (mail.IsDelivered)
                TellDelivered(mail);
        }
    }

    private void Save(HeldMail mail)
    {
        _live.Remove(mail);
        if (mail.IsStoring)
            return; // It went before a later one.
        mail.IsStoring = true;
        store!.AddMail(mail);
    }

    private void Saved(HeldMail mail, bool hasFailed, TimeSpan now)
    {
        _live.Remove(mail);
        mail.IsStoring = mail.IsInStoresHands = false;
        User recipient = mail.RecipientUser!;
        if (mail.IsGone)
        {
            Free(mail);
        }
        else if (!hasFailed)
        {
            mail.IsStored = true;
            Accept(mail);
            if (mail.SenderUser is { } sender && sender.Incarnation == mail.Incarnation)
                store!.MarkDecided(sender);
            if (!recipient.IsConnected || recipient.Unread > 0)
                EvictStored(recipient);
        }
        else if (recipient.IsConnected && recipient.Unread == 0)
        {
            // It can still be delivered; the store may work again by then.
            mail.StoreDue = now + options.StoreDelay;
            _live.Add(mail);
        }
        else if (!mail.IsAccepted && !mail.WasWritten)
        {
            (User? sender, long incarnation) = (mail.SenderUser, mail.Incarnation);
            GiveUp(mail, MessageOutcome.StoreFailed);
            if (sender is not null)
                GiveUpLater(recipient, sender, incarnation);
        }
        else
        {
            // It was accepted, or is in its recipient's client, perhaps; it stays in memory and is tried again.
            mail.StoreDue = now + options.StoreDelay;
            _live.Add(mail);
        }
    }

    private void Read(StoreCommand command, TimeSpan now)
    {
        if (users.Find(command.User) is not { Queue: { IsReading: true } queue } user || command.Sequence != user.ReadThrough)
            return; // It has gone meanwhile, and what was read is still in the store.
        if (command.HasFailed)
        {
            Stall(user, now);
            return;
        }
        queue.IsReading = false;
        HeldMail? after = null;
        int count = 0;
        bool isAny = false;
        foreach (StoredMail stored in command.Found ?? [])
        {
            if (store!.IsRemoving(stored.Sequence))
            {
                user.ReadThrough = stored.Sequence; // It was taken, and the store could not remove it yet.
                isAny = true;
                continue;
            }
            while ((after is null ? queue.First : after.Next) is { } next && next.Sequence <= stored.Sequence)
                after = next;
            if (after?.Sequence == stored.Sequence)
            {
                user.ReadThrough = stored.Sequence; // It never left memory, because one before it could not be stored.
                isAny = true;
                continue;
            }
            if (!_memory.TryTake(stored.Length + MailOverhead))
                break;
            HeldMail mail = _pool.Rent(stored.Length);
            stored.Text.CopyTo(mail.Buffer);
            mail.Sequence = stored.Sequence;
            mail.Recipient = user.Id;
            mail.RecipientUser = user;
            mail.Incarnation = stored.Incarnation;
            mail.Number = stored.Number;
            mail.AcceptedAt = stored.AcceptedAt;
            mail.SenderUser = users.Find(stored.Sender);
            mail.Sender = mail.SenderUser is { } sender && stored.Sender.AsSpan().SequenceEqual(sender.Name) ? sender.Name : stored.Sender;
            mail.IsStored = mail.IsAccepted = true;
            queue.Insert(after, mail);
            after = mail;
            user.ReadThrough = mail.Sequence;
            isAny = true;
            count++;
        }
        user.Unread -= count;
        if (count == 0 && command.Found is null or { Count: 0 })
            user.Unread = 0; // The store has less than it had; there is nothing to wait for.
        if (!isAny && user.Unread > 0)
            Stall(user, now); // There is no memory for it now.
        else if (user.Session is { } session)
            dirty.Add(session);
    }

    /// <summary>A user's mail can't be read now; it is asked for again after a pause.</summary>
    private void Stall(User user, TimeSpan now)
    {
        user.Queue!.IsReading = true;
        _stalled.Add(user);
        if (_stalledDue == TimeSpan.MaxValue)
            _stalledDue = now + ReadPause;
    }

    private void Expired(StoredMail stored)
    {
        if (store!.IsRemoving(stored.Sequence))
            return; // It was taken.
        if (users.Find(stored.Recipient) is not { } user)
            return;
        for (HeldMail? mail = user.Queue?.First; mail is not null; mail = mail.Next)
        {
            if (mail.Sequence != stored.Sequence)
                continue;
            mail.IsStored = false; // It is under way to its recipient, and not lost yet.
            return;
        }
        user.Unread--;
        user.MailCount--;
        user.MailBytes -= stored.Length;
        counters.Add(MessageOutcome.Expired);
        TellExpired(stored, user.Name);
        TellRoom(user);
    }

    private void TellExpired(StoredMail stored, byte[] recipient)
    {
        if (store!.IsRemoving(stored.Sequence) || users.Find(stored.Sender) is not { Session: { } session } sender || sender.Incarnation != stored.Incarnation)
            return;
        session.Refuse(stored.Number, RefusalCode.Expired, recipient);
        dirty.Add(session);
    }

    /// <summary>Takes out of memory what the store holds, from the head on, as nobody is there to get it.</summary>
    private void EvictStored(User user)
    {
        MailQueue queue = user.Queue!;
        HeldMail? mail = queue.First;
        if (user.IsConnected)
        {
            // Only what is behind that which is in the store alone.
            while (mail is not null && mail.Sequence <= user.ReadThrough)
                mail = mail.Next;
        }
        while (mail is { IsStored: true })
        {
            HeldMail? next = mail.Next;
            if (user.Unread == 0 || mail.Sequence <= user.ReadThrough)
                user.ReadThrough = Math.Min(user.Unread == 0 ? long.MaxValue : user.ReadThrough, mail.Sequence - 1);
            user.Unread++;
            queue.Remove(mail);
            Free(mail);
            mail = next;
        }
        if (queue.First is null && !queue.IsReading && queue.Waiting is null)
            user.Queue = null;
    }

    private void GiveUp(HeldMail mail, MessageOutcome outcome)
    {
        counters.Add(outcome);
        RelaySession? session = SenderSession(mail);
        // What was refused in a session is only forgotten with that.
        if (!mail.IsAccepted && mail.SenderUser is { } sender && sender.Incarnation == mail.Incarnation && (session is null || outcome != MessageOutcome.StoreFailed))
            sender.Seen.Remove(mail.Number);
        if (store is null && mail is { IsAccepted: true, SenderUser: { } away } && away.Incarnation == mail.Incarnation)
            away.AddExpired(mail.Number);
        if (session is not null)
        {
            session.Refuse(mail.Number, outcome == MessageOutcome.StoreFailed ? RefusalCode.StoreFailed : RefusalCode.Expired, mail.RecipientUser!.Name);
            dirty.Add(session);
        }
        LeaveQueue(mail);
    }

    /// <summary>
    /// Gives up what a sender sent after a message that was given up, and is not in the store's hands yet. Were it kept, and the
    /// refusal not heard before the relay ends, that message would come again, and come too late.
    /// </summary>
    private void GiveUpLater(User recipient, User sender, long incarnation)
    {
        HeldMail? mail = recipient.Queue?.Last;
        while (mail is { IsStored: false, IsInStoresHands: false })
        {
            HeldMail? previous = mail.Previous;
            if (mail.SenderUser == sender && mail.Incarnation == incarnation && !mail.IsAccepted && !mail.WasWritten)
                GiveUp(mail, MessageOutcome.StoreFailed);
            mail = previous;
        }
    }

    private void LeaveQueue(HeldMail mail)
    {
        User user = mail.RecipientUser!;
        user.Queue!.Remove(mail);
        user.MailCount--;
        user.MailBytes -= mail.Length;
        _live.Remove(mail);
        if (mail.IsStoring || mail.IsStored)
            store!.RemoveMail(mail.Sequence); // Commands are done in their order.
        if (mail.IsStoring)
            mail.IsGone = true;
        else
            Free(mail);
        TellRoom(user);
    }

    private void TellRoom(User user)
    {
        if (user.Queue?.Waiting is not { } waiting)
            return;
        if (user.MailCount > options.MailboxMessages / 2 || user.MailBytes > options.MailboxBytes / 2)
            return;
        user.Queue.Waiting = null;
        foreach (RelaySession session in waiting)
        {
            session.Open(user);
            dirty.Add(session);
        }
    }

    private void Free(HeldMail mail)
    {
        _memory.Return(mail.Length + MailOverhead);
        _pool.Return(mail);
    }
}
