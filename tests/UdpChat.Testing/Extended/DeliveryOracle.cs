using System;
using System.Collections.Generic;
using System.Linq;
using UdpChat.Protocol.Relay.Mail;
using UdpChat.Protocol.Relay.Users;
using UdpChat.Protocol.Wire;

namespace UdpChat.Testing.Extended;

/// <summary>
/// Knows every message of a story, and judges what becomes of it: what was accepted is taken exactly once and in order,
/// what was refused never, and nothing stays undecided.
/// </summary>
internal sealed class DeliveryOracle(SimulatedNetwork network, SimulatedRelay relay)
{
    private static readonly TimeSpan MessageLifetime = TimeSpan.FromHours(1); // the client's, by default

    private readonly Dictionary<string, Letter> _letters = new();
    private readonly Dictionary<(string From, long Incarnation, string To), long> _lastTaken = new();

    /// <summary>Those whose sessions an attacker has spoken in; nothing is asked of their messages.</summary>
    public HashSet<string> Spoiled { get; } = [];

    /// <summary>The plain peers.</summary>
    public HashSet<string> Plain { get; } = [];

    /// <summary>Whether the store has failed, a mailbox or the memory is small, or mail is kept for a short time only: what may then be said.</summary>
    public bool StoreFails { get; set; }

    /// <inheritdoc cref="StoreFails"/>
    public bool IsSmall { get; set; }

    /// <inheritdoc cref="StoreFails"/>
    public bool Expires { get; set; }

    /// <summary>All messages.</summary>
    public IEnumerable<Letter> Letters => _letters.Values;

    /// <summary>How many were sent, and how many were taken.</summary>
    public int Sent => _letters.Count;

    /// <inheritdoc cref="Sent"/>
    public int Taken { get; private set; }

    /// <summary>How many were taken twice, as it may happen.</summary>
    public int Doubled { get; private set; }

    /// <summary>A client has taken a message to be sent.</summary>
    public void Add(Letter letter) => _letters.Add(letter.Text, letter);

    /// <summary>A sender is told of its message.</summary>
    public void Told(Letter letter, Report report, string code, bool mayHaveArrived)
    {
        if (IsExempt(letter))
            return;
        network.Trace.Add(letter.From, $"is told {report} {code} of {letter.Number}");
        if (letter.Report == Report.Failed || (letter.Report == Report.Delivered && report != Report.Delivered))
            Fail($"{letter.From} was told {report} {code} of what it knew already: {letter}");
        if (report == Report.Accepted && letter.Report == Report.Delivered)
            Fail($"{letter.From} was told that it is accepted after it was delivered: {letter}");
        (letter.Report, letter.Code, letter.MayHaveArrived) = (report, code, mayHaveArrived);
        letter.WasUndecided = false;
        if (report != Report.Failed)
            return;
        if (!mayHaveArrived && letter.TakenBy.Count > 0)
            Fail($"It was taken, and {letter.From} was told that it has not arrived: {letter}");
        bool isLegitimate = code switch
        {
            "relay-restarted" => relay.Store is null && letter.WentDown && mayHaveArrived,
            "unknown" => ((relay.Store is null && letter.WentDown) || Plain.Contains(letter.To)) && mayHaveArrived,
            "mailbox-full" => IsSmall,
            "store-failed" => StoreFails,
            "expired" => Expires || network.Now - letter.SentAt >= MessageLifetime,
            "no-such-user" => true,
            "closed" => true, // it could not connect for an hour
            "too-large" => IsSmall && letter.Text.Length > 10_000,
            _ => false,
        };
        if (!isLegitimate)
            Fail($"{letter.From} was told {code} without a reason: {letter}");
    }

