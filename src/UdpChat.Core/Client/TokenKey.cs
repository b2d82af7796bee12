using System;
using UdpChat.Protocol.Wire;

namespace UdpChat.Client;

/// <summary>Whose a token is.</summary>
/// <param name="Server">The relay's host and port as given, in lower case.</param>
/// <param name="Name">The name, folded.</param>
internal readonly record struct TokenKey(string Server, string Name)
{
    /// <summary>The key of a name at a relay, however either is written.</summary>
    /// <exception cref="ChatNameException">The name breaks the rules of names.</exception>
    public static TokenKey Of(ChatServerAddress server, string name)
    {
        NameError error = ChatName.Check(name, !ChatName.CanNormalize, WireLimits.MaxNameBytes, out byte[] bytes);
        if (error != NameError.None)
            throw new ChatNameException(name, error);
        byte[] folded = new byte[ChatName.MaxFoldedBytes];
        int length = ChatName.Fold(bytes, folded);
#pragma warning disable CA1308 // Host names are written in lower case.
        return new TokenKey(server.ToString().ToLowerInvariant(), Utf8.GetString(folded.AsSpan(0, length)));
#pragma warning restore CA1308
    }
}
