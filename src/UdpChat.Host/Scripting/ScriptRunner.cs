using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Runtime.InteropServices;
using System.Threading;
using System.Threading.Tasks;

namespace UdpChat.Host.Scripting;

/// <summary>Runs a PowerShell script with the UdpChat module: in pwsh where it is installed, else in the embedded engine.</summary>
internal static partial class ScriptRunner
{
    private const int SigInt = 2;

    /// <summary>How long pwsh may take to end the script.</summary>
    private static readonly TimeSpan StopGrace = ChatClient.DefaultLeaveTimeout + TimeSpan.FromSeconds(3);

    /// <summary>The folder that holds the module's folder, as the variable PSModulePath lists such.</summary>
    public static string ModulesPath { get; } = Path.Combine(AppContext.BaseDirectory, "Modules");

    /// <summary>The module's manifest.</summary>
    public static string ManifestPath { get; } = Path.Combine(ModulesPath, "UdpChat", "UdpChat.psd1");

    /// <summary>Runs a script.</summary>
    /// <param name="scriptPath">The script's full path.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="isEmbeddedForced">Whether to use the embedded engine even where there is pwsh.</param>
    /// <param name="cancellationToken">Stops the script, as Ctrl+C does.</param>
    /// <returns>The script's exit code.</returns>
    public static Task<int> RunAsync(string scriptPath, IReadOnlyList<string> arguments, bool isEmbeddedForced, CancellationToken cancellationToken)
    {
        // So that Import-Module UdpChat finds it by its name, also in the runspaces that a script makes.
        Environment.SetEnvironmentVariable("PSModulePath", ModulesPath + Path.PathSeparator + Environment.GetEnvironmentVariable("PSModulePath"));
        string? pwsh = isEmbeddedForced ? null : FindPwsh();
        return pwsh is null ? RunEmbeddedAsync(scriptPath, arguments, cancellationToken) : RunPwshAsync(pwsh, scriptPath, arguments, cancellationToken);
    }

    private static async Task<int> RunEmbeddedAsync(string scriptPath, IReadOnlyList<string> arguments, CancellationToken cancellationToken)
    {
        using var engine = new EmbeddedEngine(ManifestPath, new ScriptConsole(Console.Out, Console.Error));
        return await engine.RunAsync(scriptPath, arguments, cancellationToken);
    }

    private static async Task<int> RunPwshAsync(string pwsh, string scriptPath, IReadOnlyList<string> arguments, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(pwsh) { UseShellExecute = false };
        string lines = $"Import-Module {EmbeddedEngine.Quote(ManifestPath)}; {EmbeddedEngine.CommandLine(scriptPath, arguments)}; $UdpChatOk = $?; {EmbeddedEngine.LeavingLines}; "
            + $"if (-not $UdpChatOk) {{ exit [Math]::Max(1, [int] $LASTEXITCODE) }}; if (${EmbeddedEngine.Lost}) {{ exit 1 }}";
        foreach (string argument in (string[])["-NoLogo", "-NoProfile", "-Command", lines])
            start.ArgumentList.Add(argument);
        using Process process = Process.Start(start)!;
        try
        {
            await process.WaitForExitAsync(cancellationToken);
            return process.ExitCode;
        }
        catch (OperationCanceledException)
        {
            // Ctrl+C at a terminal has reached pwsh as well; a signal to this process alone has not.
            if (!OperatingSystem.IsWindows())
                _ = SendSignal(process.Id, SigInt);
            using var grace = new CancellationTokenSource(StopGrace);
            using CancellationTokenRegistration kill = grace.Token.Register(process.Kill);
            await process.WaitForExitAsync(CancellationToken.None);
            return EmbeddedEngine.InterruptedStatus;
        }
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int SendSignal(int processId, int signal);

    private static string? FindPwsh()
    {
        string name = OperatingSystem.IsWindows() ? "pwsh.exe" : "pwsh";
        return (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Select(folder => Path.Combine(folder, name)).FirstOrDefault(File.Exists);
    }
}
