using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Management.Automation.Language;
using UdpChat.ModuleTests.Hosting;

namespace UdpChat.ModuleTests;

/// <summary>The project's own scripts, as far as the bare engine goes.</summary>
public class PesterTests : ModuleTest
{
    private static readonly string Folder = Path.Combine(ModuleUnderTest.RepositoryRoot, "tests", "Pester");

    public static TheoryData<string> Scripts => ["build.ps1", .. Files.Select(f => $"tests/Pester/{f}")];

    public static TheoryData<string> TestFiles => [.. Files];

    private static IEnumerable<string> Files => Directory.GetFiles(Folder, "*.Tests.ps1").Select(f => Path.GetFileName(f)).Order();

    [Theory]
    [MemberData(nameof(Scripts))]
    public void Every_script_is_well_formed(string file)
    {
        Parser.ParseFile(Path.Combine(ModuleUnderTest.RepositoryRoot, file), out _, out ParseError[] errors);

        Assert.Empty(errors);
    }

    [Fact]
    public void Every_cmdlet_has_a_file_of_Pester_tests()
    {
        Assert.Equal(Shell.Run("(Get-Module UdpChat).ExportedCmdlets.Keys").Select(k => $"{k}.Tests.ps1").Order(), TestFiles.Select(f => f.Data));
    }

    [Theory]
    [MemberData(nameof(TestFiles))]
    public void The_Pester_tests_of_a_cmdlet_pass_but_those_for_pwsh(string file)
    {
        string standIn = Path.Combine(ModuleUnderTest.RepositoryRoot, "tests", "UdpChat.PowerShell.Tests", "Hosting", "PesterStandIn.ps1");
        string[] results = [.. Shell.Run($". '{standIn}'; . '{Path.Combine(Folder, file)}'").Select(r => r.ToString())];

        Assert.NotEmpty(results);
        if (Array.Find(results, r => !r.StartsWith("passed: ", StringComparison.Ordinal)) is { } failed)
            Assert.Fail(failed);
    }
}
