using System;

namespace UdpChat.Benchmarks;

/// <summary>How a client receives messages where memory is counted: with an object each, or as bytes.</summary>
internal static class ClientReceiver
{
    /// <summary>Calls back for each message that arrives.</summary>
    public static void Add(ChatClient client, bool asBytes, Action received)
    {
        if (asBytes)
            client.MessageBytesReceived += (ChatClient _, in ChatMessageBytes _) => received();
        else
            client.MessageReceived += (_, _) => received();
    }
}
