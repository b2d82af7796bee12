using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using CsCheck;
using UdpChat.Protocol.Relay;
using UdpChat.Protocol.Wire;

namespace UdpChat.Protocol.Tests.Relay;

public class ClientRegistryTests
{
    [Fact]
    public void It_finds_its_clients_by_address_and_by_name_and_in_the_order_of_their_last_signs_of_life() =>
        Gen.Select(Gen.Int[0, 3], Gen.Int[0, 15], Gen.Int[0, Names.Few.Length - 1], Gen.Int[0, 2]).Array[0, 200].Sample(steps =>
        {
            var registry = new ClientRegistry(new KeyedHash(1, 2));
            var model = new RegistryModel();
            uint tick = uint.MaxValue - 50;
            foreach ((int kind, int peer, int nameIndex, int ticks) in steps)
            {
                tick += (uint)ticks;
                string name = Names.Few[nameIndex];
                PeerAddress address = RelayFixture.Peer(peer);
                int client = registry.Find(address);
                switch (kind)
                {
                    case 0 when client < 0 && model.HasNoOther(name, address):
                        registry.Add(address, Names.Bytes(name), tick);
                        model.Add(address, name, tick);
                        break;
                    case 1 when client >= 0:
                        registry.Touch(client, tick);
                        model.Touch(address, tick);
                        break;
                    case 2 when client >= 0 && model.HasNoOther(name, address):
                        registry.Rename(client, Names.Bytes(name));
                        model.Rename(address, name);
                        break;
                    case 3 when client >= 0:
                        registry.Remove(client);
                        model.Remove(address);
                        break;
                }
                Same(model, registry);
            }
        }, iter: 100);

    [Fact]
    public void Those_of_whom_there_was_no_sign_are_at_the_head_so_that_finding_them_looks_at_no_other()
    {
        var registry = new ClientRegistry(new KeyedHash(1, 2));
        for (int i = 0; i < 10_000; i++)
            registry.Add(RelayFixture.Peer(i), Encoding.UTF8.GetBytes($"user{i}"), tick: 0);
        for (int i = 0; i < 10_000; i++)
        {
            if (i % 100 != 42)
                registry.Touch(registry.Find(RelayFixture.Peer(i)), tick: 1);
        }
        int client = registry.Oldest;
        for (int i = 0; i < 100; i++, client = registry[client].Newer)
            Assert.Equal(RelayFixture.Peer(100 * i + 42), registry[client].Address);
        for (; client >= 0; client = registry[client].Newer)
            Assert.Equal(1u, registry[client].LastSign);
    }

    [Fact]
    public void Clients_whose_hashes_are_the_same_are_told_apart()
    {
        var hash = new KeyedHash(1, 2);
        var registry = new ClientRegistry(hash);
        (int one, int other) = Collision(i => (uint)hash.Of(RelayFixture.Peer(i)));
        registry.Add(RelayFixture.Peer(one), "ONE"u8, tick: 0);
        Assert.Equal(-1, registry.Find(RelayFixture.Peer(other)));
        registry.Add(RelayFixture.Peer(other), "OTHER"u8, tick: 0);
        Assert.NotEqual(registry.Find(RelayFixture.Peer(one)), registry.Find(RelayFixture.Peer(other)));

        (one, other) = Collision(i => (uint)hash.Of(Encoding.UTF8.GetBytes($"USER{i}")));
        registry.Rename(registry.Oldest, Encoding.UTF8.GetBytes($"USER{one}"));
        Assert.Equal(registry.Oldest, Find(registry, $"USER{one}"));
        Assert.Equal(-1, Find(registry, $"USER{other}"));
    }

    /// <summary>Two numbers of the same 32-bit hash; among some 100,000 there is a pair.</summary>
    private static (int One, int Other) Collision(Func<int, uint> hash)
    {
        var seen = new Dictionary<uint, int>();
        for (int i = 0; ; i++)
        {
            if (!seen.TryAdd(hash(i), i))
                return (seen[hash(i)], i);
        }
    }

    private static void Same(RegistryModel model, ClientRegistry registry)
    {
        Assert.Equal(model.Count, registry.Count);
        int client = registry.Oldest;
        int older = -1;
        foreach ((PeerAddress address, string name, uint lastSign) in model.OldestFirst)
        {
            Assert.Equal((address, lastSign, older), (registry[client].Address, registry[client].LastSign, registry[client].Older));
            Assert.Equal(name, Encoding.UTF8.GetString(registry.Name(client)));
            Assert.Equal(client, registry.Find(address));
            Assert.Equal(client, Find(registry, name));
            Assert.Equal(client, Find(registry, name.ToLowerInvariant()));
            older = client;
            client = registry[client].Newer;
        }
        Assert.Equal(-1, client);
        for (int peer = 0; peer < 16; peer++)
            Assert.Equal(model.Has(RelayFixture.Peer(peer)), registry.Find(RelayFixture.Peer(peer)) >= 0);
        Assert.All(Names.Few, name => Assert.Equal(model.Has(name), Find(registry, name) >= 0));
    }

    private static int Find(ClientRegistry registry, string name)
    {
        Span<byte> folded = stackalloc byte[ChatName.MaxFoldedBytes];
        return registry.FindFolded(folded.Slice(0, ChatName.Fold(Encoding.UTF8.GetBytes(name), folded)));
    }

    /// <summary>The same in the plainest way.</summary>
    private sealed class RegistryModel
    {
        private readonly Dictionary<PeerAddress, string> _names = [];
        private readonly Dictionary<PeerAddress, uint> _lastSigns = [];
        private readonly LinkedList<PeerAddress> _order = [];

        public int Count => _names.Count;

        public IEnumerable<(PeerAddress Address, string Name, uint LastSign)> OldestFirst => _order.Select(address => (address, _names[address], _lastSigns[address]));

        public bool Has(PeerAddress address) => _names.ContainsKey(address);

        public bool Has(string name) => _names.Values.Contains(name, StringComparer.OrdinalIgnoreCase);

        public bool HasNoOther(string name, PeerAddress address) =>
            _names.All(entry => entry.Key == address || !string.Equals(entry.Value, name, StringComparison.OrdinalIgnoreCase));

        public void Add(PeerAddress address, string name, uint tick)
        {
            _names.Add(address, name);
            _lastSigns.Add(address, tick);
            _order.AddLast(address);
        }

        public void Rename(PeerAddress address, string name) => _names[address] = name;

        public void Touch(PeerAddress address, uint tick)
        {
            if (_lastSigns[address] == tick)
                return;
            _lastSigns[address] = tick;
            _order.Remove(address);
            _order.AddLast(address);
        }

        public void Remove(PeerAddress address)
        {
            _names.Remove(address);
            _lastSigns.Remove(address);
            _order.Remove(address);
        }
    }
}
