using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Diagnostics.Metrics;
using System.Linq;

namespace UdpChat.Diagnostics;

/// <summary>
/// The figures of all relays and clients of this process, for dotnet-counters and OpenTelemetry: meter <c>UdpChat</c>.
/// They are read where they are counted, so counting costs no more when somebody looks.
/// </summary>
internal static class ChatMetrics
{
    /// <summary>The meter's name.</summary>
    public const string MeterName = "UdpChat";

    private const string RelayTag = "udpchat.relay", ClientTag = "udpchat.client", OutcomeTag = "outcome";

    private static readonly Meter Meter = new(MeterName);
    private static readonly ConcurrentDictionary<ChatRelay, bool> Relays = new();
    private static readonly ConcurrentDictionary<ChatClient, bool> Clients = new();

    static ChatMetrics()
    {
        Meter.CreateObservableUpDownCounter("udpchat.relay.clients", () => OfRelays(s => s.Clients), "{client}", "Registered clients.");
        Meter.CreateObservableCounter("udpchat.relay.datagrams", () => Relays.Keys.SelectMany(r => ByOutcome(r, r.GetStatistics().Datagrams)), "{datagram}", "Datagrams received, by what became of them.");
        Meter.CreateObservableCounter("udpchat.relay.messages", () => Relays.Keys.SelectMany(r => ByOutcome(r, r.GetStatistics().Messages)), "{message}", "Messages of the extended profile and to mailboxes, by what became of them.");
        Meter.CreateObservableUpDownCounter("udpchat.relay.sessions", () => OfRelays(s => s.Sessions), "{session}", "Sessions of the extended profile.");
        Meter.CreateObservableUpDownCounter("udpchat.relay.reserved_names", () => OfRelays(s => s.ReservedNames), "{name}", "Reserved names.");
        Meter.CreateObservableUpDownCounter("udpchat.relay.mail_memory", () => OfRelays(s => s.MailMemory), "By", "Memory that mail uses.");
        Meter.CreateObservableUpDownCounter("udpchat.relay.reassembly_memory", () => OfRelays(s => s.ReassemblyMemory), "By", "Memory that datagrams that came too early and texts that are not complete use.");
        Meter.CreateObservableCounter("udpchat.relay.store_failures", () => OfRelays(s => s.StoreFailures), "{group}", "Groups of changes that the store could not write.");
        Meter.CreateObservableCounter("udpchat.relay.notices", () => Relays.Keys.SelectMany(r => ByOutcome(r, r.GetStatistics().Notices)), "{notice}", "Notices, by what became of them.");
        Meter.CreateObservableCounter("udpchat.relay.evictions", () => OfRelays(s => s.Evicted), "{client}", "Clients removed because they were silent.");
        Meter.CreateObservableCounter("udpchat.relay.send_errors", () => OfRelays(s => s.SendErrors), "{datagram}", "Datagrams that the system refused to send.");
        Meter.CreateObservableCounter("udpchat.relay.receive_errors", () => OfRelays(s => s.ReceiveErrors), "{error}", "Errors that the system reported instead of a datagram.");
        Meter.CreateObservableCounter("udpchat.relay.faults", () => OfRelays(s => s.Faults), "{datagram}", "Datagrams that met a bug.");
        Meter.CreateObservableCounter("udpchat.client.messages_sent", () => OfClients(s => s.MessagesSent), "{message}", "Messages sent.");
        Meter.CreateObservableCounter("udpchat.client.messages_received", () => OfClients(s => s.MessagesReceived), "{message}", "Messages received.");
        Meter.CreateObservableCounter("udpchat.client.messages_dropped", () => OfClients(s => s.MessagesDropped), "{message}", "Messages received and dropped because the inbox was full or event handlers slow.");
        Meter.CreateObservableCounter("udpchat.client.notices_received", () => OfClients(s => s.NoticesReceived), "{notice}", "Notices received.");
        Meter.CreateObservableCounter("udpchat.client.send_errors", () => OfClients(s => s.SendErrors), "{error}", "Times that the system refused to send.");
        Meter.CreateObservableCounter("udpchat.client.ignored", () => OfClients(s => s.DatagramsIgnored), "{datagram}", "Datagrams received that are nothing a relay sends.");
    }

    /// <summary>Adds a relay, until it is removed.</summary>
    public static void Add(ChatRelay relay) => Relays[relay] = true;

    /// <summary>Adds a client, until it is removed.</summary>
    public static void Add(ChatClient client) => Clients[client] = true;

    /// <summary>Removes a relay.</summary>
    public static void Remove(ChatRelay relay) => Relays.TryRemove(relay, out _);

    /// <summary>Removes a client.</summary>
    public static void Remove(ChatClient client) => Clients.TryRemove(client, out _);

    private static IEnumerable<Measurement<long>> OfRelays(Func<ChatRelayStatistics, long> figure) =>
        Relays.Keys.Select(r => new Measurement<long>(figure(r.GetStatistics()), Tag(r)));

    private static IEnumerable<Measurement<long>> OfClients(Func<ChatClientStatistics, long> figure) =>
        Clients.Keys.Select(c => new Measurement<long>(figure(c.GetStatistics()), new KeyValuePair<string, object?>(ClientTag, c.Name), new KeyValuePair<string, object?>(RelayTag, c.Server.ToString())));

    private static IEnumerable<Measurement<long>> ByOutcome<T>(ChatRelay relay, IReadOnlyDictionary<T, long> counts) =>
        counts.Select(c => new Measurement<long>(c.Value, Tag(relay), new KeyValuePair<string, object?>(OutcomeTag, c.Key!.ToString())));

    private static KeyValuePair<string, object?> Tag(ChatRelay relay) => new(RelayTag, relay.LocalEndPoint.ToString());
}
