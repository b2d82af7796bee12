using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Management.Automation;
using System.Management.Automation.Runspaces;
using System.Text;
using System.Text.RegularExpressions;
using System.Threading;
using System.Threading.Tasks;

namespace UdpChat.Host.Scripting;

/// <summary>
/// The PowerShell engine within this process, for machines without pwsh: the language and the engine's own commands, the
/// UdpChat module, and the few everyday commands that the engine lacks.
/// </summary>
internal sealed partial class EmbeddedEngine : IDisposable
{
    /// <summary>The exit status of a script that was interrupted: 128 and the number of SIGINT, as shells have it.</summary>
    public const int InterruptedStatus = 130;

    private const string Succeeded = "UdpChatScriptSucceeded";

    /// <summary>
    /// What a script's end does: ends its connections, which waits until the relay holds what was sent, and counts what was
    /// lost, also by connections that the script has ended itself.
    /// </summary>
    internal const string LeavingLines = $"if (Get-Module -Name UdpChat) {{ UdpChat\\Get-ChatConnection | UdpChat\\Disconnect-ChatServer -Confirm:$false }}; if (${Lost} = 'UdpChat.ChatConnection' -as [type]) {{ ${Lost} = ${Lost}::TotalLost }}";

    /// <summary>The variable with the number of messages that were lost.</summary>
    internal const string Lost = "UdpChatLost";

    private readonly ConsoleScriptHost _host;
    private readonly Runspace _runspace;
    private readonly HashSet<string> _missing = new(StringComparer.OrdinalIgnoreCase);

    /// <param name="modulePath">The module's manifest; the module is imported.</param>
    /// <param name="console">Takes what the script writes.</param>
    public EmbeddedEngine(string modulePath, ScriptConsole console)
    {
        InitialSessionState session = InitialSessionState.CreateDefault2();
        session.ThreadOptions = PSThreadOptions.ReuseThread;
        if (OperatingSystem.IsWindows())
            session.ExecutionPolicy = Microsoft.PowerShell.ExecutionPolicy.Bypass;
        foreach ((string name, Type cmdlet) in EverydayCommands.All)
            session.Commands.Add(new SessionStateCmdletEntry(name, cmdlet, null));
        session.ImportPSModule([modulePath]);
        _host = new ConsoleScriptHost(console);
        _runspace = RunspaceFactory.CreateRunspace(_host, session);
        _runspace.Open();
        _runspace.SessionStateProxy.InvokeCommand.CommandNotFoundAction = (_, missing) => ExplainMissing(missing.CommandName);
    }

    /// <summary>Runs a script file, and shows what it gives and says.</summary>
    /// <param name="scriptPath">The script's full path.</param>
    /// <param name="arguments">Its arguments: <c>-Name</c> names a parameter, all else are values.</param>
    /// <param name="cancellationToken">Stops the script, as Ctrl+C does.</param>
    /// <returns>The script's exit code; 1 if it ended in an error.</returns>
    public async Task<int> RunAsync(string scriptPath, IReadOnlyList<string> arguments, CancellationToken cancellationToken)
    {
        // $? tells the script's own exit from the status that a program has left in $LASTEXITCODE.
        int status = await RunAsync($"{CommandLine(scriptPath, arguments)}; $global:{Succeeded} = $?", cancellationToken).ConfigureAwait(false);
        // What the script has sent goes out before it counts as done.
        int leaving = await RunAsync(LeavingLines, CancellationToken.None).ConfigureAwait(false);
        if (status == 0 && _runspace.SessionStateProxy.GetVariable(Lost) is int and > 0 || leaving != 0)
            status = Math.Max(status, 1);
        bool hasFailed = status == 0 && _runspace.SessionStateProxy.GetVariable(Succeeded) is false;
        return hasFailed && _runspace.SessionStateProxy.GetVariable("global:LASTEXITCODE") is int exitCode ? exitCode : status;
    }

