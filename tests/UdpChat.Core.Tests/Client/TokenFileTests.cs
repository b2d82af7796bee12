using System;
using System.Collections.Concurrent;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Runtime.Versioning;
using System.Threading.Tasks;
using UdpChat.Client;
using UdpChat.Core.Tests.Support;

namespace UdpChat.Core.Tests.Client;

public sealed class TokenFileTests : IDisposable
{
    private const string FolderVariable = "UDPCHAT_TEST_TOKENS";
    private const UnixFileMode Mode600 = UnixFileMode.UserRead | UnixFileMode.UserWrite, Mode644 = Mode600 | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    private static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeMilliseconds(1_000_000);
    private static readonly ChatServerAddress Server = ChatServerAddress.Parse("Example.org:9000");
    private static readonly string Token = string.Concat(Enumerable.Repeat("0f", 16));

    private readonly TemporaryFolder _folder = new();

    private string TokenPath => _folder["tokens"];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("")]
    [InlineData("udpchat-tokens 1")]
    [InlineData("something else\n")]
    [InlineData("udpchat-tokens 1\nexample.org:9000 BOB\n")]
    [InlineData("udpchat-tokens 1\nexample.org:9000 BOB 0f0f 5\n")]
    [InlineData("udpchat-tokens 1\nexample.org:9000 BOB 0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f -5\n")]
    [InlineData("udpchat-tokens 1\nexample.org:9000 BOB 0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f 17600000")] // cut
    [InlineData("udpchat-tokens 1\nexample.org:9000 BOB 0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f 5\nexample.org:9000 BOB 0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f 6\n")]
    [InlineData("udpchat-tokens 1\n\n")]
    public void A_damaged_file_is_named_and_left_as_it_is(string content)
    {
        WriteFile(content);

        ChatTokenException exception = Assert.Throws<ChatTokenException>(() => Store().Acquire(Server, "Bob", Now));

        Assert.StartsWith($"The token file {TokenPath} is damaged; restore it from a copy, or delete it", exception.Message, StringComparison.Ordinal);
        Assert.Equal(exception.Message, Assert.Throws<ChatTokenException>(() => Store().Export(Server, "Bob")).Message);
        Assert.Equal(exception.Message, Assert.Throws<ChatTokenException>(() => Store().Import(Server, "Bob", Token)).Message);
        Assert.Equal(content, File.ReadAllText(TokenPath));
    }

    [Fact]
    public void A_file_of_another_version_is_left_as_it_is()
    {
        WriteFile("udpchat-tokens 2\nwhatever that holds\n");

        ChatTokenException exception = Assert.Throws<ChatTokenException>(() => Store().Acquire(Server, "Bob", Now));

        Assert.Equal($"The token file {TokenPath} is of version '2', and this UdpChat reads version 1; update UdpChat, or set UDPCHAT_DATA to another folder.", exception.Message);
        Assert.Equal("udpchat-tokens 2\nwhatever that holds\n", File.ReadAllText(TokenPath));
    }

    [Fact]
    public void A_file_that_an_editor_saved_with_other_line_ends_is_read()
    {
        WriteFile($"udpchat-tokens 1\r\nexample.org:9000 BOB {Token} 5\r\n");

        Assert.Equal(Token, Store().Export(Server, "Bob"));
    }

    [Fact]
    public void What_a_crash_left_half_written_does_not_count_and_is_overwritten()
    {
        byte[] token = Store(1).Acquire(Server, "Bob", Now).Token;
        File.WriteAllText(_folder["tokens.new"], "udpchat-tok");

        TokenLease next = Store(2).Acquire(Server, "Bob", Now);

        Assert.Equal(token, next.Token);
        Assert.Equal(1_000_001, next.Incarnation);
        Assert.False(File.Exists(_folder["tokens.new"]));
    }

    [Fact]
    public void A_reader_never_sees_a_file_half_written()
    {
        WriteFile($"udpchat-tokens 1\nexample.org:9000 BOB {Token} 5\n");
        using FileStream before = new(TokenPath, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);

        Store().Acquire(Server, "Annie", Now);

        // Who had the file open reads the old one to its end: it was replaced, not written over.
        Assert.Equal($"udpchat-tokens 1\nexample.org:9000 BOB {Token} 5\n", new StreamReader(before).ReadToEnd());
        Assert.Contains("ANNIE", File.ReadAllText(TokenPath), StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_stays_locked_is_an_error_and_nothing_changes()
    {
        TokenStore store = new(_folder.ToString(), new SeededRandomSource(1), TimeSpan.Zero);
        store.Acquire(Server, "Bob", Now);
        string before = File.ReadAllText(TokenPath);

        using (OwnerOnly.Open(_folder["tokens.lock"], FileMode.OpenOrCreate))
        {
            ChatTokenException exception = Assert.Throws<ChatTokenException>(() => store.Acquire(Server, "Bob", Now));
            Assert.StartsWith($"Another process has locked the token file {TokenPath}", exception.Message, StringComparison.Ordinal);
            Assert.Throws<ChatTokenException>(() => store.Export(Server, "Bob"));
        }

        Assert.Equal(before, File.ReadAllText(TokenPath));
        Assert.Equal(1_000_001, store.Acquire(Server, "Bob", Now).Incarnation);
    }

    [Fact]
    public async Task Many_threads_never_get_the_same_incarnation_or_another_token()
    {
        const int Threads = 8, Each = 10;
        var leases = new ConcurrentBag<TokenLease>();

        await Task.WhenAll(Enumerable.Range(0, Threads).Select(thread => Task.Run(() =>
        {
            TokenStore store = Store(thread);
            for (int i = 0; i < Each; i++)
                leases.Add(store.Acquire(Server, "Bob", Now));
        }))).InTime();

        Assert.Equal(Enumerable.Range(1_000_000, Threads * Each).Select(i => (long)i), leases.Select(l => l.Incarnation).Order());
        Assert.Single(leases.Select(l => Convert.ToHexString(l.Token)).Distinct());
    }

    [Fact]
    public async Task The_lock_keeps_out_other_processes()
    {
        Store().Acquire(Server, "Bob", Now);
        using FileStream held = OwnerOnly.Open(_folder["tokens.lock"], FileMode.OpenOrCreate);
        using Process other = StartOther();
        try
        {
            await other.WaitForExitAsync().InTime();
            Assert.Equal(0, other.ExitCode);
        }
        finally
        {
            if (!other.HasExited)
                other.Kill();
        }
    }

    /// <summary>What that process does; run by it alone.</summary>
    [Fact(Explicit = true)]
    public void In_another_process_the_file_is_locked()
    {
        var store = new TokenStore(Environment.GetEnvironmentVariable(FolderVariable)!, new SeededRandomSource(1), TimeSpan.Zero);

        ChatTokenException exception = Assert.Throws<ChatTokenException>(() => store.Acquire(Server, "Bob", Now));

        Assert.StartsWith("Another process has locked the token file ", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    [UnsupportedOSPlatform("windows")]
    public void Only_its_owner_can_read_the_file_and_see_the_folder()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has the rights of the profile's folder.");

        Store().Acquire(Server, "Bob", Now);

        Assert.Equal(Mode600 | UnixFileMode.UserExecute, File.GetUnixFileMode(_folder.ToString()));
        Assert.All(Directory.GetFiles(_folder.ToString()), file => Assert.Equal(Mode600, File.GetUnixFileMode(file)));
        Assert.Equal(2, Directory.GetFiles(_folder.ToString()).Length);
    }

    [Fact]
    [UnsupportedOSPlatform("windows")]
    public void The_rights_of_a_file_that_others_could_read_are_corrected()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has the rights of the profile's folder.");
        Store().Acquire(Server, "Bob", Now);

        File.SetUnixFileMode(TokenPath, Mode644);
        Store().Export(Server, "Bob");
        UnixFileMode whenRead = File.GetUnixFileMode(TokenPath);
        File.SetUnixFileMode(TokenPath, Mode644);
        File.WriteAllText(_folder["tokens.new"], "");
        File.SetUnixFileMode(_folder["tokens.new"], Mode644);
        Store().Acquire(Server, "Bob", Now);

        Assert.Equal((Mode600, Mode600), (whenRead, File.GetUnixFileMode(TokenPath)));
    }

    private TokenStore Store(int seed = 1) => new(_folder.ToString(), new SeededRandomSource(seed));

    private void WriteFile(string content)
    {
        Directory.CreateDirectory(_folder.ToString());
        File.WriteAllText(TokenPath, content);
    }

    private Process StartOther()
    {
        var start = new ProcessStartInfo(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet") { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (string argument in new[] { "exec", typeof(TokenFileTests).Assembly.Location, "-explicit", "only", "-method", $"{typeof(TokenFileTests).FullName}.{nameof(In_another_process_the_file_is_locked)}" })
            start.ArgumentList.Add(argument);
        start.Environment[FolderVariable] = _folder.ToString();
        var process = Process.Start(start)!;
        process.OutputDataReceived += static (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return process;
    }
}
