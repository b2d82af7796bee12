using System;

namespace UdpChat;

/// <summary>The relay did not answer in time.</summary>
public sealed class ChatConnectTimeoutException : ChatConnectException
{
    internal ChatConnectTimeoutException(ChatServerAddress server, TimeSpan timeout, string? notice)
        : base(server, Describe(server, timeout, notice), notice)
    {
    }

    private static string Describe(ChatServerAddress server, TimeSpan timeout, string? notice) => notice is null
        ? $"Nothing answered at {server} within {timeout.TotalSeconds:0.#} s; check the address and port, and whether a relay runs there and UDP can reach it."
        : $"The relay at {server} answered, but no message came back through it within {timeout.TotalSeconds:0.#} s; try again, or with a longer timeout.";
}
