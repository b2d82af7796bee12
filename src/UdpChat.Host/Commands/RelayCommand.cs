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
        $"How many notices (INFO) a second go to {Prefix}; 0 lifts this and, unless given, --total-rate-limit and the limits per prefix too");

    private readonly NumberOption<int> _totalRateLimit = new("--total-rate-limit", "N", 0, ChatRelayOptions.MaxNoticesPerSecond, Defaults.NoticesPerSecond,
        "How many notices (INFO) a second the relay sends in all, 0 for no limit");

    private readonly NumberOption<int> _receiveBuffer = new("--receive-buffer", "BYTES", ChatRelayOptions.MinReceiveBufferBytes, ChatRelayOptions.MaxReceiveBufferBytes, Defaults.ReceiveBufferBytes,
        "What the system may keep while the relay is busy, in bytes; it may grant less (Linux: net.core.rmem_max)");

    private readonly Option<string?> _store = new("--store")
    {
        HelpName = "FILE",
        Description = "The file in which reserved names and the mail of those who are away survive the relay's end; made if it is not there. Without it: in memory.",
    };

    private readonly NumberOption<int> _mailboxMessages = new("--mailbox-messages", "N", 1, 10_000_000, Defaults.MailboxMessages,
        "How many messages a mailbox holds");

    private readonly NumberOption<long> _mailboxBytes = new("--mailbox-bytes", "BYTES", 1 << 10, 1L << 40, Defaults.MailboxBytes,
        "How many bytes of text a mailbox holds");

    private readonly NumberOption<double> _mailDays = new("--mail-days", "DAYS", 1.0 / 1440, 3653, Defaults.MailLifetime.TotalDays,
        "How long mail is kept, in days; never longer than the name is reserved");

    private readonly NumberOption<double> _nameDays = new("--name-days", "DAYS", 1.0 / 1440, 3653, Defaults.NameLifetime.TotalDays,
        "How long a name stays reserved after its owner's last sign of life, in days");

    private readonly NumberOption<long> _mailMemory = new("--mail-memory", "BYTES", 64 << 10, 1L << 40, Defaults.MaxMailMemoryBytes,
        "How many bytes of memory all mail may use");

    private readonly NumberOption<int> _maxNames = new("--max-names", "N", 1, ChatRelayOptions.MaxMaxClients, Defaults.MaxReservedNames,
        "How many names may be reserved");

    private readonly NumberOption<int> _maxNamesPerPrefix = new("--max-names-per-prefix", "N", 0, ChatRelayOptions.MaxMaxClients, Defaults.MaxReservedNamesPerPrefix,
        $"How many names may be reserved from {Prefix}, 0 for no limit");

    public RelayCommand()
        : base("relay", "Runs a relay until it gets SIGINT (Ctrl+C) or SIGTERM. It prints 'listening on ADDRESS:PORT' once it can receive, and its figures when it has stopped.")
    {
        foreach (Option option in new Option[] { _address, _port, _clientTimeout, _maxClients, _maxClientsPerPrefix, _maxNameBytes, _maxMessageBytes, _rateLimit, _totalRateLimit, _receiveBuffer, _store, _mailboxMessages, _mailboxBytes, _mailDays, _nameDays, _mailMemory, _maxNames, _maxNamesPerPrefix })
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
            Store = result.GetValue(_store),
            MailboxMessages = result.GetValue(_mailboxMessages),
            MailboxBytes = result.GetValue(_mailboxBytes),
            MailLifetime = TimeSpan.FromDays(result.GetValue(_mailDays)),
            NameLifetime = TimeSpan.FromDays(result.GetValue(_nameDays)),
            MaxMailMemoryBytes = result.GetValue(_mailMemory),
            MaxReservedNames = result.GetValue(_maxNames),
            MaxReservedNamesPerPrefix = Limit(_maxNamesPerPrefix),
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
