using System;
using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.IO;
using System.Linq;
using System.Threading.Tasks;
using UdpChat.Host.Chat;
using UdpChat.Host.Commands;

namespace UdpChat.Host;

/// <summary>The command line: finds the command, runs it, and turns whatever goes wrong into one line and an exit status.</summary>
internal static class Tool
{
    /// <summary>The exit statuses.</summary>
    public const int Success = 0, Failure = 1, WrongUsage = 2;

    /// <summary>The tool's name, as it is typed.</summary>
    public const string Name = "udpchat";

    /// <summary>Runs the command that the arguments name.</summary>
    /// <returns>The exit status.</returns>
    public static async Task<int> RunAsync(string[] args)
    {
        var root = new RootCommand("Chat over UDP: a relay, a chat on the console, PowerShell scripts that chat, and a demo of it all.")
        {
            new RelayCommand(),
            new ChatCommand(),
            new RunCommand(),
            new DemoCommand(),
        };
        foreach (HelpOption help in root.Options.OfType<HelpOption>())
            help.Action = new HelpWithNotes((SynchronousCommandLineAction)help.Action!);
        // A word that begins with @ is a word, not a file of more words.
        ParseResult result = root.Parse(RunCommand.SeparateArguments(args), new ParserConfiguration { ResponseFileTokenReplacer = null });
        if (result.Action is ParseErrorAction)
            return Fail(WrongUsage, DescribeError(result));
        try
        {
            // The commands see to signals and failures themselves.
            return await result.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null });
        }
        catch (ChatNameException e)
        {
            return Fail(WrongUsage, e.Message);
        }
        catch (ChatException e)
        {
            return Fail(Failure, e.Message);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Fail(Failure, $"Can't read the input or write the output: {e.Message}");
        }
        catch (Exception e)
        {
            return Fail(Failure, $"Unexpected error, which is a bug worth reporting: {e.GetType().Name}: {e.Message}");
        }
    }

    private static int Fail(int status, string message)
    {
        try
        {
            Console.Error.WriteLine($"{Name}: {SafeText.Escape(message)}");
        }
        catch (IOException)
        {
            // Nobody can be told; the status says it still.
        }
        return status;
    }

    private static string DescribeError(ParseResult result)
    {
        Command command = result.CommandResult.Command;
        string error = result switch
        {
            { UnmatchedTokens: [string first, ..] } => $"There is no option or command '{first}' here",
            _ when command is RootCommand => $"A command is missing: {string.Join(", ", command.Subcommands.Select(c => c.Name))}",
            _ => result.Errors[0].Message.TrimEnd('.'),
        };
        string help = command is RootCommand ? $"{Name} --help" : $"{Name} {command.Name} --help";
        return $"{error}; see '{help}'.";
    }
}
