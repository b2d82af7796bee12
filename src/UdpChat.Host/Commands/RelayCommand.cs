using System;
using System.CommandLine;
using System.CommandLine.Parsing;
using System.Net;
using System.Runtime.InteropServices;
using System.Threading.Tasks;

namespace UdpChat.Host.Commands;

/// <summary><c>udpchat relay</c>: a relay in the foreground, until a signal stops it.</summary>
internal sealed class RelayCommand : Command
{
    private const string Prefix = "one source prefix (an IPv4 address, the first 56 bits of an IPv6 one)";

    private static readonly ChatRelayOptions Defaults = new();

    private readonly Option<IPAddress?> _address = new("--address")
    {
        HelpName = "IP",
        Description = "The address to listen on, such as 127.0.0.1 or ::1. Without it: everywhere, IPv6 and IPv4.",
        CustomParser = ReadAddress,
    };

    private readonly NumberOption<int> _port = new("--port", "PORT", 0, IPEndPoint.MaxPort, Defaults.Port,
        "The UDP port to listen on, 0 for any free one");

    private readonly NumberOption<double> _clientTimeout = new("--client-timeout", "SECONDS",
        ChatRelayOptions.MinClientTimeout.TotalSeconds, ChatRelayOptions.MaxClientTimeout.TotalSeconds, Defaults.ClientTimeout.TotalSeconds,
        "The silence after which a client is removed, in seconds");

    private readonly NumberOption<int> _maxClients = new("--max-clients", "N", 1, ChatRelayOptions.MaxMaxClients, Defaults.MaxClients,
        "How many clients there may be");

    private readonly NumberOption<int> _maxClientsPerPrefix = new("--max-clients-per-prefix", "N", 0, ChatRelayOptions.MaxMaxClients, Defaults.MaxClientsPerPrefix,
        $"How many clients there may be at {Prefix}, 0 for no limit");

    private readonly NumberOption<int> _maxNameBytes = new("--max-name-bytes", "BYTES", 1, ChatRelayOptions.MaxMaxNameBytes, Defaults.MaxNameBytes,
        "How long a name may be, in bytes of UTF-8");

    private readonly NumberOption<int> _maxMessageBytes = new("--max-message-bytes", "BYTES", 1, ChatRelayOptions.MaxMaxMessageBytes, Defaults.MaxMessageBytes,
        "How long a message may be, in bytes of UTF-8");

    private readonly NumberOption<int> _rateLimit = new("--rate-limit", "N", 0, ChatRelayOptions.MaxNoticesPerSecond, Defaults.NoticesPerSecondPerPrefix,
        $"How many notices (INFO) a second go to {Prefix}; 0 lifts this and, unless given, --total-rate-limit and --max-clients-per-prefix too");

    private readonly NumberOption<int> _totalRateLimit = new("--total-rate-limit", "N", 0, ChatRelayOptions.MaxNoticesPerSecond, Defaults.NoticesPerSecond,
        "How many notices (INFO) a second the relay sends in all, 0 for no limit");

    private readonly NumberOption<int> _receiveBuffer = new("--receive-buffer", "BYTES", ChatRelayOptions.MinReceiveBufferBytes, ChatRelayOptions.MaxReceiveBufferBytes, Defaults.ReceiveBufferBytes,
        "What the system may keep while the relay is busy, in bytes; it may grant less (Linux: net.core.rmem_max)");

    public RelayCommand()
        : base("relay", "Runs a relay until it gets SIGINT (Ctrl+C) or SIGTERM. It prints 'listening on ADDRESS:PORT' once it can receive, and its figures when it has stopped.")
    {
        foreach (Option option in new Option[] { _address, _port, _clientTimeout, _maxClients, _maxClientsPerPrefix, _maxNameBytes, _maxMessageBytes, _rateLimit, _totalRateLimit, _receiveBuffer })
            Add(option);
        SetAction((result, _) => RunAsync(ReadOptions(result)));
    }

    /// <summary>What a command line says of the relay.</summary>
    internal ChatRelayOptions ReadOptions(ParseResult result)
    {
        bool isUnlimited = result.GetValue(_rateLimit) == 0;
        int Limit(NumberOption<int> option) => isUnlimited && result.GetResult(option) is not { Implicit: false } ? 0 : result.GetValue(option);
        return new ChatRelayOptions
        {
            Address = result.GetValue(_address),
            Port = result.GetValue(_port),
            ClientTimeout = TimeSpan.FromSeconds(result.GetValue(_clientTimeout)),
            MaxClients = result.GetValue(_maxClients),
            MaxClientsPerPrefix = Limit(_maxClientsPerPrefix),
            MaxNameBytes = result.GetValue(_maxNameBytes),
            MaxMessageBytes = result.GetValue(_maxMessageBytes),
            NoticesPerSecondPerPrefix = result.GetValue(_rateLimit),
            NoticesPerSecond = Limit(_totalRateLimit),
            ReceiveBufferBytes = result.GetValue(_receiveBuffer),
        };
    }

    private static async Task<int> RunAsync(ChatRelayOptions options)
    {
        using var signals = new StopSignals(PosixSignal.SIGINT, PosixSignal.SIGTERM);
        await using ChatRelay relay = ChatRelay.Start(options);
        if (options.AsciiNamesOnly)
            Console.Error.WriteLine($"{Tool.Name}: Only names of ASCII characters are accepted, because others need ICU, which is missing here; to accept them, install it (libicu).");
        Console.Out.WriteLine($"listening on {relay.LocalEndPoint}");
        try
        {
            await relay.Completion.WaitAsync(signals.Token);
        }
        catch (OperationCanceledException)
        {
            await relay.StopAsync();
        }
        Console.Error.WriteLine(RelaySummary.Describe(relay.GetStatistics()));
        return Tool.Success;
    }

    private static IPAddress? ReadAddress(ArgumentResult result)
    {
        string text = result.Tokens[0].Value;
        if (IPAddress.TryParse(text, out IPAddress? address))
            return address;
        result.AddError($"--address takes an IP address such as 127.0.0.1 or ::1, not '{text}'");
        return null;
    }
}
