namespace UdpChat.Protocol.Wire;

/// <summary>What is wrong with a name.</summary>
internal enum NameError
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>It has no characters.</summary>
    Empty,

    /// <summary>It has more bytes of UTF-8 than are allowed.</summary>
    TooLong,

    /// <summary>It holds a control or format character, white space, or one of <c>: @ ; , * #</c>.</summary>
    ForbiddenCharacter,

    /// <summary>It holds a character outside ASCII, and this relay can't bring such names to NFC.</summary>
    NotAscii,

    /// <summary>It is not well-formed Unicode.</summary>
    NotUnicode,
}