    /// <summary>Runs lines of PowerShell, and shows what they give and say.</summary>
    /// <param name="lines">The lines.</param>
    /// <param name="cancellationToken">Stops them, as Ctrl+C does.</param>
    /// <returns>0; 1 if they ended in an error; <see cref="InterruptedStatus"/> if they were stopped; or what they told the host to exit with.</returns>
    public async Task<int> RunAsync(string lines, CancellationToken cancellationToken)
    {
        using var shell = PowerShell.Create(_runspace);
        shell.AddScript(lines).AddCommand("Out-Default");
        // Errors go the way of the output, so that they are shown in the order in which they came.
        shell.Commands.Commands[0].MergeMyResults(PipelineResultTypes.Error, PipelineResultTypes.Output);
        if (cancellationToken.IsCancellationRequested)
            return InterruptedStatus;
        // Only what runs can be stopped.
        Task running = shell.InvokeAsync();
        using CancellationTokenRegistration stop = cancellationToken.Register(() => shell.BeginStop(null, null));
        try
        {
            await running.ConfigureAwait(false);
        }
        catch (Exception e) when (e is PipelineStoppedException or InvalidOperationException && cancellationToken.IsCancellationRequested)
        {
            return InterruptedStatus;
        }
        catch (RuntimeException e)
        {
            _host.UI.WriteErrorLine(Describe(e.ErrorRecord));
            return 1;
        }
        return cancellationToken.IsCancellationRequested ? InterruptedStatus : _host.ExitCode ?? 0;
    }

    /// <inheritdoc/>
    public void Dispose() => _runspace.Dispose();

    /// <summary>An error as one line, with the place where it happened.</summary>
    private static string Describe(ErrorRecord error)
    {
        InvocationInfo? where = error.InvocationInfo;
        return where is { ScriptLineNumber: > 0, ScriptName: { } script }
            ? $"{Path.GetFileName(script)}:{where.ScriptLineNumber}: {error.Exception.Message}"
            : error.Exception.Message;
    }

    /// <summary>Says once, besides the engine's own error, why a command of pwsh is not here.</summary>
    private void ExplainMissing(string command)
    {
        // The engine looks for 'x' and then for 'get-x'.
        bool isSecondTry = command.StartsWith("get-", StringComparison.OrdinalIgnoreCase) && _missing.Contains(command.Substring("get-".Length));
        if (!isSecondTry && _missing.Add(command))
            _host.UI.WriteErrorLine($"udpchat: the embedded engine has no {command}; it has the language, the engine's own commands, UdpChat's, and {string.Join(", ", EverydayCommands.All.Select(c => c.Name))}. If {command} is one of PowerShell's, install PowerShell (pwsh) to use it; else check its spelling, and whether it is installed.");
    }

    /// <summary>The line that calls a script with these arguments.</summary>
    internal static string CommandLine(string scriptPath, IReadOnlyList<string> arguments)
    {
        var line = new StringBuilder("& ").Append(Quote(scriptPath));
        foreach (string argument in arguments)
        {
            Match parameter = ParameterForm().Match(argument);
            line.Append(' ');
            if (!parameter.Success)
                line.Append(Quote(argument));
            else if (parameter.Groups["value"].Success)
                line.Append(parameter.Groups["name"].Value).Append(':').Append(ParameterValue(parameter.Groups["value"].Value));
            else
                line.Append(parameter.Groups["name"].Value);
        }
        return line.ToString();
    }

    private static string ParameterValue(string value) =>
        value.Equals("$true", StringComparison.OrdinalIgnoreCase) || value.Equals("$false", StringComparison.OrdinalIgnoreCase) ? value : Quote(value);

    /// <summary>A text as a string of PowerShell's.</summary>
    internal static string Quote(string text) => "'" + System.Management.Automation.Language.CodeGeneration.EscapeSingleQuotedStringContent(text) + "'";

    [GeneratedRegex(@"^(?<name>-[A-Za-z_]\w*)(?::(?<value>.*))?$", RegexOptions.Singleline | RegexOptions.CultureInvariant)]
    private static partial Regex ParameterForm();
}
