using System;
using System.Collections.Generic;
using UdpChat.Protocol.Relay;

namespace UdpChat;

/// <summary>What a relay has done since it was started. Taken while it runs, the figures may be a few datagrams apart.</summary>
/// <param name="Uptime">How long it has been running.</param>
/// <param name="Clients">How many clients are registered now.</param>
/// <param name="Datagrams">How many datagrams it received, by what became of them.</param>
/// <param name="Notices">How many notices it had to give, by what became of them.</param>
/// <param name="Evicted">How many clients it removed because they were silent for the client timeout.</param>
/// <param name="SendErrors">How many datagrams the system refused to send.</param>
/// <param name="ReceiveErrors">How many errors it met instead of a datagram, most of them reported by the system.</param>
/// <param name="Faults">How many datagrams met an error in the relay itself, which is a bug worth reporting.</param>
public sealed record ChatRelayStatistics(
    TimeSpan Uptime,
    int Clients,
    IReadOnlyDictionary<DatagramOutcome, long> Datagrams,
    IReadOnlyDictionary<NoticeOutcome, long> Notices,
    long Evicted,
    long SendErrors,
    long ReceiveErrors,
    long Faults)
{
    /// <summary>How many datagrams were received in all.</summary>
    public long Received
    {
        get
        {
            long sum = Faults;
            foreach (long count in Datagrams.Values)
                sum += count;
            return sum;
        }
    }

    /// <summary>How many messages were forwarded.</summary>
    public long Forwarded => Datagrams[DatagramOutcome.Forwarded];
}
