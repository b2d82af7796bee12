using System.Collections.Generic;
using UdpChat.Protocol.Relay.Mail;
using UdpChat.Protocol.Relay.Users;

namespace UdpChat.Protocol.Relay.Storage;

/// <summary>What the relay wants from its store, until its owner takes it there.</summary>
internal sealed class StoreQueue
{
    private const int MaxUnused = 65_536;

    private readonly List<StoreCommand> _commands = [];
    private readonly List<User> _decided = [];
    private readonly Stack<StoreCommand> _unused = new();
    private readonly List<StoreCommand> _failed = [];
    private readonly List<HeldMail> _saving = []; // what was taken last
    private readonly List<StoreCommand> _taken = []; // last, and neither mail nor questions
    private readonly HashSet<long> _removing = [];
    private readonly HashSet<long> _notRemoved = [];
    private readonly Stack<HeldMail> _earlier = new();
    private int _underWay; // commands that were taken and have not come back
    private bool _isEnding;

    /// <summary>Whether there is something to take.</summary>
    public bool IsEmpty => _commands.Count == 0;

    /// <summary>Adds a command.</summary>
    public void Add(StoreCommand command) => _commands.Add(command);

    /// <summary>Asks to keep a message.</summary>
    public void AddMail(HeldMail mail)
    {
        StoreCommand command = Rent(StoreCommandKind.SaveMail);
        command.Mail = mail;
        _commands.Add(command);
    }

    /// <summary>Asks to remove a message.</summary>
    public void RemoveMail(long sequence)
    {
        StoreCommand command = Rent(StoreCommandKind.RemoveMail);
        command.Sequence = sequence;
        _commands.Add(command);
        _removing.Add(sequence);
    }

    /// <summary>Whether a message is to be removed, and may still be there.</summary>
    public bool IsRemoving(long sequence) => _removing.Count > 0 && _removing.Contains(sequence);

    /// <summary>Whether a removal has failed and was not done since, so that what the store finds may have been taken.</summary>
    public bool HasNotRemoved => _notRemoved.Count > 0;

    /// <summary>Asks again for what has failed and can't be left undone, before anything else.</summary>
    public void Retry()
    {
        _commands.InsertRange(0, _failed);
        _failed.Clear();
    }

    /// <summary>Notes that a user's decided number has to go to the store together with what was added so far.</summary>
    public void MarkDecided(User user)
    {
        if (user.IsDecidedDirty)
            return;
        user.IsDecidedDirty = true;
        _decided.Add(user);
    }

    /// <summary>From now on commands are taken whatever has not come back. That may fail yet, so what it stores and removes is asked again, which does nothing if it was done.</summary>
    public void End()
    {
        _isEnding = true;
        foreach (HeldMail mail in _saving)
        {
            if (!mail.IsInStoresHands || mail.IsGone)
                continue;
            mail.IsInStoresHands = false;
            AddMail(mail);
        }
        foreach (long sequence in new List<long>(_removing))
            RemoveMail(sequence);
        if (_underWay > 0)
            _commands.AddRange(_taken.ConvertAll(static command => command.Copy()));
    }

    /// <summary>
    /// Takes all commands, in order, once all that were taken before have come back. So what the store has for somebody never
    /// has a hole, not even while it fails now and then: else what is sent again after the relay's death would come too late.
    /// </summary>
    public void Take(List<StoreCommand> commands)
    {
        if (_underWay > 0 && !_isEnding)
            return;
        int before = commands.Count;
        _saving.Clear();
        // What could not leave goes with what comes, or the store would hold more for somebody than a mailbox may.
        if (_commands.Count > 0 || _isEnding)
            Retry();
        foreach (User user in _decided)
        {
            user.IsDecidedDirty = false;
            AddUpdate(user);
        }
        _decided.Clear();
        foreach (StoreCommand command in _commands)
        {
            if (command.Kind == StoreCommandKind.SaveMail)
                TakeMail(command, commands);
            else
                commands.Add(command);
        }
        _commands.Clear();
        _taken.Clear();
        for (int i = before; i < commands.Count; i++)
        {
            if (commands[i].Kind is StoreCommandKind.RemoveUser or StoreCommandKind.RemoveExpired or StoreCommandKind.UpdateUser)
                _taken.Add(commands[i]);
        }
        _underWay += commands.Count - before;
    }

    /// <summary>Asks to note a user's last sign of life and decided number.</summary>
    public void AddUpdate(User user)
    {
        StoreCommand command = Rent(StoreCommandKind.UpdateUser);
        command.User = user.Id;
        command.Incarnation = user.Incarnation;
        command.Decided = user.Decided.Through;
        command.LastSeen = user.LastSeen;
        _commands.Add(command);
    }

    /// <summary>Takes back a command that is done.</summary>
    public void Return(StoreCommand command)
    {
        _underWay--;
        if (command.HasFailed && (command.Kind is StoreCommandKind.RemoveMail or StoreCommandKind.RemoveUser or StoreCommandKind.RemoveExpired or StoreCommandKind.FindMail))
        {
            if (command.Kind == StoreCommandKind.RemoveMail)
                _notRemoved.Add(command.Sequence);
            command.HasFailed = false;
            _failed.Add(command);
            return;
        }
        if (command.Kind == StoreCommandKind.RemoveMail)
        {
            _removing.Remove(command.Sequence);
            _notRemoved.Remove(command.Sequence);
        }
        Recycle(command);
    }

    /// <summary>Takes a message, and before it those for the same user that came earlier and are not in the store.</summary>
    private void TakeMail(StoreCommand command, List<StoreCommand> commands)
    {
        var mail = (HeldMail)command.Mail!;
        if (mail.IsInStoresHands)
        {
            Recycle(command); // It went before a later one.
            return;
        }
        for (HeldMail? earlier = mail.Previous; earlier is { IsStored: false, IsInStoresHands: false }; earlier = earlier.Previous)
            _earlier.Push(earlier);
        while (_earlier.Count > 0)
        {
            StoreCommand inserted = Rent(StoreCommandKind.SaveMail);
            HeldMail earlier = _earlier.Pop();
            inserted.Mail = earlier;
            earlier.IsStoring = earlier.IsInStoresHands = true;
            _saving.Add(earlier);
            commands.Add(inserted);
        }
        mail.IsInStoresHands = true;
        _saving.Add(mail);
        commands.Add(command);
    }

    private void Recycle(StoreCommand command)
    {
        if (_unused.Count >= MaxUnused)
            return;
        command.Mail = null;
        command.Saved = null;
        command.Found = null;
        command.Held = command.Expired = null;
        command.HasFailed = false;
        _unused.Push(command);
    }

    private StoreCommand Rent(StoreCommandKind kind)
    {
        StoreCommand command = _unused.Count > 0 ? _unused.Pop() : new StoreCommand();
        command.Kind = kind;
        return command;
    }
}
