using UdpChat.Protocol.Wire;

namespace UdpChat;

/// <summary>A name breaks the rules of names; nothing was sent.</summary>
public sealed class ChatNameException : ChatException
{
    internal ChatNameException(string name, NameError error)
        : base(Describe(name, error))
    {
        Name = name;
    }

    /// <summary>The name.</summary>
    public string Name { get; }

    private static string Describe(string name, NameError error) => error switch
    {
        NameError.Empty => $"The name is empty; give one of 1 to {WireLimits.MaxNameBytes} bytes.",
        NameError.TooLong => $"The name '{name}' is too long; a name has at most {WireLimits.MaxNameBytes} bytes of UTF-8.",
        NameError.NotAscii => $"The name '{name}' has characters outside ASCII, which need ICU; install it (libicu), or use ASCII letters.",
        NameError.NotUnicode => "The name has half a surrogate pair, which UTF-8 can't express; remove it.",
        _ => $"The name '{name}' has a blank, an invisible character or one of {ChatName.ForbiddenCharacters}; remove it.",
    };
}
