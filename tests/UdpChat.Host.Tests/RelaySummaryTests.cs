using System;
using System.Collections.Generic;
using System.Linq;
using System.Net.Sockets;
using UdpChat.Protocol.Relay;

namespace UdpChat.Host.Tests;

public class RelaySummaryTests
{
    [Fact]
    public void Without_errors_there_is_nothing_in_brackets()
    {
        Assert.EndsWith("; errors: 0 sending, 0 receiving, 0 of the relay's own.", RelaySummary.Describe(Statistics()), StringComparison.Ordinal);
    }

    [Fact]
    public void Errors_are_told_by_reason_as_words()
    {
        ChatRelayStatistics statistics = Statistics() with
        {
            SendErrors = 5,
            ReceiveErrors = 1,
            Faults = 2,
            SendErrorReasons = new Dictionary<SocketError, long> { [SocketError.HostUnreachable] = 3, [SocketError.MessageSize] = 2 },
            ReceiveErrorReasons = new Dictionary<SocketError, long> { [SocketError.ConnectionRefused] = 1 },
        };

        Assert.EndsWith("; errors: 5 sending (host unreachable 3, message size 2), 1 receiving (connection refused 1), 2 of the relay's own.", RelaySummary.Describe(statistics), StringComparison.Ordinal);
    }

    private static ChatRelayStatistics Statistics() => new(TimeSpan.FromSeconds(1), 0, Zeros<DatagramOutcome>(), Zeros<NoticeOutcome>(), 0, 0, 0, 0) { Messages = Zeros<MessageOutcome>() };

    private static Dictionary<T, long> Zeros<T>()
        where T : struct, Enum => Enum.GetValues<T>().ToDictionary(outcome => outcome, _ => 0L);
}
