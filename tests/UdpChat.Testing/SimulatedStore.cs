using System;
using System.Collections.Generic;
using System.Linq;
using UdpChat.Protocol.Relay.Storage;
using UdpChat.Protocol.Wire;

namespace UdpChat.Testing;

/// <summary>
/// A relay's store: what is on its disk, and the commands that wait to get there. A group of them is done as a whole or,
/// if it fails or the relay dies first, not at all.
/// </summary>
internal sealed class SimulatedStore
{
    private static readonly TimeSpan RetryPause = TimeSpan.FromSeconds(2); // a relay asks again within about a second

    private readonly SimulatedNetwork _network;
    private readonly StoreSettings _settings;
    private readonly SeededRandom _random;
    private readonly Dictionary<long, StoredUser> _users = new();
    private readonly SortedDictionary<long, StoredMail> _mail = new();
    private readonly SortedSet<(string Sender, long Incarnation, long Number)> _expired = new();
    private readonly List<StoreCommand> _queue = [];
    private long _lastUser, _lastSequence;
    private int _life; // what was begun in an earlier one is not done
    private int _pending; // commands that were posted and not completed
    private bool _isBusy;
    private TimeSpan _lastFailure = -RetryPause - RetryPause;

    public SimulatedStore(SimulatedNetwork network, StoreSettings? settings = null)
    {
        _network = network;
        _settings = settings ?? new StoreSettings();
        _random = network.Random.Fork();
    }

    /// <summary>Is told of each group that was done or has failed.</summary>
    public Action<IReadOnlyList<StoreCommand>>? Completed { get; set; }

    /// <summary>Whether its disk is full: nothing is done.</summary>
    public bool IsFailing { get; set; }

    /// <summary>Whether it has nothing to do, all that it did is known to the relay, and what has failed was asked again.</summary>
    public bool IsIdle => _pending == 0 && !IsFailing && _network.Now > _lastFailure + RetryPause;

    /// <summary>How many groups were done, and how many failed.</summary>
    public long Done { get; private set; }

    /// <inheritdoc cref="Done"/>
    public long Failed { get; private set; }

    /// <summary>The messages on the disk, in the order of their sequence numbers.</summary>
    public IEnumerable<StoredMail> Mail => _mail.Values;

    /// <summary>The messages that wait to get there.</summary>
    public IEnumerable<StoredMail> Waiting => _queue.Where(command => command.Kind == StoreCommandKind.SaveMail).Select(command => command.Mail!);

    /// <summary>The users on the disk.</summary>
    public IEnumerable<StoredUser> Users => _users.Values;

    /// <summary>What is on the disk, for a relay that starts.</summary>
    public StoreContent Load()
    {
        var content = new StoreContent { Id = 1, LastUser = _lastUser, LastSequence = _lastSequence };
        foreach (StoredUser user in _users.Values.OrderBy(user => user.Id))
        {
            StoredUser loaded = Copy(user);
            foreach (StoredMail mail in _mail.Values.Where(mail => mail.Recipient == user.Id))
            {
                loaded.MailCount++;
                loaded.MailBytes += mail.Length;
            }
            loaded.Held.AddRange(_mail.Values.Where(mail => mail.Incarnation == user.Incarnation && mail.Sender.SequenceEqual(user.Name)).Select(mail => mail.Number));
            content.Users.Add(loaded);
        }
        return content;
    }

    /// <summary>Takes commands to do.</summary>
    public void Post(IReadOnlyList<StoreCommand> commands)
    {
        _queue.AddRange(commands);
        _pending += commands.Count;
        Begin();
    }

    /// <summary>The relay has died: what was not done will not be.</summary>
    public void Cut()
    {
        _life++;
        _queue.Clear();
        _pending = 0;
        _isBusy = false;
    }

    /// <summary>The relay has ended as it should: all that waits is done.</summary>
    public void Drain()
    {
        while (_queue.Count > 0)
            Execute(_queue.Count);
        Cut();
    }

    private void Begin()
    {
        if (_isBusy || _queue.Count == 0)
            return;
        _isBusy = true;
        int life = _life;
        // What has come in when it begins is the group.
        int count = _queue.Count;
        _network.After(_random.Between(_settings.MinDelay, _settings.MaxDelay), () =>
        {
            if (life != _life)
                return;
            List<StoreCommand> group = Execute(count);
            // The relay may die when it is done and before it knows.
            _network.After(_random.Between(TimeSpan.Zero, _settings.MinDelay), () =>
            {
                if (life != _life)
                    return;
                _pending -= group.Count;
                Completed?.Invoke(group);
            });
            _isBusy = false;
            Begin();
        });
    }

    private List<StoreCommand> Execute(int count)
    {
        List<StoreCommand> group = _queue.GetRange(0, count);
        _queue.RemoveRange(0, count);
        if (IsFailing)
        {
            group.ForEach(command => command.HasFailed = true);
            Failed++;
            _lastFailure = _network.Now;
        }
        else
        {
            group.ForEach(Run);
            Done++;
        }
        _network.Trace.Add("store", $"{(IsFailing ? "fails" : "does")} {string.Join(", ", group.Select(Describe))}");
        return group;
    }

