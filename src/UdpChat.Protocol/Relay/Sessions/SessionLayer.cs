using System;
using UdpChat.Protocol.Link;
using UdpChat.Protocol.Relay.Mail;
using UdpChat.Protocol.Relay.Storage;
using UdpChat.Protocol.Relay.Users;
using UdpChat.Protocol.Wire;

namespace UdpChat.Protocol.Relay.Sessions;

/// <summary>The extended profile of a relay: sessions, what comes over them, and what goes out.</summary>
internal sealed class SessionLayer
{
    /// <summary>How many bytes a session may have written and not sent, so that verdicts don't wait behind mail.</summary>
    private const int MaxUnsent = 16 << 10;

    private const int MaxChallengeFactor = 3;
    private const int MaxControlBytes = 256;

    private static readonly TimeSpan ChallengeInterval = TimeSpan.FromSeconds(0.5);

    private readonly RelayCore _core;
    private readonly Mailboxes _mail;
    private readonly Registrar _registrar;
    private readonly MessageIntake _intake;
    private readonly Receipts _receipts;
    private readonly StoreQueue? _store;
    private readonly SessionTable _sessions = new();
    private readonly DirtySessions _dirty;
    private readonly RestingSessions _resting = new();
    private readonly TimerWheel _timers = new();
    private readonly MemoryBudget _early, _texts; // so that neither leaves nothing to the other

    public SessionLayer(RelayCore core, Mailboxes mail, DirtySessions dirty, StoreQueue? store)
    {
        _core = core;
        _mail = mail;
        _dirty = dirty;
        _store = store;
        _early = new MemoryBudget(core.Options.MaxReassemblyBytes / 2);
        _texts = new MemoryBudget(core.Options.MaxReassemblyBytes / 2);
        Links = new LinkPool(_early);
        _registrar = new Registrar(core, this, mail, store);
        _intake = new MessageIntake(core, mail, dirty, new TextAssemblies(core, _texts));
        _receipts = new Receipts(core, dirty, store);
    }

    /// <summary>How many sessions there are.</summary>
    public int Count => _sessions.Count;

    /// <summary>What is in use of the memory for what came too early or is not complete.</summary>
    public long IncompleteBytes => _early.Used + _texts.Used;

    /// <summary>What the sessions' links share.</summary>
    public LinkPool Links { get; }

    /// <summary>What the sessions share.</summary>
    public TrafficPool Traffic { get; } = new();

    /// <summary>Reserves names and begins sessions.</summary>
    public Registrar Registrar => _registrar;

    /// <summary>When <see cref="Tick"/> wants to be called.</summary>
    public TimeSpan NextTick => _timers.NextDue;

    /// <summary>Takes a datagram that begins with <c>@</c>.</summary>
    public DatagramOutcome Receive(in PeerAddress from, ReadOnlySpan<byte> datagram, uint tick)
    {
        if (!datagram.StartsWith("@s="u8))
        {
            ExtendedLine line = ExtendedLine.Read(datagram.Slice(0, datagram.Length - (datagram[datagram.Length - 1] == '\n' ? 1 : 0)));
            return line.Verb == ExtendedVerb.Register ? _registrar.Register(from, line, datagram.Length) : DatagramOutcome.ExtendedMalformed;
        }
        if (datagram.Length > LinkLimits.MaxDatagramBytes || !LinkHeader.TryRead(datagram, out LinkHeader header))
            return DatagramOutcome.ExtendedMalformed;
        if (_sessions.Find(header.Session) is not { } session)
        {
            TellNotRegistered(from, header.Session, datagram.Length);
            return DatagramOutcome.SessionUnknown;
        }
        bool isNewest = header.Number > session.Link.LargestReceived;
        // Who does not take what it is told is not listened to: it has to send again what it said.
        LinkOutcome outcome = session.Link.Receive(header, _core.Clock.Now, takesLines: session.Backlog < RelaySession.MaxBacklog);
        if (outcome != LinkOutcome.Malformed)
            Heard(session, from, isNewest, datagram.Length, tick);
        _dirty.Add(session);
        switch (outcome)
        {
            case LinkOutcome.Duplicate:
                return DatagramOutcome.SessionDuplicate;
            case LinkOutcome.NotKept:
                return DatagramOutcome.SessionNotKept;
            case LinkOutcome.Malformed:
                return DatagramOutcome.ExtendedMalformed;
        }
        if (header.Offset < 0 && !HandleControl(session, header, from))
            return DatagramOutcome.ExtendedMalformed;
        if (session.IsClosed)
            return DatagramOutcome.Unregistered;
        NoteDelivered(session);
        return DatagramOutcome.Session;
    }

