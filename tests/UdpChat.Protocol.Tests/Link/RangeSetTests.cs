using System.Collections.Generic;
using System.Linq;
using CsCheck;
using UdpChat.Protocol.Link;

namespace UdpChat.Protocol.Tests.Link;

public class RangeSetTests
{
    [Fact]
    public void It_holds_what_a_set_of_numbers_holds() => Gen.Select(Gen.Int[0, 9], Gen.Int[0, 60], Gen.Int[0, 8]).Array[0, 100].Sample(steps =>
    {
        var set = new RangeSet();
        var model = new HashSet<long>();
        foreach ((int step, int first, int more) in steps)
        {
            switch (step)
            {
                case 0:
                    set.RemoveThrough(first);
                    model.RemoveWhere(number => number <= first);
                    break;
                case 1 when set.Count > 0:
                    long last = set.Ranges[0].Last;
                    set.RemoveFirstRange();
                    model.RemoveWhere(number => number <= last);
                    break;
                case 2 when more == 8:
                    set.Clear();
                    model.Clear();
                    break;
                case < 6:
                    set.Add(first);
                    model.Add(first);
                    break;
                default:
                    set.Add(first, first + more);
                    model.UnionWith(Enumerable.Range(first, more + 1).Select(number => (long)number));
                    break;
            }
            Equal(model, set);
        }
    }, iter: 500);

    [Fact]
    public void Numbers_in_sequence_are_one_range()
    {
        var set = new RangeSet();
        for (int i = 1; i <= 1_000; i++)
            set.Add(i);
        Assert.Equal((1, 1L, 1_000L), (set.Count, set.First, set.Last));
        set.RemoveThrough(999);
        Assert.Equal((1, 1_000L, 1_000L), (set.Count, set.First, set.Last));
        set.RemoveThrough(1_000);
        Assert.Equal((0, -1L, -1L), (set.Count, set.First, set.Last));
    }

    private static void Equal(HashSet<long> model, RangeSet set)
    {
        var numbers = new List<long>();
        long before = -2;
        foreach (RangeSet.Range range in set.Ranges)
        {
            Assert.True(range.First > before + 1 && range.Last >= range.First); // ascending, and not touching
            before = range.Last;
            for (long number = range.First; number <= range.Last; number++)
                numbers.Add(number);
        }
        Assert.Equal(model.Order(), numbers);
        Assert.Equal(numbers.Count == 0 ? -1 : numbers[0], set.First);
        Assert.Equal(numbers.Count == 0 ? -1 : numbers[^1], set.Last);
        for (long number = 0; number <= 70; number++)
            Assert.Equal(model.Contains(number), set.Contains(number));
    }
}
