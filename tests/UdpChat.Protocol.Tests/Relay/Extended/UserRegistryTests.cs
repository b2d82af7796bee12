using System.Linq;
using UdpChat.Protocol.Relay;
using UdpChat.Protocol.Relay.Users;

namespace UdpChat.Protocol.Tests.Relay.Extended;

/// <summary>The reserved names of a relay, found by name and by number.</summary>
public class UserRegistryTests
{
    private const int Many = 5_000;

    private readonly UserRegistry _users = new(new KeyedHash(1, 2));

    [Theory]
    [InlineData(1_024)]
    [InlineData(1_025)]
    [InlineData(1_300)]
    [InlineData(4_900)]
    public void After_many_have_gone_the_others_are_found_by_name_and_number_and_those_not(int gone)
    {
        User[] users = [.. Enumerable.Range(0, Many).Select(number => new User(10 + 3 * number, Names.Bytes($"user{number}")))];
        foreach (User user in users)
            _users.Add(user);
        foreach (User user in users.Take(gone))
            _users.Remove(user);
        Assert.Equal(Many - gone, _users.Count);
        for (int i = 0; i < Many; i++)
        {
            User? expected = i < gone ? null : users[i];
            Assert.Same(expected, _users.Find(users[i].Name));
            Assert.Same(expected, _users.Find(users[i].Id));
        }
        Assert.Equal(users.Skip(gone), Enumerable.Range(0, _users.Slots).Select(_users.At).OfType<User>());
    }

    [Fact]
    public void Places_of_those_who_have_gone_do_not_pile_up()
    {
        for (int i = 1; i <= 20 * Many; i++)
        {
            var user = new User(i, Names.Bytes("Bob"));
            _users.Add(user);
            _users.Remove(user);
        }
        Assert.Equal(0, _users.Count);
        Assert.InRange(_users.Slots, 0, 2_000);
    }

    [Fact]
    public void A_name_that_is_free_again_is_its_new_owners()
    {
        User first = new(1, Names.Bytes("Bob")), second = new(2, Names.Bytes("bob"));
        _users.Add(first);
        _users.Remove(first);
        Assert.Null(_users.Find("Bob"u8));
        _users.Add(second);
        Assert.Same(second, _users.Find("Bob"u8));
        Assert.Null(_users.Find(1));
    }

    [Theory]
    [InlineData("Bob", "bOB", true)]
    [InlineData("Zoë", "ZOË", true)]
    [InlineData("Bob", "Bobb", false)]
    [InlineData("ß", "ss", false)]
    public void Names_that_differ_in_letter_case_only_are_one(string name, string written, bool isSame)
    {
        var user = new User(1, Names.Bytes(name));
        _users.Add(user);
        Assert.Equal(isSame ? user : null, _users.Find(Names.Bytes(written)));
    }
}
