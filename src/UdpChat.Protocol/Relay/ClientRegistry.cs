using System;
using UdpChat.Protocol.Wire;

namespace UdpChat.Protocol.Relay;

/// <summary>
/// The clients of a relay: found by address and by name, and in the order of their last sign of life, so that finding
/// the silent ones never means looking at the others.
/// </summary>
internal sealed class ClientRegistry(KeyedHash hash)
{
    private readonly ClientSlab _clients = new();
    private readonly HashIndex _byAddress = new();
    private readonly HashIndex _byName = new();
    private int _oldest = -1;
    private int _newest = -1;

    /// <summary>How many clients there are.</summary>
    public int Count { get; private set; }

    /// <summary>The client whose last sign of life is the oldest, or -1.</summary>
    public int Oldest => _oldest;

    /// <summary>What is remembered of a client.</summary>
    public ref ClientRecord this[int client] => ref _clients[client];

    /// <summary>A client's name, in NFC, in its owner's letter case.</summary>
    public ReadOnlySpan<byte> Name(int client) => _clients.Name(client);

    /// <summary>The client at an address, or -1.</summary>
    public int Find(in PeerAddress address)
    {
        HashIndex.Probe probe = _byAddress.Find(hash.Of(address));
        while (probe.MoveNext())
        {
            if (_clients[probe.Number].Address == address)
                return probe.Number;
        }
        return -1;
    }

    /// <summary>The client with a name, or -1.</summary>
    /// <param name="folded">The name as <see cref="ChatName.Fold"/> writes it.</param>
    public int FindFolded(ReadOnlySpan<byte> folded)
    {
        Span<byte> other = stackalloc byte[ChatName.MaxFoldedBytes];
        HashIndex.Probe probe = _byName.Find(hash.Of(folded));
        while (probe.MoveNext())
        {
            int length = ChatName.Fold(_clients.Name(probe.Number), other);
            if (folded.SequenceEqual(other.Slice(0, length)))
                return probe.Number;
        }
        return -1;
    }

    /// <summary>Adds a client. Neither its address nor its name may be there already.</summary>
    /// <returns>Its number, under which it is known until it is removed.</returns>
    public int Add(in PeerAddress address, ReadOnlySpan<byte> name, uint tick)
    {
        int client = _clients.Rent();
        ref ClientRecord record = ref _clients[client];
        record.Address = address;
        record.AddressHash = (uint)hash.Of(address);
        record.LastSign = tick;
        _byAddress.Add(record.AddressHash, client);
        AddName(client, name);
        LinkNewest(client);
        Count++;
        return client;
    }

    /// <summary>Gives a client another name, which may not be there already unless it is its own in other letter case.</summary>
    public void Rename(int client, ReadOnlySpan<byte> name)
    {
        _byName.Remove(_clients[client].NameHash, client);
        AddName(client, name);
    }

    /// <summary>Notes a sign of life. It costs something only at the first of each tick.</summary>
    public void Touch(int client, uint tick)
    {
        ref ClientRecord record = ref _clients[client];
        if (record.LastSign == tick)
            return;
        record.LastSign = tick;
        if (client != _newest)
        {
            Unlink(client);
            LinkNewest(client);
        }
    }

    /// <summary>Removes a client.</summary>
    public void Remove(int client)
    {
        ref ClientRecord record = ref _clients[client];
        _byAddress.Remove(record.AddressHash, client);
        _byName.Remove(record.NameHash, client);
        Unlink(client);
        _clients.Return(client);
        Count--;
    }

    private void AddName(int client, ReadOnlySpan<byte> name)
    {
        Span<byte> folded = stackalloc byte[ChatName.MaxFoldedBytes];
        uint nameHash = (uint)hash.Of(folded.Slice(0, ChatName.Fold(name, folded)));
        _clients[client].NameHash = nameHash;
        _clients.SetName(client, name);
        _byName.Add(nameHash, client);
    }

    private void LinkNewest(int client)
    {
        ref ClientRecord record = ref _clients[client];
        record.Older = _newest;
        record.Newer = -1;
        if (_newest >= 0)
            _clients[_newest].Newer = client;
        else
            _oldest = client;
        _newest = client;
    }

    private void Unlink(int client)
    {
        ref ClientRecord record = ref _clients[client];
        if (record.Older >= 0)
            _clients[record.Older].Newer = record.Newer;
        else
            _oldest = record.Newer;
        if (record.Newer >= 0)
            _clients[record.Newer].Older = record.Older;
        else
            _newest = record.Older;
    }
}
