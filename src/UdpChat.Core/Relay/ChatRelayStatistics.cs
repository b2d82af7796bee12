using System;
using System.Collections.Generic;
using System.Net.Sockets;
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
    /// <summary>The errors of sending and receiving by reason.</summary>
    public IReadOnlyDictionary<SocketError, long> SendErrorReasons { get; init; } = new Dictionary<SocketError, long>();

    /// <inheritdoc cref="SendErrorReasons"/>
    public IReadOnlyDictionary<SocketError, long> ReceiveErrorReasons { get; init; } = new Dictionary<SocketError, long>();

    /// <summary>How many of the clients are in a session of the extended profile.</summary>
    public int Sessions { get; init; }

    /// <summary>How many names are reserved by tokens, their owners there or away.</summary>
    public int ReservedNames { get; init; }

    /// <summary>What became of the messages of the extended profile and to mailboxes. A message can count under several, one after another.</summary>
    public required IReadOnlyDictionary<MessageOutcome, long> Messages { get; init; }

    /// <summary>How many times a session has moved to another address.</summary>
    public long Moved { get; init; }

    /// <summary>How many bytes of memory mail uses, and datagrams that came too early and texts that are not complete.</summary>
    public long MailMemory { get; init; }

    /// <inheritdoc cref="MailMemory"/>
    public long ReassemblyMemory { get; init; }

    /// <summary>How many groups of changes the store could not write.</summary>
    public long StoreFailures { get; init; }

    /// <summary>Why the store last failed, or null.</summary>
    public string? StoreError { get; init; }

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

    /// <summary>How many messages were passed on: forwarded at once, or held for their recipients.</summary>
    public long Forwarded => Datagrams[DatagramOutcome.Forwarded] + Datagrams[DatagramOutcome.Kept] + Messages[MessageOutcome.Held] + Messages[MessageOutcome.SentPlain];
}
