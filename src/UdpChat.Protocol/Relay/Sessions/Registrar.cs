using System;
using System.Globalization;
using System.Text;
using UdpChat.Protocol.Relay.Mail;
using UdpChat.Protocol.Relay.Storage;
using UdpChat.Protocol.Relay.Users;
using UdpChat.Protocol.Wire;

namespace UdpChat.Protocol.Relay.Sessions;

/// <summary>Takes REGISTERs of the extended profile: reserves names and begins sessions.</summary>
internal sealed class Registrar(RelayCore core, SessionLayer sessions, Mailboxes mail, StoreQueue? store)
{
    private const int TokenDigits = 32;
    private const int MaxAnswerBytes = 512;

    private long _lastUser;

    /// <summary>Goes on after what the store holds.</summary>
    public void Load(StoreContent content)
    {
        _lastUser = content.LastUser;
        core.Users.Reserve(content.Users.Count);
        content.Users.Sort(static (a, b) => a.Id.CompareTo(b.Id));
        foreach (StoredUser stored in content.Users)
        {
            var user = new User(stored.Id, stored.Name)
            {
                Token = TokenHash.Read(stored.TokenHash),
                Incarnation = stored.Incarnation,
                LastSeen = stored.LastSeen,
                PrefixBucket = core.BucketOf(stored.Prefix),
                MailCount = (int)stored.MailCount,
                MailBytes = stored.MailBytes,
                Unread = (int)stored.MailCount,
                IsSaved = true,
                WasProven = true,
                IsKnown = true,
            };
            user.Seen.AddThrough(stored.Decided);
            user.Decided.AddThrough(stored.Decided);
            // What is beyond the first that is undecided, and here all the same, must not be taken in again.
            stored.Held.Sort();
            foreach (long number in stored.Held)
            {
                user.Seen.Add(number);
                user.Decided.Add(number);
            }
            core.Users.Add(user);
            core.NamesIn(user.PrefixBucket)++;
        }
    }

    /// <summary>Takes a REGISTER.</summary>
    /// <param name="from">Where it came from.</param>
    /// <param name="line">The line.</param>
    /// <param name="size">The size of the datagram: no answer is longer.</param>
    public DatagramOutcome Register(in PeerAddress from, in ExtendedLine line, int size)
    {
        if (line.Token.Length != TokenDigits || !Hex.TryRead(line.Token.Slice(0, 16), out ulong high) || !Hex.TryRead(line.Token.Slice(16), out ulong low)
            || line.Incarnation <= 0 || line.Registration <= 0 || line.Lowest <= 0)
        {
            return DatagramOutcome.ExtendedMalformed;
        }
        byte[] token = TokenHash.Compute(ToBytes(high, low));
        if (core.Check(line.Name, out byte[] name) is not NameError.None and var error)
        {
            Span<byte> words = stackalloc byte[Notice.MaxBytes];
            int length = Notice.BadName(words, error, core.Options.MaxNameBytes);
            Refuse(from, line, size, "bad-name"u8, words.Slice(Notice.InfoPrefix, length - Notice.InfoPrefix));
            return DatagramOutcome.BadName;
        }
        User? user = core.Users.Find(name);
        if (user is null)
        {
            DatagramOutcome refused = TryReserve(from, line, size, name, token, out user);
            if (user is null)
                return refused;
        }
        else if (user.Token != TokenHash.Read(token))
        {
            RefuseTaken(from, line, size, user);
            return DatagramOutcome.NameTaken;
        }
        return BeginSession(user, name, token, from, line, size);
    }

    /// <summary>Answers a registration whose user is in the store now, or couldn't be put there.</summary>
    public void Saved(User user, bool hasFailed)
    {
        user.IsSaved = !hasFailed;
        user.IsKnown |= !hasFailed;
        if (user.Session is not { IsAnswerDue: true } session)
            return;
        session.IsAnswerDue = false;
        if (!hasFailed)
        {
            Answer(session, session.Address, session.RegisterSize);
            return;
        }
        Refuse(session.Address, user.Incarnation, session.Registration, session.RegisterSize, "store-failed"u8, "The relay can't write to its store, please try again later."u8);
        sessions.End(session);
    }

