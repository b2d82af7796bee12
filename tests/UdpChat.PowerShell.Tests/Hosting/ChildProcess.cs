using System;
using System.Diagnostics;
using System.Linq;
using System.Management.Automation;
using System.Management.Automation.Runspaces;
using System.Threading;
using System.Threading.Tasks;

namespace UdpChat.ModuleTests.Hosting;

/// <summary>Another process with the engine, which runs one script, writes what it gave, and ends as a script's process does: without closing anything.</summary>
public class ChildProcess
{
    private const string ScriptVariable = "UDPCHAT_TEST_SCRIPT";
    private static readonly TimeSpan Safety = TimeSpan.FromSeconds(60);

    /// <summary>Runs a script in a new process.</summary>
    /// <param name="script">The script; the module is not imported.</param>
    /// <param name="modulePath">Where modules are looked for by name.</param>
    /// <returns>What it wrote.</returns>
    internal static async Task<string> RunAsync(string script, string modulePath = "")
    {
        var start = new ProcessStartInfo("dotnet")
        {
            RedirectStandardOutput = true,
            ArgumentList = { typeof(ChildProcess).Assembly.Location, "-explicit", "only", "-noColor", "-showLiveOutput", "-method", $"{typeof(ChildProcess).FullName}.{nameof(Runs_the_script_that_it_was_given)}" },
            Environment = { [ScriptVariable] = script, ["PSModulePath"] = modulePath },
        };
        using Process process = Process.Start(start)!;
        using var safety = new CancellationTokenSource(Safety);
        string output = await process.StandardOutput.ReadToEndAsync(safety.Token);
        await process.WaitForExitAsync(safety.Token);
        Assert.True(process.ExitCode == 0, output);
        return output;
    }

    [Fact(Explicit = true)]
    public void Runs_the_script_that_it_was_given()
    {
        Runspace runspace = RunspaceFactory.CreateRunspace(InitialSessionState.CreateDefault2());
        runspace.Open();
        using PowerShell shell = PowerShell.Create(runspace);
        foreach (PSObject output in shell.AddScript($"$ErrorActionPreference = 'Stop'; {Environment.GetEnvironmentVariable(ScriptVariable)}").Invoke())
            TestContext.Current.TestOutputHelper!.WriteLine($"{output}");
        Assert.Empty(shell.Streams.Error.Select(e => e.ToString()));
    }
}
