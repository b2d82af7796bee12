using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Threading.Tasks;

namespace UdpChat.Benchmarks;

/// <summary>What a million users of the plain profile cost those who talk, beside fewer of them.</summary>
internal static class Million
{
    private const int Fewer = 300_000, Most = PlainLoad.MaxUsers;

    /// <summary>Without heartbeats users are removed after a minute, so it is not measured longer.</summary>
    private const double MostSeconds = 10;

    /// <summary>So long after they have registered only those are left who have sent heartbeats.</summary>
    private static readonly TimeSpan Outlived = TimeSpan.FromSeconds(62);

    public static async Task RunAsync(Settings settings)
    {
        using ReferenceRelay? reference = await ReferenceRelay.BuildAsync();
        (double quiet, double kept, double? other) fewer = await RunAsync(settings, reference, Fewer), most = await RunAsync(settings, reference, Most);
        Clients.Print(new()
        {
            ["measured"] = "million",
            ["ratio"] = Ratio(most.quiet, fewer.quiet),
            ["ratio_with_heartbeats"] = Ratio(most.kept, fewer.kept),
            ["reference_ratio"] = most.other is { } a && fewer.other is { } b ? Ratio(a, b) : ReferenceRelay.Missing,
        });
    }

    /// <summary>Measures and prints; gives the microseconds a message without and with heartbeats, and those of the other relay.</summary>
    private static async Task<(double, double, double?)> RunAsync(Settings settings, ReferenceRelay? reference, int users)
    {
        var figures = new Dictionary<string, object> { ["measured"] = "million", ["users"] = users };
        using RelayProcess relay = await RelayProcess.StartOursAsync(settings);
        await Task.Delay(TimeSpan.FromSeconds(1)); // What it does in its first second belongs to it.
        long before = relay.ResidentBytes;
        using var load = new PlainLoad(relay, users);
        long registered = Stopwatch.GetTimestamp();
        Rate quiet = await MeasureQuietAsync(load, settings);
        Rate kept = await load.MeasureAsync(Math.Max(settings.Seconds, (Outlived - Stopwatch.GetElapsedTime(registered)).TotalSeconds), keepsAlive: true);
        long after = relay.ResidentBytes;
        RelayEnd end = await relay.StopAsync();
        Rate? other = reference is null ? null : await MeasureReferenceAsync(settings, reference, users);
        figures["left_at_end"] = end.Clients;
        figures["removed"] = end.Removed;
        figures["bytes_a_user"] = (after - before) / users;
        figures["heartbeats"] = load.Heartbeats;
        figures["repeated"] = load.Repeated;
        figures["per_second"] = Math.Round(quiet.PerSecond);
        figures["relay_us"] = Math.Round(quiet.RelayMicroseconds, 3);
        figures["per_second_with_heartbeats"] = Math.Round(kept.PerSecond);
        figures["relay_us_with_heartbeats"] = Math.Round(kept.RelayMicroseconds, 3);
        figures["reference_us"] = other is { } rate ? Math.Round(rate.RelayMicroseconds, 3) : ReferenceRelay.Missing;
        Clients.Print(figures);
        return (quiet.RelayMicroseconds, kept.RelayMicroseconds, other?.RelayMicroseconds);
    }

    private static async Task<Rate> MeasureReferenceAsync(Settings settings, ReferenceRelay reference, int users)
    {
        using RelayProcess relay = await reference.StartAsync(settings);
        using var load = new PlainLoad(relay, users);
        return await MeasureQuietAsync(load, settings);
    }

    private static async Task<Rate> MeasureQuietAsync(PlainLoad load, Settings settings)
    {
        await load.WarmUpAsync();
        return await load.MeasureAsync(Math.Min(settings.Seconds, MostSeconds));
    }

    private static double Ratio(double a, double b) => Math.Round(a / b, 2);
}