    /// <summary>Takes a line of a session's stream.</summary>
    public void HandleLine(RelaySession session, ReadOnlySpan<byte> text)
    {
        if (_intake.TryTakeNext(session, text))
            return;
        ExtendedLine line = ExtendedLine.Read(text);
        switch (line.Verb)
        {
            case ExtendedVerb.SendTo:
                _intake.Take(session, line);
                break;
            case ExtendedVerb.Taken:
                Taken(session, line.Text);
                break;
            case ExtendedVerb.Watch:
                _receipts.Watch(session, line);
                break;
            default:
                _core.Counters.Add(MessageOutcome.Malformed);
                break;
        }
    }

    /// <summary>Begins a session.</summary>
    public RelaySession Begin(User user, in PeerAddress address)
    {
        ulong id;
        do
        {
            id = _core.Random.NextUInt64();
        }
        while (_sessions.Find(id) is not null);
        var session = new RelaySession(this, id, user, address);
        user.Session = session;
        _sessions.Add(session, _core.Tick);
        return session;
    }

    /// <summary>Ends a session; its user is away.</summary>
    /// <param name="session">The session.</param>
    /// <param name="isReplaced">Whether its user begins another one.</param>
    public void End(RelaySession session, bool isReplaced = false)
    {
        if (session.IsClosed)
            return;
        session.IsClosed = true;
        session.Link.Close();
        session.Release();
        _intake.DropAssembly(session);
        _timers.Stop(session);
        _sessions.Remove(session);
        foreach (User blocked in session.Blocked ?? [])
            blocked.Queue?.Waiting?.Remove(session);
        User user = session.User;
        foreach (long number in session.TakeUnheard())
            user.Seen.Remove(number); // It comes again, or its sender knows.
        user.Session = null;
        user.LastSeen = _core.Clock.Unix;
        _mail.Away(user);
        if (!user.WasProven && !isReplaced && user.MailCount == 0)
            _registrar.Remove(user); // Whoever it was never had this address.
        else if (user.IsSaved)
            _store?.AddUpdate(user);
    }

    /// <summary>Sends a line that belongs to no stream.</summary>
    public void Tell(RelaySession session, ReadOnlySpan<byte> line) => Tell(session, session.Address, line);

    /// <summary>Ends all sessions, without a word to anybody: their clients find the relay again when it is back.</summary>
    public void Stop()
    {
        while (_sessions.Oldest is { } session)
            End(session);
    }

    /// <summary>Ends the sessions that were silent for the client timeout, and lets others rest.</summary>
    /// <returns>Whether there may be more.</returns>
    public bool Sweep(uint tick, uint timeout, int most)
    {
        _resting.Rest(_core.Clock.Now);
        for (int ended = 0; ended < most; ended++)
        {
            if (_sessions.Oldest is not { } oldest || tick - oldest.LastSign <= timeout)
                return false;
            End(oldest);
            _core.Counters.AddEvicted();
        }
        return true;
    }

    /// <summary>Does what is due.</summary>
    public void Tick()
    {
        while (_timers.TakeDue(_core.Clock.Now) is RelaySession session)
        {
            session.Link.OnTimeout(_core.Clock.Now);
            _dirty.Add(session);
        }
    }

    /// <summary>Writes whatever can be sent.</summary>
    public void Flush()
    {
        while (_dirty.TryTake(out RelaySession session))
        {
            if (session.IsClosed)
                continue;
            if (!session.IsProven)
            {
                _timers.Stop(session);
                continue;
            }
            FlushSession(session);
            TimeSpan next = session.Link.NextTimeout;
            if (next == TimeSpan.MaxValue)
            {
                _timers.Stop(session);
                _resting.Add(session);
            }
            else
            {
                _timers.Set(session, next > _core.Clock.Now ? next : _core.Clock.Now + TimerWheel.Tick);
            }
        }
    }