    private static string Describe(StoreCommand command) => command.Kind switch
    {
        StoreCommandKind.SaveUser => $"SaveUser {command.User} i={command.Saved!.Incarnation} d={command.Saved.Decided}",
        StoreCommandKind.UpdateUser => $"UpdateUser {command.User} i={command.Incarnation} d={command.Decided}",
        StoreCommandKind.SaveMail => $"SaveMail {command.Mail!.Sequence} {Utf8.GetString(command.Mail.Sender)}-{command.Mail.Number} to {command.Mail.Recipient}",
        StoreCommandKind.RemoveMail => $"RemoveMail {command.Sequence}",
        StoreCommandKind.ReadMail => $"ReadMail {command.User} after {command.Sequence}: {string.Join(" ", (command.Found ?? []).Select(mail => mail.Sequence))}",
        StoreCommandKind.FindMail => $"FindMail {Utf8.GetString(command.Sender)} {command.FirstNumber}-{command.LastNumber}: {string.Join(" ", command.Held ?? [])}",
        StoreCommandKind.ExpireMail => $"ExpireMail {string.Join(" ", (command.Found ?? []).Select(mail => mail.Sequence))}",
        _ => command.Kind.ToString(),
    };

    private void Run(StoreCommand command)
    {
        switch (command.Kind)
        {
            case StoreCommandKind.SaveUser:
                StoredUser saved = Copy(command.Saved!);
                string name = Utf8.GetString(saved.Name);
                _expired.RemoveWhere(e => e.Sender == name && e.Incarnation != saved.Incarnation);
                _users[saved.Id] = saved;
                _lastUser = Math.Max(_lastUser, saved.Id);
                break;
            case StoreCommandKind.RemoveUser:
                if (_users.TryGetValue(command.User, out StoredUser? removed))
                    _expired.RemoveWhere(e => e.Sender == Utf8.GetString(removed.Name));
                _users.Remove(command.User);
                command.Found = [.. _mail.Values.Where(mail => mail.Recipient == command.User).Select(mail => Copy(mail, withText: false))];
                foreach (StoredMail mail in command.Found)
                    Expire(mail);
                break;
            case StoreCommandKind.UpdateUser:
                if (_users.TryGetValue(command.User, out StoredUser? user) && user.Incarnation == command.Incarnation)
                    (user.Decided, user.LastSeen) = (command.Decided, command.LastSeen);
                break;
            case StoreCommandKind.SaveMail:
                if (!_mail.ContainsKey(command.Mail!.Sequence))
                    _mail.Add(command.Mail.Sequence, Copy(command.Mail, withText: true));
                _lastSequence = Math.Max(_lastSequence, command.Mail.Sequence);
                break;
            case StoreCommandKind.RemoveMail:
                _mail.Remove(command.Sequence);
                break;
            case StoreCommandKind.ReadMail:
                command.Found = Read(command);
                break;
            case StoreCommandKind.FindMail:
                command.Held = [.. _mail.Values.Where(mail => mail.Recipient == command.User && IsMeant(command, Utf8.GetString(mail.Sender), mail.Incarnation, mail.Number))
                    .Select(mail => mail.Number).OrderBy(number => number)];
                command.Expired = [.. _expired.Where(e => IsMeant(command, e.Sender, e.Incarnation, e.Number)).Select(e => e.Number)];
                break;
            case StoreCommandKind.ExpireMail:
                command.Found = [.. _mail.Values.Where(mail => mail.AcceptedAt < command.Before).Take(command.MaxCount).Select(mail => Copy(mail, withText: false))];
                foreach (StoredMail mail in command.Found)
                    Expire(mail);
                break;
            case StoreCommandKind.RemoveExpired:
                _expired.RemoveWhere(e => IsMeant(command, e.Sender, e.Incarnation, e.Number));
                break;
            default:
                throw new SimulationException($"There is no {command.Kind}.");
        }
    }

    private void Expire(StoredMail mail)
    {
        _mail.Remove(mail.Sequence);
        string sender = Utf8.GetString(mail.Sender);
        if (_users.Values.Any(u => Utf8.GetString(u.Name) == sender && u.Incarnation == mail.Incarnation))
            _expired.Add((sender, mail.Incarnation, mail.Number));
    }

    private static bool IsMeant(StoreCommand command, string sender, long incarnation, long number) =>
        sender == Utf8.GetString(command.Sender) && incarnation == command.Incarnation && number >= command.FirstNumber && number <= command.LastNumber;

    private List<StoredMail> Read(StoreCommand command)
    {
        var found = new List<StoredMail>();
        long bytes = 0;
        foreach (StoredMail mail in _mail.Values.Where(mail => mail.Recipient == command.User && mail.Sequence > command.Sequence))
        {
            bytes += mail.Length;
            if (found.Count >= command.MaxCount || (found.Count > 0 && bytes > command.MaxBytes))
                break;
            found.Add(Copy(mail, withText: true));
        }
        return found;
    }

    private static StoredUser Copy(StoredUser user) => new()
    {
        Id = user.Id,
        Name = user.Name,
        TokenHash = user.TokenHash,
        Incarnation = user.Incarnation,
        Decided = user.Decided,
        LastSeen = user.LastSeen,
        Prefix = user.Prefix,
    };

    private static StoredMail Copy(StoredMail mail, bool withText) => new()
    {
        Sequence = mail.Sequence,
        Recipient = mail.Recipient,
        Sender = mail.Sender,
        Incarnation = mail.Incarnation,
        Number = mail.Number,
        AcceptedAt = mail.AcceptedAt,
        Buffer = withText ? mail.Text.ToArray() : [],
        Length = mail.Length,
    };
}
