using System;
using System.CommandLine;
using System.IO;
using System.Runtime.InteropServices;
using System.Threading.Tasks;
using UdpChat.Host.Scripting;

namespace UdpChat.Host.Commands;

/// <summary><c>udpchat run</c>: a PowerShell script with the module imported, on machines with pwsh and without.</summary>
internal sealed class RunCommand : Command
{
    private const string EngineOption = "--engine";
    private const string Embedded = "embedded", Auto = "auto";

    private readonly Option<string> _engine = new(EngineOption)
    {
        Description = "auto: pwsh where it is installed, else the embedded engine; embedded: the embedded engine in any case.",
        DefaultValueFactory = _ => Auto,
    };

    private readonly Argument<FileInfo> _script = new("SCRIPT") { Description = "The script, a .ps1 file." };

    private readonly Argument<string[]> _arguments = new("ARGUMENTS")
    {
        Description = "Its arguments: -Name names a parameter, all else are values.",
        Arity = ArgumentArity.ZeroOrMore,
    };

    public RunCommand()
        : base("run", "Runs a PowerShell script with the UdpChat module imported. Its exit code is the exit status; Ctrl+C stops it.")
    {
        _engine.AcceptOnlyFromAmong(Auto, Embedded);
        Add(_engine);
        Add(_script);
        Add(_arguments);
        SetAction((result, _) => RunAsync(result.GetRequiredValue(_script), result.GetValue(_arguments) ?? [], result.GetValue(_engine) == Embedded));
    }

    /// <summary>Marks all words behind the script as its arguments, so that none is taken for an option of udpchat's own.</summary>
    public static string[] SeparateArguments(string[] args)
    {
        if (args is not ["run", ..])
            return args;
        int script = 1;
        while (script < args.Length && args[script].StartsWith('-'))
            script += args[script] == EngineOption ? 2 : 1;
        return script >= args.Length || Array.IndexOf(args, "--", 0, script) >= 0 ? args : [.. args[..(script + 1)], "--", .. args[(script + 1)..]];
    }

    private static async Task<int> RunAsync(FileInfo script, string[] arguments, bool isEmbeddedForced)
    {
        bool isScript = script.Extension.Equals(".ps1", StringComparison.OrdinalIgnoreCase);
        if (!script.Exists || !isScript)
        {
            string mistake = isScript ? $"There is no script {script.FullName}; check its path." : $"{script.Name} is not a PowerShell script; its name has to end in .ps1.";
            await Console.Error.WriteLineAsync($"{Tool.Name}: {mistake}");
            return Tool.WrongUsage;
        }
        using var signals = new StopSignals(PosixSignal.SIGINT, PosixSignal.SIGTERM);
        return await ScriptRunner.RunAsync(script.FullName, arguments, isEmbeddedForced, signals.Token);
    }
}