    /// <summary>Takes in the store's answer to a command about users.</summary>
    public void Complete(StoreCommand command)
    {
        switch (command.Kind)
        {
            case StoreCommandKind.SaveUser:
                if (_core.Users.Find(command.Saved!.Id) is { } user && user.Incarnation == command.Saved.Incarnation)
                    _registrar.Saved(user, command.HasFailed);
                break;
            case StoreCommandKind.FindMail:
                _receipts.Found(command);
                break;
        }
    }

    private void Heard(RelaySession session, in PeerAddress from, bool isNewest, int size, uint tick)
    {
        _sessions.Touch(session, tick);
        if (from == session.Address)
        {
            if (session.IsProven)
                return;
            session.IsProven = session.User.WasProven = true;
            session.User.LastSeen = _core.Clock.Unix;
            Mailboxes.Connected(session.User);
        }
        else if (isNewest)
        {
            Challenge(session, from, size);
        }
    }

    private void Challenge(RelaySession session, in PeerAddress from, int size)
    {
        if (session.Challenge is not { } challenge || challenge.Address != from)
            session.Challenge = challenge = new AddressChallenge(from, _core.Random.NextUInt64());
        challenge.Budget += MaxChallengeFactor * size;
        if (challenge.SentAt != TimeSpan.MinValue && _core.Clock.Now - challenge.SentAt < ChallengeInterval)
            return;
        Span<byte> line = stackalloc byte[MaxControlBytes];
        var writer = new AsciiWriter(line);
        writer.Write("CHALLENGE: "u8);
        writer.WriteHex(challenge.Bits);
        if (challenge.Budget < LinkLimits.HeaderBytes + writer.Length)
            return;
        challenge.SentAt = _core.Clock.Now;
        challenge.Budget -= Tell(session, from, line.Slice(0, writer.Length));
    }

    private bool HandleControl(RelaySession session, in LinkHeader header, in PeerAddress from)
    {
        ReadOnlySpan<byte> text = header.Lines;
        ExtendedLine line = ExtendedLine.Read(text.Slice(0, text.Length - (!text.IsEmpty && text[text.Length - 1] == '\n' ? 1 : 0)));
        switch (line.Verb)
        {
            case ExtendedVerb.Ack:
                session.Link.Note(header.Number);
                return true;
            case ExtendedVerb.Heartbeat:
                session.Link.AcknowledgeNow(header.Number, _core.Clock.Now);
                return true;
            case ExtendedVerb.Response:
                session.Link.AcknowledgeNow(header.Number, _core.Clock.Now);
                if (session.Challenge is { } challenge && from == challenge.Address && from != session.Address && Hex.TryRead(line.Text, out ulong bits) && bits == challenge.Bits)
                    Move(session, from);
                return true;
            case ExtendedVerb.Unregister:
                session.Link.Note(header.Number);
                Leave(session, from, line.Forget);
                return true;
            default:
                return false;
        }
    }

    private void Move(RelaySession session, in PeerAddress to)
    {
        if (to.SourcePrefix != session.Address.SourcePrefix)
            session.Link.ResetPath();
        session.Address = to;
        session.Challenge = null;
        _core.Counters.AddMoved();
        if (session.IsProven)
            return;
        session.IsProven = session.User.WasProven = true;
        Mailboxes.Connected(session.User);
    }

    private void Leave(RelaySession session, in PeerAddress from, bool forget)
    {
        Tell(session, from == session.Challenge?.Address ? from : session.Address, "@code=left INFO: Good bye."u8);
        End(session);
        if (forget)
            _registrar.Remove(session.User);
    }

    private void NoteDelivered(RelaySession session)
    {
        while (session.TakeDelivered() is { } mail)
            _mail.Delivered(mail);
        while (session.TryTakeRefused(out Refusal refusal))
        {
            if (refusal.Code == RefusalCode.Expired)
            {
                _receipts.Told(session.User, refusal.First);
                continue;
            }
            if (_store is not null && session.User.Decided.HasRoomFor(refusal.First))
                session.User.Decided.Add(refusal.First);
        }
    }

    private void Taken(RelaySession session, ReadOnlySpan<byte> counts)
    {
        var ranges = new NumberRanges(counts);
        while (ranges.MoveNext())
        {
            long last = Math.Min(ranges.Last, session.Deliveries.Next - 1);
            for (long count = Math.Max(ranges.First, session.Deliveries.First); count <= last; count++)
            {
                if (session.Deliveries.Take(count) is not { } mail)
                    continue;
                _mail.Taken(mail);
            }
        }
    }

