using System;
using System.CommandLine;
using System.CommandLine.Parsing;
using System.IO;
using System.Runtime.InteropServices;
using System.Threading.Tasks;
using UdpChat.Host.Chat;

namespace UdpChat.Host.Commands;

/// <summary><c>udpchat chat</c>: a chat on the console or for a program.</summary>
internal sealed class ChatCommand : Command
{
    private static readonly ChatClientOptions Defaults = new() { Name = "", Server = new ChatServerAddress("localhost", ChatServerAddress.DefaultPort) };

    /// <summary>What a person at the console wants to know besides the options.</summary>
    public static string Notes { get; } = $"""
        What can be typed:
          {string.Join("\n  ", ChatLine.Help)}

        An empty line sends nothing. Messages are shown as 'Annie: hi', notices of the relay and remarks as '* ...'.

        Input and output may be redirected: echo 'Annie: hi' | {Tool.Name} chat --name Bob --server HOST
        Then notices and remarks go to standard error; the status is 1 if something was not sent or may be lost.
        """;

    private readonly Option<string> _name = new("--name")
    {
        HelpName = "NAME",
        Description = $"Your name: 1 to {ChatRelayOptions.MaxMaxNameBytes} bytes of UTF-8, no blank and none of : @ ; , * #",
        Required = true,
    };

    private readonly Option<ChatServerAddress> _server = new("--server")
    {
        HelpName = "HOST[:PORT]",
        Description = $"The relay: a host name or an IP address, with a port unless it is {ChatServerAddress.DefaultPort}, as in [2001:db8::1]:9001.",
        Required = true,
        CustomParser = ReadServer,
    };

    private readonly NumberOption<double> _heartbeat = new("--heartbeat", "SECONDS",
        ChatClientOptions.MinInterval.TotalSeconds, ChatClientOptions.MaxInterval.TotalSeconds, Defaults.HeartbeatInterval.TotalSeconds,
        "The longest time between two signs of life, in seconds, less than the relay's client timeout");

    private readonly NumberOption<double> _timeout = new("--timeout", "SECONDS",
        ChatClientOptions.MinInterval.TotalSeconds, ChatClientOptions.MaxInterval.TotalSeconds, Defaults.ConnectTimeout.TotalSeconds,
        "How long to wait for an answer of the relay, in seconds");

    public ChatCommand()
        : base("chat", "Chats through a relay, line by line, on the console or for a program.")
    {
        Add(_name);
        Add(_server);
        Add(_heartbeat);
        Add(_timeout);
        SetAction((result, _) => RunAsync(new ChatClientOptions
        {
            Name = result.GetRequiredValue(_name),
            Server = result.GetRequiredValue(_server),
            HeartbeatInterval = TimeSpan.FromSeconds(result.GetValue(_heartbeat)),
            ConnectTimeout = TimeSpan.FromSeconds(result.GetValue(_timeout)),
        }));
    }

    private static async Task<int> RunAsync(ChatClientOptions options)
    {
        // A closed terminal is a reason to leave properly, too.
        using var signals = new StopSignals(PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGHUP);
        await using var client = new ChatClient(options);
        using var display = new DisplayQueue(OpenDisplay());
        var session = new ChatSession(client, display, isTyped: !Console.IsInputRedirected);
        return await session.RunAsync(LineSource.OpenStandardInput(), signals.Token) ? Tool.Success : Tool.Failure;
    }

    private static IChatDisplay OpenDisplay()
    {
        TextWriter output = StandardOutput.Open();
        if (Console.IsInputRedirected || Console.IsOutputRedirected)
            return new PlainDisplay(output, Console.Error, showsTime: !Console.IsOutputRedirected);
        string? terminal = Environment.GetEnvironmentVariable("TERM");
        return new TerminalDisplay(output, Columns, canInsert: !OperatingSystem.IsWindows() && terminal is not (null or "" or "dumb"));
    }

    /// <summary>How wide the terminal is; some, of a recording or a serial line, don't say.</summary>
    private static int Columns() => Console.WindowWidth is > 0 and int columns ? columns : 80;

    private static ChatServerAddress? ReadServer(ArgumentResult result)
    {
        if (ChatServerAddress.TryParse(result.Tokens[0].Value, out ChatServerAddress? address, out string? error))
            return address;
        result.AddError($"--server: {error}");
        return null;
    }
}
