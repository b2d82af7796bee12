using System.Threading.Tasks;

namespace UdpChat.Benchmarks;

/// <summary>How a client sends a message where memory is counted.</summary>
internal sealed class ClientSender(ChatClient client, string to)
{
    /// <summary>Sends one.</summary>
    public void Send()
    {
        ValueTask<ChatMessage> sent = client.SendAsync(to, Clients.Text);
        if (!sent.IsCompletedSuccessfully)
            sent.AsTask().Wait();
    }
}
