using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text;
using CsCheck;
using UdpChat.Protocol.Relay;
using UdpChat.Testing;

namespace UdpChat.Protocol.Tests.Relay;

public class ClientSlabTests
{
    [Fact]
    public void Each_record_is_its_owners_until_it_is_given_back() => Gen.Int[0, 99].Array[0, 3_000].Sample(steps =>
    {
        // Runs of the same kind, so that chunks fill and empty.
        var slab = new ClientSlab();
        var model = new Dictionary<int, string>();
        for (int i = 0; i < steps.Length; i++)
        {
            if (steps[i / 500 * 500] % 2 == 0 ? steps[i] < 90 : steps[i] < 10)
            {
                int number = slab.Rent();
                string name = "n" + i.ToString(CultureInfo.InvariantCulture);
                Assert.True(model.TryAdd(number, name), $"{number} is in use already");
                Assert.Equal((0u, default), (slab[number].LastSign, slab[number].Address));
                slab.SetName(number, Encoding.UTF8.GetBytes(name));
                slab[number].LastSign = (uint)number;
            }
            else if (model.Count > 0)
            {
                int number = model.Keys.ElementAt(steps[i] * 7 % model.Count);
                slab.Return(number);
                model.Remove(number);
            }
        }
        foreach ((int number, string name) in model)
            Assert.Equal(((uint)number, name), (slab[number].LastSign, Encoding.UTF8.GetString(slab.Name(number))));
    }, iter: 50);

    [Fact]
    public void Numbers_are_used_again_so_that_they_stay_small()
    {
        const int Count = 10_000;
        var slab = new ClientSlab();
        var random = new SeededRandom(5);
        var numbers = new List<int>();
        for (int round = 0; round < 20; round++)
        {
            while (numbers.Count < Count)
                numbers.Add(slab.Rent());
            Assert.InRange(numbers.Max(), 0, Count + 1_024);
            Assert.Equal(Count, numbers.Distinct().Count());
            while (numbers.Count > Count * (round % 3) / 4)
            {
                int at = random.Next(numbers.Count);
                slab.Return(numbers[at]);
                numbers[at] = numbers[^1];
                numbers.RemoveAt(numbers.Count - 1);
            }
        }
    }
}
