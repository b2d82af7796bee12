using System.Text;
using System.Threading.Tasks;

namespace UdpChat.Benchmarks;

/// <summary>How a client sends a message where memory is counted: with an object, or as bytes.</summary>
internal sealed class ClientSender(ChatClient client, string to, bool asBytes)
{
    private static readonly byte[] Text = Encoding.UTF8.GetBytes(Clients.Text);

    private readonly byte[] _to = Encoding.UTF8.GetBytes(to);

    /// <summary>Sends one.</summary>
    public void Send()
    {
        if (asBytes)
        {
            client.SendAsync(_to, Text).AsTask().Wait(); // Without a wait for room it is a task that there is already.
            return;
        }
        ValueTask<ChatMessage> sent = client.SendAsync(to, Clients.Text);
        if (!sent.IsCompletedSuccessfully)
            sent.AsTask().Wait();
    }
}