    private void FlushSession(RelaySession session)
    {
        ReliableLink link = session.Link;
        while (true)
        {
            if (link.UnsentBytes < MaxUnsent)
            {
                session.WriteVerdicts();
                WriteMail(session);
            }
            if (!link.HasOutput)
                return;
            Span<byte> destination = _core.Output.Reserve(LinkLimits.MaxDatagramBytes);
            int length = link.WriteDatagram(destination, _core.Clock.Now);
            if (length == 0)
                return;
            _core.Output.Commit(length, session.Address);
        }
    }

    private void WriteMail(RelaySession session)
    {
        while (session.Link.UnsentBytes < MaxUnsent && session.Link.Room >= LinkLimits.MaxPayloadBytes
            && session.HasInboxRoom
            && _mail.NextToSend(session.User) is { } mail)
        {
            mail.WasWritten = true;
            if (!WritePiece(session, mail))
                continue;
            mail.EndOffset = session.Link.WrittenOffset;
            session.User.Queue!.NextToSend = mail.Next;
            session.Deliveries.Add(mail);
        }
    }

    /// <summary>Writes a message, or the next piece of a long one.</summary>
    /// <returns>Whether that was its end.</returns>
    private bool WritePiece(RelaySession session, HeldMail mail)
    {
        const int Overhead = 160; // verb, tags and line feed
        bool isFirst = session.WrittenOfNext == 0;
        ReadOnlySpan<byte> rest = mail.Text.Slice(session.WrittenOfNext);
        int most = LinkLimits.MaxPayloadBytes - Overhead - mail.Sender.Length;
        int length = LineText.PieceLength(rest, most);
        bool isLast = length == rest.Length;
        var writer = new AsciiWriter(session.Link.Reserve(LinkLimits.MaxPayloadBytes));
        bool isSame = ReferenceEquals(mail.Sender, session.LastSender) && mail.Incarnation == session.LastSenderIncarnation && mail.Number == session.LastSenderNumber + 1;
        long waited = _core.Clock.Unix - mail.AcceptedAt;
        bool hasTime = isFirst && waited > 1_000;
        bool hasIdentity = isFirst && !isSame;
        if (hasIdentity || hasTime || !isLast)
        {
            byte separator = (byte)'@';
            if (hasIdentity)
            {
                writer.Write("@i="u8);
                writer.Write(mail.Incarnation);
                writer.Write(";n="u8);
                writer.Write(mail.Number);
                separator = (byte)';';
            }
            if (hasTime)
            {
                writer.Write(separator);
                writer.Write("time="u8);
                ServerTime.Write(ref writer, mail.AcceptedAt);
                separator = (byte)';';
            }
            if (!isLast)
            {
                writer.Write(separator);
                writer.Write("more"u8);
            }
            writer.Write((byte)' ');
        }
        writer.Write("FROM:"u8);
        writer.Write(mail.Sender);
        writer.Write(": "u8);
        writer.Write(rest.Slice(0, length));
        writer.Write((byte)'\n');
        session.Link.Commit(writer.Length);
        if (isFirst)
            (session.LastSender, session.LastSenderIncarnation, session.LastSenderNumber) = (mail.Sender, mail.Incarnation, mail.Number);
        session.WrittenOfNext = isLast ? 0 : session.WrittenOfNext + length;
        return isLast;
    }

    private int Tell(RelaySession session, in PeerAddress to, ReadOnlySpan<byte> line)
    {
        int length = session.Link.WriteControl(_core.Output.Reserve(LinkLimits.MaxDatagramBytes), line, _core.Clock.Now);
        _core.Output.Commit(length, to);
        return length;
    }

    private void TellNotRegistered(in PeerAddress to, ulong session, int size)
    {
        const int Length = 45;
        if (size < Length || !_core.MayTell(to))
            return;
        var writer = new AsciiWriter(_core.Output.Reserve(Length));
        writer.Write("@s="u8);
        writer.WriteHex(session);
        writer.Write(";code=not-registered INFO:"u8);
        _core.Output.Commit(writer.Length, to);
    }
}
