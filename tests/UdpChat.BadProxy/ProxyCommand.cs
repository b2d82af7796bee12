using System;
using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using System.Threading.Tasks;
using UdpChat.Testing.Sockets;

namespace UdpChat.Testing.CommandLine;

/// <summary>The command line: a proxy between clients and a relay until a signal to stop.</summary>
internal sealed class ProxyCommand : RootCommand
{
    private static readonly TimeSpan LeastHoldBack = TimeSpan.FromMilliseconds(20);

    private readonly Option<IPEndPoint> _listen = EndPoint("--listen", "Where clients find it", "127.0.0.1:0");
    private readonly Option<IPEndPoint> _relay = EndPoint("--relay", "Where the relay is, also while it is not there", "127.0.0.1:9000");
    private readonly Option<double> _lose = Percentage("--lose", "lost");
    private readonly Option<double> _double = Percentage("--double", "doubled");
    private readonly Option<double> _reorder = Percentage("--reorder", "held back, by the longest delay, at least 20 ms");
    private readonly Option<TimeSpan[]> _delay = new("--delay") { HelpName = "ms-ms", CustomParser = ReadRange, Description = "How long one takes, as 10-50 or 20" };
    private readonly Option<TimeSpan?> _newPort = Seconds("--new-port", "After how many seconds a client is given another port, again and again");
    private readonly Option<TimeSpan?> _grace = Seconds("--grace", "How many seconds the former port still takes answers; 2 by default");
    private readonly Option<ulong> _seed = new("--seed") { DefaultValueFactory = static _ => 1, Description = "Decides what becomes of which datagram" };

    public ProxyCommand()
        : base("Forwards UDP datagrams between clients and a relay, and is a bad network to both. SIGINT or SIGTERM ends it; then it says what it did.")
    {
        foreach (Option option in new Option[] { _listen, _relay, _lose, _double, _reorder, _delay, _newPort, _grace, _seed })
            Add(option);
        SetAction((parsed, _) => RunAsync(parsed));
    }

    private async Task<int> RunAsync(ParseResult parsed)
    {
        TimeSpan[] delay = parsed.GetValue(_delay) ?? [default, default];
        var conditions = new LinkConditions
        {
            Loss = parsed.GetValue(_lose),
            Duplication = parsed.GetValue(_double),
            Reordering = parsed.GetValue(_reorder),
            MinDelay = delay[0],
            MaxDelay = delay[1],
            HoldBack = delay[1] > LeastHoldBack ? delay[1] : LeastHoldBack,
        };
        var options = new BadProxyOptions
        {
            Listen = parsed.GetValue(_listen)!,
            Relay = parsed.GetValue(_relay)!,
            ToRelay = conditions,
            ToClients = conditions,
            NewPortInterval = parsed.GetValue(_newPort),
            Seed = parsed.GetValue(_seed),
        };
        if (parsed.GetValue(_grace) is { } grace)
            options = options with { Grace = grace };
        using var signals = new StopSignals();
        try
        {
            await using var proxy = new Sockets.BadProxy(options);
            Console.WriteLine($"listening on {proxy.LocalEndPoint}, relay {options.Relay}, each way: {conditions}, seed {options.Seed}");
            await signals.Stopped;
            Console.WriteLine(proxy.GetCounts());
            return 0;
        }
        catch (SocketException e)
        {
            await Console.Error.WriteLineAsync($"Can't listen on {options.Listen}: {e.Message}");
            return 1;
        }
    }

    private static Option<IPEndPoint> EndPoint(string name, string description, string defaultValue) => new(name)
    {
        HelpName = "address:port",
        Description = description,
        DefaultValueFactory = _ => IPEndPoint.Parse(defaultValue),
        CustomParser = result => IPEndPoint.TryParse(result.Tokens[0].Value, out IPEndPoint? value) ? value : Refuse<IPEndPoint>(result, "an IP address and a port, as 127.0.0.1:9000"),
    };

    private static Option<double> Percentage(string name, string fate) => new(name)
    {
        HelpName = "percent",
        Description = $"How many of 100 datagrams are {fate}, each way",
        CustomParser = result => TryReadNumber(result.Tokens[0].Value, 100, out double value) ? value / 100 : Refuse<double>(result, "a number from 0 to 100"),
    };

    private static Option<TimeSpan?> Seconds(string name, string description) => new(name)
    {
        HelpName = "seconds",
        Description = description,
        CustomParser = static result => TryReadNumber(result.Tokens[0].Value, 86_400, out double value) && value > 0 ? TimeSpan.FromSeconds(value) : Refuse<TimeSpan?>(result, "a number above 0, up to 86400"),
    };

    private static TimeSpan[]? ReadRange(ArgumentResult result)
    {
        string[] ends = result.Tokens[0].Value.Split('-');
        double[] values = ends.Select(end => TryReadNumber(end, 60_000, out double value) ? value : double.NaN).ToArray();
        return values.Length <= 2 && values[0] <= values[^1] // NaN is neither less nor equal.
            ? [TimeSpan.FromMilliseconds(values[0]), TimeSpan.FromMilliseconds(values[^1])]
            : Refuse<TimeSpan[]>(result, "milliseconds, as 20 or 10-50");
    }

    private static bool TryReadNumber(string text, double max, out double value) =>
        double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out value) && value <= max;

    private static T? Refuse<T>(ArgumentResult result, string wanted)
    {
        result.AddError($"{((OptionResult)result.Parent!).Option.Name} takes {wanted}, not '{result.Tokens[0].Value}'");
        return default;
    }
}
