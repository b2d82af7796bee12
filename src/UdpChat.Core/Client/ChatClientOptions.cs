using System;
using System.Text;
using UdpChat.Client;
using UdpChat.Protocol.Client;

namespace UdpChat;

/// <summary>To which relay a client connects, and how it keeps its connection.</summary>
public sealed record ChatClientOptions : ClientOptions
{
    /// <summary>Where the relay is.</summary>
    public required ChatServerAddress Server { get; init; }

    /// <summary>
    /// The token that proves that the name is one's own, 32 hexadecimal digits. By default the one that is kept for this
    /// relay and name in the user's data folder, and made there at its first use.
    /// </summary>
    /// <exception cref="ArgumentException">Set to something else.</exception>
    public string? Token
    {
        get;
        init => field = value is null || TokenText.TryParse(value) is not null
            ? value
            : throw new ArgumentException("A token is 32 hexadecimal digits.", nameof(Token));
    }

    /// <summary>All but the token, which is a secret.</summary>
    protected override bool PrintMembers(StringBuilder builder)
    {
        base.PrintMembers(builder);
        builder.Append(", Server = ").Append(Server);
        return true;
    }

    /// <summary>The clock; the system's by default.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;
}
