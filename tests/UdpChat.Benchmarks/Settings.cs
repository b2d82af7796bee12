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

    public double Seconds { get; private init; } = 5;

    public int Rounds { get; private init; } = 1;

    public string RelayProcessor { get; private init; } = "0";

    public string ClientProcessor { get; private init; } = "1";

    public string? Reference { get; private init; }

    public bool IsPinned { get; private init; }

    /// <summary>Reads a command line; null if it is wrong.</summary>
    public static Settings? Read(string[] args)
    {
        if (args is not [var command, ..] || command is not ("throughput" or "stored" or "away" or "latency" or "all"))
            return null;
        var settings = new Settings { Command = command };
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
                "--reference" => settings with { Reference = value },
                _ => null,
            };
            if (next is null)
                return null;
            settings = next;
            i++;
        }
        return settings;
    }

    private static string FindRelay()
    {
        for (string? folder = AppContext.BaseDirectory; folder is not null; folder = Path.GetDirectoryName(folder))
        {
            string tool = Path.Combine(folder, "src/UdpChat.Host/bin/Release/net10.0/udpchat");
            if (File.Exists(tool))
                return tool;
        }
        return "udpchat";
    }
}