    /// <summary>Gives up a name: what is kept for it, too.</summary>
    public void Remove(User user)
    {
        if (user.Session is { } session)
            sessions.End(session);
        if (user.IsRemoved)
            return; // It went with its session already.
        mail.RemoveAll(user);
        store?.Add(new StoreCommand { Kind = StoreCommandKind.RemoveUser, User = user.Id, Saved = new StoredUser { Id = user.Id, Name = user.Name } });
        core.NamesIn(user.PrefixBucket)--;
        core.Users.Remove(user);
    }

    private static byte[] ToBytes(ulong high, ulong low)
    {
        byte[] bytes = new byte[16];
        System.Buffers.Binary.BinaryPrimitives.WriteUInt64BigEndian(bytes, high);
        System.Buffers.Binary.BinaryPrimitives.WriteUInt64BigEndian(bytes.AsSpan(8), low);
        return bytes;
    }

    private DatagramOutcome TryReserve(in PeerAddress from, in ExtendedLine line, int size, byte[] name, byte[] token, out User? user)
    {
        user = null;
        int client = core.FindClient(name);
        if (client >= 0 && core.Clients[client].Address != from)
        {
            Refuse(from, line, size, "name-taken"u8, "This name is taken, please choose another."u8);
            return DatagramOutcome.NameTaken;
        }
        if (core.Users.Count >= core.Options.MaxReservedNames)
        {
            Refuse(from, line, size, "relay-full"u8, "The relay is full, please try again later."u8);
            return DatagramOutcome.RelayFull;
        }
        int bucket = core.BucketOf(from.SourcePrefix);
        if (core.Options.MaxReservedNamesPerPrefix != 0 && core.NamesIn(bucket) >= core.Options.MaxReservedNamesPerPrefix)
        {
            Refuse(from, line, size, "prefix-full"u8, "Too many names are reserved from your address, please try again later."u8);
            return DatagramOutcome.PrefixFull;
        }
        if (client >= 0)
            core.RemoveClient(client); // It is the same client, before it knew that this relay speaks the extended profile.
        user = new User(++_lastUser, name) { Token = TokenHash.Read(token), PrefixBucket = bucket, LastSeen = core.Clock.Unix, IsKnown = store is null };
        core.Users.Add(user);
        core.NamesIn(bucket)++;
        return DatagramOutcome.ExtendedRegistered;
    }

    private DatagramOutcome BeginSession(User user, byte[] name, byte[] token, in PeerAddress from, in ExtendedLine line, int size)
    {
        if (user.Session is null && core.Clients.Count + sessions.Count >= core.Options.MaxClients)
        {
            Refuse(from, line, size, "relay-full"u8, "The relay is full, please try again later."u8);
            if (!user.WasProven && user.MailCount == 0)
                Remove(user);
            return DatagramOutcome.RelayFull;
        }
        if (line.Incarnation < user.Incarnation)
        {
            Refuse(from, line, size, "replaced"u8, "A newer client has registered this name with its token."u8);
            return DatagramOutcome.ExtendedReplaced;
        }
        bool isNewer = line.Incarnation > user.Incarnation;
        if (!isNewer && user.Session is { } present && line.Registration < present.Registration)
            return DatagramOutcome.ExtendedStale;
        if (!isNewer && user.Session is { } same && line.Registration == same.Registration)
        {
            if (!same.IsProven)
                same.Address = from;
            if (!same.IsAnswerDue)
                Answer(same, from, size);
            return DatagramOutcome.ExtendedRegisteredAgain;
        }
        if (user.Session is { } old)
        {
            if (isNewer && old.IsProven)
                sessions.Tell(old, "@code=replaced INFO: Another client has registered this name with its token."u8);
            sessions.End(old, isReplaced: true);
        }
        if (isNewer)
        {
            user.Begin(line.Incarnation);
        }
        user.Name = name;
        user.LastSeen = core.Clock.Unix;
        user.Seen.AddThrough(line.Lowest - 1);
        user.Decided.AddThrough(line.Lowest - 1);
        RelaySession session = sessions.Begin(user, from);
        session.Registration = line.Registration;
        ReadInbox(session, line.Inbox);
        session.RegisterSize = (ushort)size;
        if (store is not null && (isNewer || !user.IsSaved))
        {
            session.IsAnswerDue = true;
            store.Add(new StoreCommand
            {
                Kind = StoreCommandKind.SaveUser,
                User = user.Id,
                Saved = new StoredUser
                {
                    Id = user.Id,
                    Name = user.Name,
                    TokenHash = token,
                    Incarnation = user.Incarnation,
                    Decided = user.Decided.Through,
                    LastSeen = user.LastSeen,
                    Prefix = from.SourcePrefix,
                },
            });
        }
        else
        {
            Answer(session, from, size);
        }
        return DatagramOutcome.ExtendedRegistered;
    }

