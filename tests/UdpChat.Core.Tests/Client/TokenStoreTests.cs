using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using UdpChat.Client;
using UdpChat.Core.Tests.Support;

namespace UdpChat.Core.Tests.Client;

public sealed class TokenStoreTests : IDisposable
{
    private static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeMilliseconds(1_000_000);
    private static readonly ChatServerAddress Server = ChatServerAddress.Parse("Example.org:9000");
    private static readonly string Token = string.Concat(Enumerable.Repeat("0f", 16));

    private readonly TemporaryFolder _folder = new();

    private string TokenPath => _folder["tokens"];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_token_is_made_once_and_survives_the_process()
    {
        TokenLease first = Store(1).Acquire(Server, "Bob", Now);
        TokenLease second = Store(2).Acquire(Server, "Bob", Now);

        Assert.Equal(16, first.Token.Length);
        Assert.Equal(first.Token, second.Token);
        Assert.Null(first.Warning);
    }

    [Fact]
    public void Each_relay_and_each_name_has_a_token_of_its_own()
    {
        TokenStore store = Store();
        var tokens = new HashSet<string>();
        foreach (string server in "a.example a.example:9001 192.0.2.1 [2001:db8::1]:9000".Split(' '))
        {
            foreach (string name in "Bob Annie Bobby".Split(' '))
                tokens.Add(Convert.ToHexString(store.Acquire(ChatServerAddress.Parse(server), name, Now).Token));
        }

        Assert.Equal(12, tokens.Count);
    }

    [Theory]
    [InlineData("EXAMPLE.ORG", "bob")]
    [InlineData("example.org:9000", "BOB")]
    public void Letter_case_makes_no_other_token(string server, string name)
    {
        byte[] token = Store(1).Acquire(Server, "Bob", Now).Token;

        Assert.Equal(token, Store(2).Acquire(ChatServerAddress.Parse(server), name, Now).Token);
    }

    [Fact]
    public void A_name_that_breaks_the_rules_has_no_token()
    {
        Assert.Throws<ChatNameException>(() => Store().Acquire(Server, "Bob the builder", Now));
        Assert.False(Directory.Exists(_folder.ToString()));
    }

    [Fact]
    public void An_incarnation_is_the_time_and_above_any_before_also_when_the_clock_goes_back()
    {
        long[] incarnations =
        [
            Store().Acquire(Server, "Bob", Now).Incarnation,
            Store().Acquire(Server, "Bob", Now).Incarnation,
            Store().Acquire(Server, "Bob", Now.AddDays(-1)).Incarnation,
            Store().Acquire(Server, "Bob", Now.AddSeconds(1)).Incarnation,
        ];

        Assert.Equal([1_000_000, 1_000_001, 1_000_002, 1_001_000], incarnations);
    }

    [Fact]
    public void The_incarnation_is_in_the_file_before_it_is_used()
    {
        TokenLease lease = Store().Acquire(Server, "Bob", Now);

#pragma warning disable CA1308 // The file has lower case.
        Assert.Equal($"udpchat-tokens 1\nexample.org:9000 BOB {Convert.ToHexString(lease.Token).ToLowerInvariant()} 1000000\n", File.ReadAllText(TokenPath));
#pragma warning restore CA1308
    }

    [Fact]
    public void A_token_goes_to_another_machine_by_export_and_import()
    {
        using var there = new TemporaryFolder();
        TokenLease here = Store(1).Acquire(Server, "Bob", Now);

        string? exported = Store().Export(Server, "bob");
        var store = new TokenStore(there.ToString(), new SeededRandomSource(2));
        store.Import(Server, "Bob", exported!);

        Assert.Matches("^[0-9a-f]{32}$", exported);
        Assert.Equal(here.Token, store.Acquire(Server, "Bob", Now).Token);
    }

    [Fact]
    public void An_imported_token_replaces_another_and_starts_its_incarnations_anew()
    {
        TokenStore store = Store();
        store.Acquire(Server, "Bob", Now.AddYears(1));

        store.Import(Server, "Bob", Token.ToUpperInvariant());

        Assert.Equal(Token, store.Export(Server, "Bob"));
        Assert.Equal(1_000_000, store.Acquire(Server, "Bob", Now).Incarnation);
    }

