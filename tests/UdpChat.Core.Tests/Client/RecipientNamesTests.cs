using System;
using System.Linq;
using System.Text;
using UdpChat.Client;

namespace UdpChat.Core.Tests.Client;

public class RecipientNamesTests
{
    private int _checks;

    [Fact]
    public void Names_that_take_turns_are_checked_once()
    {
        RecipientNames names = Create();
        string[] texts = ["Annie", "Bob", "Jörg"];

        for (int round = 0; round < 3; round++)
        {
            foreach (string text in texts)
            {
                Assert.Equal(Encoding.UTF8.GetBytes(text), names.Check(text));
                Assert.Equal(Encoding.UTF8.GetBytes(text), names.Check(Encoding.UTF8.GetBytes(text)));
            }
        }

        Assert.Equal(2 * texts.Length, _checks);
        Assert.Same(names.Check("Bob"), names.Check("Bob"));
        Assert.Same(names.Check("Bob"u8), names.Check("Bob"u8));
    }

    [Fact]
    public void However_many_names_there_are_each_is_its_own()
    {
        RecipientNames names = Create();

        for (int round = 0; round < 2; round++)
        {
            foreach (string text in Enumerable.Range(0, 1_000).Select(i => $"user{i}"))
            {
                Assert.Equal(Encoding.UTF8.GetBytes(text), names.Check(text));
                Assert.Equal(Encoding.UTF8.GetBytes(text), names.Check(Encoding.UTF8.GetBytes(text)));
            }
        }
    }

    [Fact]
    public void What_is_written_otherwise_than_it_goes_out_is_checked_each_time()
    {
        RecipientNames names = Create();

        for (int i = 0; i < 2; i++)
            Assert.Equal("loud"u8.ToArray(), names.Check("LOUD"u8));

        Assert.Equal(2, _checks);
    }

    [Fact]
    public void A_bad_name_is_refused_each_time()
    {
        RecipientNames names = Create();

        for (int i = 0; i < 2; i++)
        {
            Assert.Throws<InvalidTimeZoneException>(() => names.Check("bad"));
            Assert.Throws<InvalidTimeZoneException>(() => names.Check("bad"u8));
            Assert.Throws<ChatSendException>(() => names.Check([0xFF]));
        }
    }

    private RecipientNames Create() => new(name =>
    {
        _checks++;
        return name == "bad" ? throw new InvalidTimeZoneException() : Encoding.UTF8.GetBytes(name == "LOUD" ? "loud" : name);
    });
}
