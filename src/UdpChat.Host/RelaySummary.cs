using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Net.Sockets;
using System.Text;
using UdpChat.Protocol.Relay;

namespace UdpChat.Host;

/// <summary>A relay's figures as a paragraph for people: what came in and what became of it, so that nothing is dropped silently.</summary>
internal static class RelaySummary
{
    /// <summary>Describes what a relay has done.</summary>
    public static string Describe(ChatRelayStatistics statistics)
    {
        long sent = statistics.Notices[NoticeOutcome.Sent];
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"In {statistics.Uptime.TotalSeconds:0.#} s received {Count(statistics.Received, "datagram")}");
        string outcomes = string.Join(", ", statistics.Datagrams.Where(d => d.Value > 0).Select(d => $"{Words(d.Key.ToString())} {d.Value}"));
        if (outcomes.Length > 0)
            text.Append(CultureInfo.InvariantCulture, $" ({outcomes})");
        string messages = string.Join(", ", statistics.Messages.Where(m => m.Value > 0).Select(m => $"{Words(m.Key.ToString())} {m.Value}"));
        if (messages.Length > 0)
            text.Append(CultureInfo.InvariantCulture, $"; messages ({messages})");
        text.Append(CultureInfo.InvariantCulture, $"; forwarded {Count(statistics.Forwarded, "message")}; sent {Count(sent, "notice")}");
        text.Append(CultureInfo.InvariantCulture, $" and suppressed {Sum(statistics.Notices) - sent}; removed {Count(statistics.Evicted, "silent client")}");
        text.Append(CultureInfo.InvariantCulture, $"; {Count(statistics.Clients, "client")} left; ");
        text.Append(CultureInfo.InvariantCulture, $"errors: {statistics.SendErrors} sending{Reasons(statistics.SendErrorReasons)}, {statistics.ReceiveErrors} receiving{Reasons(statistics.ReceiveErrorReasons)}, {statistics.Faults} of the relay's own.");
        if (statistics.StoreFailures > 0)
            text.Append(CultureInfo.InvariantCulture, $" The store has failed {Count(statistics.StoreFailures, "time")}, the last time because: {statistics.StoreError}");
        return text.ToString();
    }

    private static long Sum(IReadOnlyDictionary<NoticeOutcome, long> notices) => notices.Values.Sum();

    private static string Reasons(IReadOnlyDictionary<SocketError, long> errors) =>
        errors.Count == 0 ? "" : $" ({string.Join(", ", errors.Select(e => $"{Words(e.Key.ToString())} {e.Value}"))})";

    private static string Count(long number, string noun) => $"{number} {noun}{(number == 1 ? "" : "s")}";

    /// <summary>An outcome's name as words: <c>NoSuchUser</c> is "no such user".</summary>
    private static string Words(string name) =>
        string.Concat(name.Select((c, i) => char.IsUpper(c) ? (i > 0 ? " " : "") + char.ToLowerInvariant(c) : c.ToString()));
}