    /// <summary>A recipient's user has taken a message.</summary>
    public void TakenBy(string recipient, int life, string from, long incarnation, long number, string text)
    {
        if (!_letters.TryGetValue(text, out Letter? letter))
        {
            if (Spoiled.Count > 0)
                return;
            throw new SimulationException($"'{text}' from {from} arrived at {recipient} and was never sent.");
        }
        if (IsExempt(letter) || Spoiled.Contains(from) || Spoiled.Contains(recipient))
            return;
        if (letter.From != from || letter.To != recipient)
            Fail($"It arrived at {recipient} as from {from}: {letter}");
        if (Plain.Contains(from))
        {
            letter.TakenBy.Add(life);
            return; // The network may double what it sends.
        }
        network.Trace.Add(recipient, $"takes {from} {incarnation}-{number}");
        if (letter.Number != 0 && (letter.Number != number || letter.Incarnation != incarnation))
            Fail($"It arrived as {incarnation}-{number}: {letter}");
        if (letter is { Report: Report.Failed, MayHaveArrived: false })
            Fail($"It was taken after {from} was told that it has not arrived: {letter}");
        if (letter.TakenBy.Count > 0)
        {
            bool mayDouble = !letter.TakenBy.Contains(life) && letter.MayDouble;
            letter.TakenBy.Add(life);
            if (!mayDouble)
                Fail($"It was taken twice: {letter}");
            Doubled++;
            return;
        }
        letter.TakenBy.Add(life);
        Taken++;
        _lastTaken.TryGetValue((from, incarnation, recipient), out long last);
        if (number > last)
            _lastTaken[(from, incarnation, recipient)] = number;
        else if (_letters.Values.FirstOrDefault(other => IsLater(other, letter) && !MayComeAgain(other, life)) is { } later)
            Fail($"It was taken after {later.Number}: {letter}");
    }

    private static bool IsLater(Letter other, Letter letter) =>
        other.From == letter.From && other.Incarnation == letter.Incarnation && other.To == letter.To && other.Number > letter.Number && other.TakenBy.Count > 0;

    /// <summary>Whether a message that an earlier start of a process took comes to this one in its turn, because nobody is left who knows.</summary>
    private static bool MayComeAgain(Letter letter, int life) => letter.MayDouble && !letter.TakenBy.Contains(life);

    /// <summary>A plain peer has got a message: word for word, or it is an error. The network may lose or double it.</summary>
    public void PlainTaken(string recipient, string from, string text)
    {
        if (!_letters.TryGetValue(text, out Letter? letter))
        {
            if (Spoiled.Count > 0)
                return;
            throw new SimulationException($"'{text}' from {from} arrived at {recipient} and was never sent.");
        }
        if (IsExempt(letter))
            return; // Somebody else may have sent it on in another's session, to anybody.
        if (letter.From != from || letter.To != recipient)
            Fail($"It arrived at {recipient} as from {from}: {letter}");
        letter.TakenBy.Add(0);
    }

    /// <summary>A client's process is about to die.</summary>
    public void Dies(string name, int life)
    {
        HashSet<(string, long, long)> held = Held(name);
        foreach (Letter letter in _letters.Values)
        {
            // Its next start can't know that this one has taken it.
            if (letter.To == name && letter.TakenBy.Contains(life) && (held.Contains((letter.From, letter.Incarnation, letter.Number)) || letter.WasUndecided))
                letter.MayDouble = true;
        }
    }

    /// <summary>The relay is about to die.</summary>
    public void RelayDies(Func<string, int, bool> isAlive)
    {
        foreach (Letter letter in _letters.Values)
        {
            if (relay.Store is null && letter.Report is Report.Accepted or Report.Delivered or Report.None)
                letter.WentDown = true;
            if (letter.Report != Report.None)
                continue;
            letter.WasUndecided = true;
            if (letter.TakenBy.Count > 0 && !isAlive(letter.To, letter.TakenBy[letter.TakenBy.Count - 1]))
                letter.MayDouble = true;
        }
    }

    /// <summary>All has settled: judges every message.</summary>
    /// <param name="isAlive">Whether a start of a process still runs.</param>
    public void Judge(Func<string, int, bool> isAlive)
    {
        foreach (Letter letter in _letters.Values)
        {
            if (IsExempt(letter) || Plain.Contains(letter.From))
                continue;
            bool isSenderAlive = isAlive(letter.From, letter.FromLife);
            if (letter.Report == Report.None && isSenderAlive)
                Fail($"It is not decided: {letter}");
            if (Plain.Contains(letter.To))
                continue;
            if (letter.Report is Report.Accepted or Report.Delivered && letter.TakenBy.Count == 0)
            {
                bool mayBeLost = relay.Store is null && letter.WentDown && (letter.Report == Report.Delivered || !isSenderAlive);
                // In a client that died before its user took it, and then too old; or nobody was there to be told that it was.
                if (!mayBeLost && !(Expires && (letter.Report == Report.Delivered || !isSenderAlive)))
                    Fail($"It was lost: {letter}");
            }
            if (letter.Report == Report.Accepted && isSenderAlive && letter.TakenBy.Count > 0)
                Fail($"Its sender does not know that it was delivered: {letter}");
        }
    }

