using System.Collections.Generic;
using System.Linq;
using CsCheck;
using UdpChat.Protocol.Link;

namespace UdpChat.Protocol.Tests.Link;

public class DatagramNumbersTests
{
    [Fact]
    public void They_are_what_a_set_of_numbers_is_and_its_ranges_ascend() => Gen.Select(Gen.Int[0, 9], Gen.Int[0, 30]).Array[0, 100].Sample(steps =>
    {
        var pool = new LinkPool(new MemoryBudget(0));
        var numbers = new DatagramNumbers();
        var model = new HashSet<long>();
        foreach ((int step, int number) in steps)
        {
            if (step < 2)
            {
                numbers.RemoveThrough(number, pool);
                model.RemoveWhere(other => other <= number);
            }
            else
            {
                long added = step < 6 ? numbers.Last + 1 : number;
                numbers.Add(added, pool);
                model.Add(added);
            }
            Equal(model, numbers);
        }
    }, iter: 1_000);

    [Fact]
    public void A_set_that_is_one_range_again_has_no_memory_of_its_own()
    {
        var pool = new LinkPool(new MemoryBudget(0));
        RangeSet spare = pool.RentRanges();
        spare.Add(7);
        pool.Return(spare);
        var numbers = new DatagramNumbers();
        numbers.Add(1, pool);
        numbers.Add(3, pool);
        Assert.NotSame(spare, pool.RentRanges());
        numbers.Add(2, pool);
        Assert.Same(spare, pool.RentRanges());
        Assert.Equal(0, spare.Count);
    }

    private static void Equal(HashSet<long> model, DatagramNumbers numbers)
    {
        var actual = new List<long>();
        long before = -2;
        for (int i = 0; i < numbers.Count; i++)
        {
            RangeSet.Range range = numbers[i];
            Assert.True(range.First > before + 1 && range.Last >= range.First); // ascending, and not touching
            before = range.Last;
            for (long number = range.First; number <= range.Last; number++)
                actual.Add(number);
        }
        Assert.Equal(model.Order(), actual);
        Assert.Equal(model.Count == 0 ? -1 : model.Max(), numbers.Last);
        for (long number = 0; number <= 140; number++)
            Assert.Equal(model.Contains(number), numbers.Contains(number));
    }
}
