namespace UdpChat.Host.Chat;

/// <summary>What a line that somebody typed asks for.</summary>
internal enum ChatLineKind
{
    /// <summary>Nothing: the line is empty.</summary>
    Nothing,

    /// <summary>To send a text to the present recipient.</summary>
    Say,

    /// <summary>To send a text to a name, which is the recipient from now on.</summary>
    SayTo,

    /// <summary>To make a name the recipient.</summary>
    To,

    /// <summary>To be told what can be typed.</summary>
    Help,

    /// <summary>To leave.</summary>
    Quit,

    /// <summary>Something that is no command, or not rightly written.</summary>
    Wrong,
}
