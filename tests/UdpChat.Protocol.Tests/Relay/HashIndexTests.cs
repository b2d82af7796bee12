using System.Collections.Generic;
using System.Linq;
using CsCheck;
using UdpChat.Protocol.Relay;
using UdpChat.Testing;

namespace UdpChat.Protocol.Tests.Relay;

public class HashIndexTests
{
    /// <summary>Few hashes, close together at both ends of the table, so that runs of slots collide, grow together and wrap around.</summary>
    private static readonly Gen<ulong> Hash = Gen.OneOf(Gen.ULong[0, 5], Gen.ULong[0xFFFF_FFFA, 0xFFFF_FFFF], Gen.ULong[0x1_0000_0000, 0x1_0000_0003]);

    [Fact]
    public void It_finds_what_was_added_and_not_removed() => Gen.Select(Hash, Gen.Int[0, 9]).Array[0, 300].Sample(steps =>
    {
        var index = new HashIndex();
        var model = new Dictionary<uint, HashSet<int>>();
        int number = 0;
        foreach ((ulong hash, int step) in steps)
        {
            HashSet<int> same = Same(model, hash);
            if (step < 5 || same.Count == 0)
            {
                index.Add(hash, number);
                same.Add(number++);
            }
            else
            {
                int victim = same.ElementAt(step % same.Count);
                index.Remove(hash, victim);
                same.Remove(victim);
            }
            Assert.True(same.SetEquals(Numbers(index, hash)));
        }
        foreach ((uint known, HashSet<int> numbers) in model)
            Assert.Equal(numbers.Order(), Numbers(index, known).Order());
    }, iter: 1_000);

    [Fact]
    public void It_finds_all_while_it_grows_and_shrinks()
    {
        const int Count = 50_000;
        var random = new SeededRandom(3);
        ulong[] hashes = [.. Enumerable.Range(0, Count).Select(_ => random.NextUInt64())];
        var index = new HashIndex();
        for (int i = 0; i < Count; i++)
            index.Add(hashes[i], i);
        Assert.All(Enumerable.Range(0, Count), i => Assert.Contains(i, Numbers(index, hashes[i])));
        for (int i = 0; i < Count; i++)
        {
            if (i % 1000 != 0)
                index.Remove(hashes[i], i);
        }
        for (int i = 0; i < Count; i++)
            Assert.Equal(i % 1000 == 0, Numbers(index, hashes[i]).Contains(i));
        for (int i = 0; i < Count; i += 1000)
            index.Remove(hashes[i], i);
        Assert.All(hashes, hash => Assert.Empty(Numbers(index, hash)));
    }

    [Fact]
    public void It_holds_the_largest_number_and_any_hash()
    {
        var index = new HashIndex();
        index.Add(0, 0);
        index.Add(0, RelayOptions.MaxMaxClients);
        index.Add(ulong.MaxValue, 1);
        Assert.Equal([0, RelayOptions.MaxMaxClients], Numbers(index, 0).Order());
        Assert.Equal([1], Numbers(index, ulong.MaxValue));
        Assert.Empty(Numbers(index, 1));
    }

    private static HashSet<int> Same(Dictionary<uint, HashSet<int>> model, ulong hash)
    {
        if (!model.TryGetValue((uint)hash, out HashSet<int>? same))
            model.Add((uint)hash, same = []);
        return same;
    }

    private static List<int> Numbers(HashIndex index, ulong hash)
    {
        var numbers = new List<int>();
        HashIndex.Probe probe = index.Find(hash);
        while (probe.MoveNext())
            numbers.Add(probe.Number);
        return numbers;
    }
}