    private static void ReadInbox(RelaySession session, ReadOnlySpan<byte> inbox)
    {
        const long DefaultMessages = 1_000, DefaultBytes = 1 << 20;
        (session.InboxMessages, session.InboxBytes) = (DefaultMessages, DefaultBytes);
        int digits = DecimalNumber.Read(inbox, out long messages);
        if (digits > 0 && digits < inbox.Length && inbox[digits] == ',' && DecimalNumber.TryRead(inbox.Slice(digits + 1), out long bytes))
            (session.InboxMessages, session.InboxBytes) = (Math.Max(1, messages), Math.Max(1, bytes));
    }

    private void Answer(RelaySession session, in PeerAddress to, int size)
    {
        Span<byte> answer = stackalloc byte[MaxAnswerBytes];
        var writer = new AsciiWriter(answer);
        writer.Write("@s="u8);
        writer.WriteHex(session.Id);
        writer.Write(";code=registered;i="u8);
        writer.Write(session.User.Incarnation);
        writer.Write(";r="u8);
        writer.Write(session.Registration);
        writer.Write(";addr="u8);
        to.Write(ref writer);
        writer.Write(";timeout="u8);
        writer.Write((long)core.Options.ClientTimeout.TotalMilliseconds);
        writer.Write(";start="u8);
        writer.Write(core.StartedAt.Unix);
        if (core.HasStore)
        {
            writer.Write(";store="u8);
            writer.WriteHex(core.StoreId);
        }
        writer.Write(" INFO: Welcome "u8);
        writer.WriteEscaped(session.User.Name);
        writer.Write(", you are registered."u8);
        Send(to, answer.Slice(0, writer.Length), size);
    }

    private void RefuseTaken(in PeerAddress from, in ExtendedLine line, int size, User user)
    {
        long until = (user.Session is null ? user.LastSeen : core.Clock.Unix) + (long)core.Options.NameLifetime.TotalMilliseconds;
        string when = DateTimeOffset.FromUnixTimeMilliseconds(until).ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);
        Refuse(from, line, size, "name-taken"u8, Encoding.ASCII.GetBytes($"This name is reserved until {when} UTC. Choose another, or connect with the token with which it was registered."), until);
    }

    private void Refuse(in PeerAddress to, in ExtendedLine line, int size, ReadOnlySpan<byte> code, ReadOnlySpan<byte> words, long until = -1) =>
        Refuse(to, line.Incarnation, line.Registration, size, code, words, until);

    private void Refuse(in PeerAddress to, long incarnation, long registration, int size, ReadOnlySpan<byte> code, ReadOnlySpan<byte> words, long until = -1)
    {
        Span<byte> answer = stackalloc byte[MaxAnswerBytes];
        var writer = new AsciiWriter(answer);
        writer.Write("@code="u8);
        writer.Write(code);
        writer.Write(";i="u8);
        writer.Write(incarnation);
        writer.Write(";r="u8);
        writer.Write(registration);
        if (until >= 0)
        {
            writer.Write(";until="u8);
            writer.Write(until);
        }
        writer.Write(" INFO: "u8);
        writer.Write(words);
        Send(to, answer.Slice(0, writer.Length), size);
    }

    private void Send(in PeerAddress to, ReadOnlySpan<byte> answer, int size)
    {
        // Whoever forged the address must not make more traffic for it than his own.
        if (answer.Length > size || !core.MayTell(to))
            return;
        answer.CopyTo(core.Output.Reserve(answer.Length));
        core.Output.Commit(answer.Length, to);
    }
}
