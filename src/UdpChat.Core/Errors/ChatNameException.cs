namespace UdpChat;

/// <summary>A name breaks the rules of names; nothing was sent.</summary>
public sealed class ChatNameException : ChatException
{
    internal ChatNameException(string name, string reason)
        : base(reason)
    {
        Name = name;
    }

    /// <summary>The name.</summary>
    public string Name { get; }
}
