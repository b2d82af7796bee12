using System;
using System.Collections.Generic;
using System.Collections.ObjectModel;
using System.Management.Automation;
using System.Management.Automation.Host;
using System.Management.Automation.Internal;
using System.Security;

namespace UdpChat.Host.Scripting;

/// <summary>Writes a script's output to stdout and all that is about it to stderr; asks nothing, because nobody may be there.</summary>
internal sealed class ScriptUserInterface(ScriptConsole console) : PSHostUserInterface
{
    private const string NoPrompt = "udpchat can't ask while it runs a script; give the value as a parameter, or use -Confirm:$false.";

    /// <inheritdoc/>
    public override PSHostRawUserInterface RawUI { get; } = new ScriptRawUserInterface();

    /// <inheritdoc/>
    public override void Write(string value) => Write(console.Output, value, "");

    /// <inheritdoc/>
    public override void Write(ConsoleColor foregroundColor, ConsoleColor backgroundColor, string value) => Write(value);

    /// <inheritdoc/>
    public override void WriteLine(string value) => Write(console.Output, value, Environment.NewLine);

    /// <inheritdoc/>
    public override void WriteErrorLine(string value) => Write(console.Error, value, Environment.NewLine);

    /// <inheritdoc/>
    public override void WriteWarningLine(string message) => WriteErrorLine("WARNING: " + message);

    /// <inheritdoc/>
    public override void WriteVerboseLine(string message) => WriteErrorLine("VERBOSE: " + message);

    /// <inheritdoc/>
    public override void WriteDebugLine(string message) => WriteErrorLine("DEBUG: " + message);

    /// <inheritdoc/>
    public override void WriteProgress(long sourceId, ProgressRecord record)
    {
    }

    /// <inheritdoc/>
    public override string ReadLine() => Console.In.ReadLine() ?? "";

    /// <inheritdoc/>
    public override SecureString ReadLineAsSecureString() => throw new NotSupportedException(NoPrompt);

    /// <inheritdoc/>
    public override Dictionary<string, PSObject> Prompt(string caption, string message, Collection<FieldDescription> descriptions) => throw new NotSupportedException(NoPrompt);

    /// <inheritdoc/>
    public override int PromptForChoice(string caption, string message, Collection<ChoiceDescription> choices, int defaultChoice) => throw new NotSupportedException(NoPrompt);

    /// <inheritdoc/>
    public override PSCredential PromptForCredential(string caption, string message, string userName, string targetName) => throw new NotSupportedException(NoPrompt);

    /// <inheritdoc/>
    public override PSCredential PromptForCredential(string caption, string message, string userName, string targetName, PSCredentialTypes allowedCredentialTypes, PSCredentialUIOptions options) =>
        throw new NotSupportedException(NoPrompt);

    private static void Write(System.IO.TextWriter writer, string value, string end)
    {
        // Several runspaces may write at once, and who reads a pipe wants each line when it is written.
        lock (writer)
        {
            // Plain text, because nobody knows who reads it.
            writer.Write(new StringDecorated(value).ToString(OutputRendering.PlainText) + end);
            writer.Flush();
        }
    }
}
