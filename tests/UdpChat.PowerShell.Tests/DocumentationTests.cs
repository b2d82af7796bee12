using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.RegularExpressions;
using System.Threading.Tasks;
using UdpChat.ModuleTests.Hosting;

namespace UdpChat.ModuleTests;

/// <summary>
/// The pages in docs/. A block that begins with <c>```powershell</c> is run against a relay with Annie in it; one marked
/// <c>endless</c> is run until it has answered her, and one marked <c>pwsh</c> needs commands that the bare engine lacks.
/// </summary>
public partial class DocumentationTests : ModuleTest
{
    private static readonly string[] OfEveryCmdlet = [.. System.Management.Automation.Cmdlet.CommonParameters, .. System.Management.Automation.Cmdlet.OptionalCommonParameters, "InputObject"];

    public static TheoryData<string> Cmdlets => [.. Pages.Select(p => Path.GetFileNameWithoutExtension(p)).Order()];

    private static IEnumerable<string> Pages => Directory.GetFiles(Path.Combine(ModuleUnderTest.RepositoryRoot, "docs"), "*-Chat*.md");

    [Fact]
    public void Every_cmdlet_has_a_page()
    {
        Assert.Equal(Shell.Run("(Get-Module UdpChat).ExportedCmdlets.Keys").Select(k => k.ToString()).Order(), Cmdlets.Select(c => c.Data));
    }

    [Theory]
    [MemberData(nameof(Cmdlets))]
    public void A_page_describes_each_parameter_and_no_other(string cmdlet)
    {
        IEnumerable<string> parameters = Shell.Run($"(Get-Command {cmdlet}).Parameters.Keys").Select(p => p.ToString()).Except(OfEveryCmdlet);
        IEnumerable<string> described = ParameterHeading().Matches(Read(cmdlet)).Select(m => m.Groups[1].Value);

        Assert.Equal(parameters.Order(), described.Order());
    }

    [Theory]
    [MemberData(nameof(Cmdlets))]
    public async Task The_examples_of_a_page_run(string cmdlet)
    {
        using var annie = new PlainPeer(Port);
        await annie.RegisterAsync("Annie");
        Shell.Run("$PSDefaultParameterValues = @{ 'Start-ChatRelay:Port' = 0 }");
        MatchCollection examples = Example().Matches(Read(cmdlet));
        Assert.NotEmpty(examples);
        foreach (Match example in examples)
        {
            string script = example.Groups["script"].Value.Replace("example.org:9000", Server, StringComparison.Ordinal);
            if (example.Groups["kind"].Value.Trim() == "endless")
                await RunUntilAnsweredAsync(script, annie);
            else
                Shell.Run(script);
        }
    }

    private async Task RunUntilAnsweredAsync(string script, PlainPeer annie)
    {
        using Invocation running = Shell.Start(script);
        annie.Send("SENDTO:Bob: hi");
        Assert.Equal("FROM:Bob: echo: hi", await annie.ReceiveAsync());
        await running.StopAsync();
        Assert.Empty(running.Errors);
    }

    private static string Read(string cmdlet) => File.ReadAllText(Path.Combine(ModuleUnderTest.RepositoryRoot, "docs", $"{cmdlet}.md"));

    [GeneratedRegex(@"^### -(\w+)", RegexOptions.Multiline)]
    private static partial Regex ParameterHeading();

    [GeneratedRegex(@"^```powershell(?<kind>| endless)\r?\n(?<script>.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Example();
}