    [Fact]
    public void Importing_the_same_token_again_goes_on_with_its_incarnations()
    {
        TokenStore store = Store();
        TokenLease lease = store.Acquire(Server, "Bob", Now);

        store.Import(Server, "Bob", store.Export(Server, "Bob")!);

        Assert.Equal(lease.Incarnation + 1, store.Acquire(Server, "Bob", Now).Incarnation);
    }

    [Theory]
    [InlineData("")]
    [InlineData("0f0f")]
    [InlineData("0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0g")]
    [InlineData("0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f")]
    [InlineData(" f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f")]
    public void What_is_not_a_token_is_not_imported_and_not_repeated(string text)
    {
        ChatTokenException exception = Assert.Throws<ChatTokenException>(() => Store().Import(Server, "Bob", text));

        Assert.Equal("This is not a token; a token is 32 hexadecimal digits.", exception.Message);
        Assert.False(File.Exists(TokenPath));
    }

    [Fact]
    public void A_removed_token_is_gone_and_the_others_stay()
    {
        TokenStore store = Store();
        store.Acquire(Server, "Bob", Now);
        store.Acquire(Server, "Annie", Now);

        Assert.True(store.Remove(Server, "BOB"));

        Assert.False(store.Remove(Server, "Bob"));
        Assert.Null(store.Export(Server, "Bob"));
        Assert.NotNull(store.Export(Server, "Annie"));
    }

    [Fact]
    public void Asking_for_a_token_creates_nothing()
    {
        Assert.Null(Store().Export(Server, "Bob"));
        Assert.False(Store().Remove(Server, "Bob"));
        Assert.False(Directory.Exists(_folder.ToString()));
    }

    [Fact]
    public void Without_a_folder_a_token_lasts_as_long_as_the_process_and_says_so()
    {
        TokenStore store = new(null, new SeededRandomSource(1));

        TokenLease first = store.Acquire(Server, "Bob", Now);
        TokenLease second = store.Acquire(Server, "Bob", Now);

        Assert.Equal(first.Token, second.Token);
        Assert.Equal(first.Incarnation + 1, second.Incarnation);
        Assert.Equal("This user has no folder for the token of Bob, so it ends with this process; set UDPCHAT_DATA to a folder.", first.Warning);
        Assert.NotNull(store.Export(Server, "Bob"));
        Assert.Throws<ChatTokenException>(() => store.Import(Server, "Bob", Token));
        Assert.True(store.Remove(Server, "Bob"));
        Assert.Null(store.Export(Server, "Bob"));
    }

    [Fact]
    public void Where_nothing_can_be_written_a_token_lasts_as_long_as_the_process_and_is_written_when_it_can()
    {
        File.WriteAllText(_folder.ToString(), "a file where the folder should be");
        TokenStore store = Store(1);

        TokenLease first = store.Acquire(Server, "Bob", Now);
        ChatTokenException exception = Assert.Throws<ChatTokenException>(() => store.Import(Server, "Annie", Token));
        File.Delete(_folder.ToString());
        TokenLease second = store.Acquire(Server, "Bob", Now);

        Assert.StartsWith($"The token of Bob can't be written to {TokenPath} and ends with this process (", first.Warning, StringComparison.Ordinal);
        Assert.StartsWith($"The token file {TokenPath} can't be written (", exception.Message, StringComparison.Ordinal);
        Assert.Null(second.Warning);
        Assert.Equal(first.Token, second.Token);
        Assert.Equal(first.Incarnation + 1, second.Incarnation);
        Assert.Equal(first.Token, Store(2).Acquire(Server, "Bob", Now).Token);
    }

    [Fact]
    public void A_file_that_can_only_be_read_gives_its_token()
    {
        byte[] token = Store(1).Acquire(Server, "Bob", Now).Token;
        Directory.CreateDirectory(_folder["tokens.new"]); // Nothing can be written beside the file.

        TokenStore store = Store(2);
        TokenLease next = store.Acquire(Server, "Bob", Now);

        Assert.Equal(token, next.Token);
        Assert.Equal(1_000_001, next.Incarnation);
        Assert.NotNull(next.Warning);
        Assert.Equal(1_000_002, store.Acquire(Server, "Bob", Now).Incarnation);
        Assert.Throws<ChatTokenException>(() => store.Remove(Server, "Bob"));
    }

    private TokenStore Store(int seed = 1) => new(_folder.ToString(), new SeededRandomSource(seed));
}
