using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;

namespace UdpChat.Benchmarks;

/// <summary>One sender, one recipient, so many messages sent and not yet received.</summary>
internal abstract class MessageStream : IAsyncDisposable
{
    /// <summary>How many were received so far.</summary>
    public abstract long Received { get; }

    /// <summary>Begins to send.</summary>
    public abstract void Start();

    /// <summary>Sends no more, waits for what is under way, and tells what has become of all.</summary>
    public abstract Task StopAsync(Dictionary<string, object> figures, CancellationToken cancellationToken);

    public abstract ValueTask DisposeAsync();

    /// <summary>Adds what has become of the messages to a line of output.</summary>
    protected static void Add(Dictionary<string, object> figures, long sent, long accepted, long received, long disordered, params ChatClient[] clients)
    {
        figures["sent"] = sent;
        figures["accepted"] = accepted;
        figures["lost"] = sent - received;
        figures["out_of_order"] = disordered;
        // All that the relay has received and sent for them.
        long datagrams = clients.Select(client => client.GetStatistics()).Sum(statistics => statistics.DatagramsSent + statistics.DatagramsReceived);
        figures["datagrams_a_message"] = Math.Round(datagrams / (double)received, 3);
    }
}
