using System;
using System.Collections.Generic;
using UdpChat.Protocol.Wire;

namespace UdpChat.Protocol.Relay.Users;

/// <summary>The reserved names of a relay.</summary>
internal sealed class UserRegistry(KeyedHash hash)
{
    private const int MinRemoved = 1_024;

    private readonly List<User> _users = []; // their numbers ascend; those who have gone stay until there are many
    private readonly HashIndex _byName = new();
    private int _removed;

    /// <summary>How many there are.</summary>
    public int Count => _users.Count - _removed;

    /// <summary>How many places there are, some of them vacant.</summary>
    public int Slots => _users.Count;

    /// <summary>Who is in a place, if anybody. Their places change when others go.</summary>
    public User? At(int slot) => _users[slot] is { IsRemoved: false } user ? user : null;

    /// <summary>Makes room for so many.</summary>
    public void Reserve(int count) => _users.Capacity = Math.Max(_users.Capacity, count);

    /// <summary>The user with a name, or null.</summary>
    /// <param name="folded">The name as <see cref="ChatName.Fold"/> writes it.</param>
    public User? FindFolded(ReadOnlySpan<byte> folded)
    {
        if (Count == 0)
            return null;
        Span<byte> other = stackalloc byte[ChatName.MaxFoldedBytes];
        HashIndex.Probe probe = _byName.Find(hash.Of(folded));
        while (probe.MoveNext())
        {
            User user = _users[probe.Number];
            if (folded.SequenceEqual(other.Slice(0, ChatName.Fold(user.Name, other))))
                return user;
        }
        return null;
    }

    /// <summary>The user with a name in NFC, or null.</summary>
    public User? Find(ReadOnlySpan<byte> name)
    {
        if (Count == 0 || name.Length > WireLimits.MaxRawNameBytes)
            return null;
        Span<byte> folded = stackalloc byte[ChatName.MaxFoldedBytes];
        return FindFolded(folded.Slice(0, ChatName.Fold(name, folded)));
    }

    /// <summary>The user with a number in the store, or null.</summary>
    public User? Find(long id) => SlotOf(id) is >= 0 and int slot ? At(slot) : null;

    /// <summary>Adds a user, whose name may not be there already, and whose number is greater than any before.</summary>
    public void Add(User user)
    {
        _byName.Add(HashOf(user), _users.Count);
        _users.Add(user);
    }

    /// <summary>Removes a user.</summary>
    public void Remove(User user)
    {
        _byName.Remove(HashOf(user), SlotOf(user.Id));
        user.IsRemoved = true;
        if (++_removed > Math.Max(MinRemoved, _users.Count / 4))
            Compact();
    }

    private int SlotOf(long id)
    {
        int low = 0, high = _users.Count - 1;
        while (low <= high)
        {
            int middle = (low + high) / 2;
            long there = _users[middle].Id;
            if (there == id)
                return middle;
            if (there < id)
                low = middle + 1;
            else
                high = middle - 1;
        }
        return -1;
    }

    private void Compact()
    {
        _users.RemoveAll(static user => user.IsRemoved);
        _removed = 0;
        _byName.Clear();
        for (int slot = 0; slot < _users.Count; slot++)
            _byName.Add(HashOf(_users[slot]), slot);
    }

    private ulong HashOf(User user)
    {
        Span<byte> folded = stackalloc byte[ChatName.MaxFoldedBytes];
        return hash.Of(folded.Slice(0, ChatName.Fold(user.Name, folded)));
    }
}
