using System;
using System.Globalization;
using System.IO;

namespace UdpChat.Benchmarks;

/// <summary>What the command line says.</summary>
internal sealed record Settings
{
    /// <summary>Says that the process is where it is to run.</summary>
    public const string Pinned = "--pinned";

    public string Command { get; private init; } = "";

    public string RelayCommand { get; private init; } = FindRelay();

    public double Seconds { get; private init; }

    public int Rounds { get; private init; }

    public string RelayProcessor { get; private init; } = "0";

    public string ClientProcessor { get; private init; } = "1";

    /// <summary>How many users of the plain profile there are.</summary>
    public int Users { get; private init; } = PlainLoad.Busy;

    /// <summary>Where the chart goes.</summary>
    public string ChartPath { get; private init; } = Path.Combine(FindRoot() ?? "", "docs", "bench.svg");

    public bool IsPinned { get; private init; }

    /// <summary>Reads a command line; null if it is wrong.</summary>
    public static Settings? Read(string[] args)
    {
        if (args is not [var command, ..] || command is not ("throughput" or "stored" or "away" or "latency" or "idle" or "million" or "allocation" or "all" or "bench" or "micro" or "sessions"))
            return null;
        var settings = new Settings { Command = command, Rounds = command switch { "bench" => 3, "million" => 7, _ => 1 }, Seconds = command switch { "idle" => 10, "million" => 2, _ => 5 } };
        for (int i = 1; i < args.Length; i++)
        {
            if (args[i] == Pinned)
            {
                settings = settings with { IsPinned = true };
                continue;
            }
            if (i + 1 == args.Length)
                return null;
            string value = args[i + 1];
            Settings? next = args[i] switch
            {
                "--relay-command" => settings with { RelayCommand = value },
                "--seconds" when double.TryParse(value, CultureInfo.InvariantCulture, out double seconds) && seconds > 0 => settings with { Seconds = seconds },
                "--rounds" when int.TryParse(value, CultureInfo.InvariantCulture, out int rounds) && rounds > 0 => settings with { Rounds = rounds },
                "--processors" when value.Split(',') is [var relay, var clients] => settings with { RelayProcessor = relay, ClientProcessor = clients },
                "--users" when int.TryParse(value, CultureInfo.InvariantCulture, out int users) && users is >= PlainLoad.Busy and <= PlainLoad.MaxUsers => settings with { Users = users },
                "--svg" => settings with { ChartPath = value },
                _ => null,
            };
            if (next is null)
                return null;
            settings = next;
            i++;
        }
        return settings;
    }

    private static string FindRelay() =>
        FindRoot() is { } root && Path.Combine(root, "src/UdpChat.Host/bin/Release/net10.0/udpchat") is var tool && File.Exists(tool) ? tool : "udpchat";

    /// <summary>The folder of the checkout.</summary>
    private static string? FindRoot()
    {
        string? folder = AppContext.BaseDirectory;
        while (folder is not null && !File.Exists(Path.Combine(folder, "UdpChat.PowerShell.sln")))
            folder = Path.GetDirectoryName(folder);
        return folder;
    }
}
