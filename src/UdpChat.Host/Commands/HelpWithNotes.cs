using System.CommandLine;
using System.CommandLine.Invocation;

namespace UdpChat.Host.Commands;

/// <summary>A command's help, followed by what <c>chat</c> has to say about the lines that it takes.</summary>
internal sealed class HelpWithNotes(SynchronousCommandLineAction help) : SynchronousCommandLineAction
{
    /// <inheritdoc/>
    public override bool ClearsParseErrors => help.ClearsParseErrors;

    /// <inheritdoc/>
    public override int Invoke(ParseResult parseResult)
    {
        int status = help.Invoke(parseResult);
        if (parseResult.CommandResult.Command is ChatCommand)
            parseResult.InvocationConfiguration.Output.WriteLine(ChatCommand.Notes);
        return status;
    }
}
