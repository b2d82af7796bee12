using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;

namespace UdpChat.Protocol.Tests;

/// <summary>What the analyzers can't see: keywords. One thread owns a state machine, so nothing in it may speak of threads.</summary>
public partial class SourceRuleTests
{
    /// <summary>They are written by one thread and read by any, which is all that they use threading for.</summary>
    private static readonly string[] MayReadVolatile = ["RelayCounters.cs", "ClientCounters.cs"];

    [Fact]
    public void The_protocol_has_no_lock_and_no_threading()
    {
        string source = Path.Combine(Path.GetDirectoryName(ThisFile())!, "..", "..", "src", "UdpChat.Protocol");
        List<string> files = [.. Directory.EnumerateFiles(source, "*.cs", SearchOption.AllDirectories).Where(file => !BuildOutput().IsMatch(Path.GetRelativePath(source, file)))];
        Assert.Contains(files, file => file.EndsWith("RelayMachine.cs", System.StringComparison.Ordinal));
        Assert.All(files, file =>
        {
            string code = Comment().Replace(File.ReadAllText(file), "");
            if (MayReadVolatile.Contains(Path.GetFileName(file)))
                code = AllowedVolatile().Replace(code, "");
            Assert.DoesNotMatch(Threading(), code);
        });
    }

    [Theory]
    [InlineData("lock (_gate)")]
    [InlineData("lock(this) {")]
    [InlineData("private volatile bool _stopping;")]
    [InlineData("Volatile.Write(ref x, 1);")]
    [InlineData("Monitor.Enter(x);")]
    [InlineData("Interlocked.Increment(ref x);")]
    [InlineData("using System.Threading;")]
    [InlineData("[ThreadStatic]")]
    [InlineData("async Task")]
    [InlineData("await x")]
    public void The_rule_finds(string code) => Assert.Matches(Threading(), code);

    [Theory]
    [InlineData("bool isBlocked = Block(locked);")]
    [InlineData("int unlock = 1;")]
    public void The_rule_lets_pass(string code) => Assert.DoesNotMatch(Threading(), code);

    private static string ThisFile([CallerFilePath] string path = "") => path;

    [GeneratedRegex(@"\block\s*\(|\bvolatile\b|\bVolatile\b|\bMonitor\b|\bInterlocked\b|\bSystem\.Threading\b|\bThread(Static|Local|Pool)?\b|\basync\b|\bawait\b|\bMethodImplOptions\.Synchronized\b")]
    private static partial Regex Threading();

    [GeneratedRegex(@"using System\.Threading;|\bVolatile\.Read\(")]
    private static partial Regex AllowedVolatile();

    [GeneratedRegex(@"//.*")]
    private static partial Regex Comment();

    [GeneratedRegex(@"^(bin|obj)[\\/]")]
    private static partial Regex BuildOutput();
}
