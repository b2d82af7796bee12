using System;
using System.Globalization;
using System.Management.Automation.Host;
using System.Reflection;

namespace UdpChat.Host.Scripting;

/// <summary>The host of the embedded engine: a console that asks nothing.</summary>
internal sealed class ConsoleScriptHost(ScriptConsole console) : PSHost
{
    /// <summary>The exit code that a script has set, or null.</summary>
    public int? ExitCode { get; private set; }

    /// <inheritdoc/>
    public override CultureInfo CurrentCulture { get; } = CultureInfo.CurrentCulture;

    /// <inheritdoc/>
    public override CultureInfo CurrentUICulture { get; } = CultureInfo.CurrentUICulture;

    /// <inheritdoc/>
    public override Guid InstanceId { get; } = Guid.NewGuid();

    /// <inheritdoc/>
    public override string Name => "udpchat";

    /// <inheritdoc/>
    public override PSHostUserInterface UI { get; } = new ScriptUserInterface(console);

    /// <inheritdoc/>
    public override Version Version { get; } = Assembly.GetExecutingAssembly().GetName().Version!;

    /// <inheritdoc/>
    public override void SetShouldExit(int exitCode) => ExitCode = exitCode;

    /// <inheritdoc/>
    public override void EnterNestedPrompt() => throw new NotSupportedException("udpchat has no prompt; use pwsh.");

    /// <inheritdoc/>
    public override void ExitNestedPrompt() => throw new NotSupportedException("udpchat has no prompt; use pwsh.");

    /// <inheritdoc/>
    public override void NotifyBeginApplication()
    {
    }

    /// <inheritdoc/>
    public override void NotifyEndApplication()
    {
    }
}