    /// <summary>Checks that a relay's figures of its users' mail agree with its queues, and with its store if that has nothing to do.</summary>
    /// <param name="isEmpty">Whether there should be no mail at all.</param>
    public void CheckRelay(bool isEmpty)
    {
        long memory = 0;
        UserRegistry users = relay.Machine.Users;
        for (int slot = 0; slot < users.Slots; slot++)
        {
            if (users.At(slot) is not { } user)
                continue;
            string name = Utf8.GetString(user.Name);
            int count = 0;
            long bytes = 0, last = 0;
            for (HeldMail? mail = user.Queue?.First; mail is not null; mail = mail.Next)
            {
                count++;
                bytes += mail.Length;
                memory += mail.Length + Mailboxes.MailOverhead;
                if (mail.Sequence <= last)
                    throw new SimulationException($"The queue of {name} is not in order.");
                last = mail.Sequence;
            }
            string figures = $"{name} has {user.MailCount} messages, {user.MailBytes} bytes, {user.Unread} of them in the store only; in memory {count}, {bytes} bytes.";
            if (user.Unread < 0 || user.MailCount != count + user.Unread || user.MailBytes < bytes || (user.Unread == 0 && user.MailBytes != bytes))
                throw new SimulationException(figures);
            if (user.MailCount > relay.Options.MailboxMessages || user.MailBytes > relay.Options.MailboxBytes)
                throw new SimulationException($"A mailbox is too large: {figures}");
            if (relay is { IsIdle: true, Store: { } store })
            {
                var onDisk = store.Mail.Where(mail => mail.Recipient == user.Id).ToList();
                var inMemory = new HashSet<long>();
                for (HeldMail? mail = user.Queue?.First; mail is not null; mail = mail.Next)
                    inMemory.Add(mail.Sequence);
                var unread = onDisk.Where(mail => !inMemory.Contains(mail.Sequence)).ToList();
                if (unread.Count != user.Unread || unread.Sum(mail => (long)mail.Length) + bytes != user.MailBytes)
                    throw new SimulationException($"{figures} In the store only: {string.Join(", ", unread.Select(mail => mail.Sequence))}");
            }
            if (isEmpty && user.MailCount != 0)
                throw new SimulationException($"All is settled, but {figures}");
        }
        if (relay.Machine.MailMemory < memory || (relay.IsIdle && relay.Machine.MailMemory != memory))
            throw new SimulationException($"Mail uses {relay.Machine.MailMemory} bytes, and the queues hold {memory}.");
        if (relay.Machine.MailMemory > relay.Options.MaxMailMemoryBytes || relay.Machine.ReassemblyMemory > relay.Options.MaxReassemblyBytes || relay.Machine.ReassemblyMemory < 0)
            throw new SimulationException($"Memory: mail {relay.Machine.MailMemory}, reassembly {relay.Machine.ReassemblyMemory}.");
        if (isEmpty && relay.Machine.ReassemblyMemory != 0)
            throw new SimulationException($"All is settled, but reassembly uses {relay.Machine.ReassemblyMemory} bytes.");
    }

    private bool IsExempt(Letter letter) => Spoiled.Contains(letter.From) || Spoiled.Contains(letter.To);

    private static void Fail(string what) => throw new SimulationException(what);

    /// <summary>What the relay, or its store, holds for somebody.</summary>
    private HashSet<(string From, long Incarnation, long Number)> Held(string name)
    {
        var held = new HashSet<(string, long, long)>();
        byte[] bytes = Utf8.TryGetBytes(name)!;
        if (relay.IsRunning && relay.Machine.Users.Find(bytes) is { } user)
        {
            for (HeldMail? mail = user.Queue?.First; mail is not null; mail = mail.Next)
                held.Add((Utf8.GetString(mail.Sender), mail.Incarnation, mail.Number));
        }
        if (relay.Store?.Users.FirstOrDefault(u => Utf8.GetString(u.Name) == name) is { } stored)
        {
            foreach (var mail in relay.Store.Mail.Concat(relay.Store.Waiting).Where(mail => mail.Recipient == stored.Id))
                held.Add((Utf8.GetString(mail.Sender), mail.Incarnation, mail.Number));
        }
        return held;
    }
}
