using System;

namespace UdpChat.Host.Chat;

/// <summary>A line that somebody typed into a chat, taken apart.</summary>
/// <param name="Kind">What it asks for.</param>
/// <param name="To">The recipient's name, if the line gives one.</param>
/// <param name="Text">The text to send; of a wrong line what is wrong with it.</param>
internal readonly record struct ChatLine(ChatLineKind Kind, string To = "", string Text = "")
{
    /// <summary>What can be typed, a line each.</summary>
    public static readonly string[] Help =
    [
        "Annie: hi     sends 'hi' to Annie, who is the recipient from then on: a word that",
        "              can be a name, a colon and a blank say whom a line is for",
        "/to Annie     makes Annie the recipient; so does 'Annie:' alone",
        "hi            sends 'hi' to the recipient",
        "/say a: hi    sends 'a: hi' to the recipient; a blank in front of the line does so,",
        "              too, and is sent with it",
        "//hi          sends '/hi' to the recipient",
        "/help         shows this",
        "/quit, /exit  leaves; so do Ctrl+C and the end of input (Ctrl+D)",
    ];

    /// <summary>Reads a line.</summary>
    public static ChatLine Parse(string line)
    {
        if (line.Length == 0)
            return new(ChatLineKind.Nothing);
        if (line.StartsWith("//", StringComparison.Ordinal))
            return new(ChatLineKind.Say, Text: line[1..]);
        if (line[0] == '/')
            return ParseCommand(line);
        int colon = line.IndexOf(':');
        if (colon < 0 || (colon + 1 < line.Length && line[colon + 1] != ' ') || !ChatClient.IsValidName(line[..colon]))
            return new(ChatLineKind.Say, Text: line);
        return colon + 2 < line.Length
            ? new(ChatLineKind.SayTo, line[..colon], line[(colon + 2)..])
            : new(ChatLineKind.To, line[..colon]);
    }

    private static ChatLine ParseCommand(string line)
    {
        int blank = line.IndexOf(' ');
        string command = blank < 0 ? line : line[..blank];
        string argument = blank < 0 ? "" : line[(blank + 1)..];
        return command switch
        {
            "/to" when ChatClient.IsValidName(argument.Trim()) => new(ChatLineKind.To, argument.Trim()),
            "/to" when argument.Length == 0 => new(ChatLineKind.Wrong, Text: "To whom? Write a name behind it, as in /to Annie"),
            "/to" => new(ChatLineKind.Wrong, Text: $"'{argument}' can't be a name: it is too long, or has a blank, an invisible character or one of : @ ; , * #"),
            "/say" when argument.Length > 0 => new(ChatLineKind.Say, Text: argument),
            "/say" => new(ChatLineKind.Wrong, Text: "Say what? Write a text behind it, as in /say hi"),
            "/help" => new(ChatLineKind.Help),
            "/quit" or "/exit" => new(ChatLineKind.Quit),
            _ => new(ChatLineKind.Wrong, Text: $"There is no command {command}; /help shows those that there are, and a text that begins with / is sent with one more: /{command}"),
        };
    }
}
