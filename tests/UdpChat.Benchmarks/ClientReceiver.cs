using System;

namespace UdpChat.Benchmarks;

/// <summary>How a client receives messages where memory is counted.</summary>
internal sealed class ClientReceiver
{
    /// <param name="client">A client that is not connected yet.</param>
    /// <param name="received">Is called for each message.</param>
    public ClientReceiver(ChatClient client, Action received) => client.MessageReceived += (_, _) => received();
}
