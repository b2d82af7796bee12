using System.Collections.Generic;
using CsCheck;
using UdpChat.Protocol.Link;

namespace UdpChat.Protocol.Tests.Link;

public class SentDatagramsTests
{
    [Fact]
    public void They_are_found_by_number_while_they_come_and_go() => Gen.Select(Gen.Int[0, 2], Gen.Int[1, 20]).Array[0, 60].Sample(steps =>
    {
        var sent = new SentDatagrams();
        var model = new List<long>();
        long next = 1;
        foreach ((int step, int count) in steps)
        {
            for (int i = 0; i < count; i++)
            {
                if (step < 2)
                {
                    next += 1 + count % 3; // the numbers of acknowledgements are left out
                    sent.Add(new SentDatagrams.Entry { Number = next });
                    model.Add(next);
                }
                else if (model.Count > 0)
                {
                    sent.RemoveFirst();
                    model.RemoveAt(0);
                }
            }
            Assert.Equal(model.Count, sent.Count);
            for (int i = 0; i < model.Count; i++)
            {
                Assert.Equal(model[i], sent[i].Number);
                Assert.Equal(i, sent.Find(model[i]));
                Assert.Equal(i == 0 || model[i - 1] < model[i] - 1 ? i : i - 1, sent.Find(model[i] - 1));
            }
            Assert.Equal(model.Count, sent.Find(next + 1));
        }
        sent.Release();
        Assert.Equal(0, sent.Count);
    }, iter: 200);
}
