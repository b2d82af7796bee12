using System;
using System.Collections.Generic;
using UdpChat.Protocol.Wire;

namespace UdpChat.Protocol.Relay.Users;

/// <summary>The reserved names of a relay.</summary>
internal sealed class UserRegistry(KeyedHash hash)
{
    private readonly List<User?> _users = [];
    private readonly Stack<int> _vacant = new();
    private readonly HashIndex _byName = new();
    private readonly HashIndex _byId = new();

    /// <summary>How many there are.</summary>
    public int Count => _users.Count - _vacant.Count;

    /// <summary>How many places there are, some of them vacant.</summary>
    public int Slots => _users.Count;

    /// <summary>Who is in a place, if anybody.</summary>
    public User? At(int slot) => _users[slot];

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
            User user = _users[probe.Number]!;
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
    public User? Find(long id)
    {
        HashIndex.Probe probe = _byId.Find(Spread(id));
        while (probe.MoveNext())
        {
            if (_users[probe.Number]!.Id == id)
                return _users[probe.Number];
        }
        return null;
    }

    /// <summary>Adds a user, whose name may not be there already.</summary>
    public void Add(User user)
    {
        Span<byte> folded = stackalloc byte[ChatName.MaxFoldedBytes];
        user.NameHash = (uint)hash.Of(folded.Slice(0, ChatName.Fold(user.Name, folded)));
        if (_vacant.Count > 0)
        {
            user.Slot = _vacant.Pop();
            _users[user.Slot] = user;
        }
        else
        {
            user.Slot = _users.Count;
            _users.Add(user);
        }
        _byName.Add(user.NameHash, user.Slot);
        _byId.Add(Spread(user.Id), user.Slot);
    }

    /// <summary>Removes a user.</summary>
    public void Remove(User user)
    {
        _byName.Remove(user.NameHash, user.Slot);
        _byId.Remove(Spread(user.Id), user.Slot);
        _users[user.Slot] = null;
        _vacant.Push(user.Slot);
        user.Slot = -1;
    }

    /// <summary>Numbers in sequence would fill an index like a ribbon; multiplied (Knuth) they are spread.</summary>
    private static uint Spread(long id) => (uint)id * 2_654_435_769;
}
