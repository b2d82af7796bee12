using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading.Tasks;

namespace UdpChat.Benchmarks;

/// <summary>One message, back and forth.</summary>
internal static class Latency
{
    private const int Rounds = 10, PerRound = 1000, WarmUp = 60_000;

    public static async Task RunAsync(Settings settings)
    {
        using ReferenceRelay? reference = await ReferenceRelay.BuildAsync();
        foreach (bool asBytes in new[] { true, false })
        {
            (double[] times, double[] bare) = await MeasureAsync(settings, reference, asBytes);
            var figures = new Dictionary<string, object>
            {
                ["measured"] = "latency",
                ["as"] = asBytes ? "bytes" : "objects",
                ["round_trips"] = times.Length,
                ["median_us"] = Math.Round(Median(times), 1),
                ["p99_us"] = Math.Round(times[times.Length * 99 / 100], 1),
            };
            if (bare.Length > 0)
                figures["bare_sockets_median_us"] = Math.Round(Median(bare), 1);
            Clients.Print(figures);
        }
    }

    /// <summary>Microseconds in ascending order of our relay and client and, in turn with them, of another relay and bare sockets.</summary>
    public static async Task<(double[] Ours, double[] Reference)> MeasureAsync(Settings settings, ReferenceRelay? reference, bool asBytes = true)
    {
        using RelayProcess relay = await RelayProcess.StartOursAsync(settings);
        using RelayProcess? other = reference is null ? null : await reference.StartAsync(settings);
        await using PingPong ours = await PingPong.OpenAsync(relay, asBytes);
        using BarePair? bare = other is null ? null : new BarePair(other);
        bare?.StartAnswering();
        List<double> times = [], bareTimes = [];
        await ours.PlayAsync(WarmUp, []); // until the just-in-time compiler is done
        for (int round = 0; round < Rounds; round++)
        {
            await ours.PlayAsync(PerRound, times);
            bare?.Play(PerRound, bareTimes);
        }
        return ([.. times.Order()], [.. bareTimes.Order()]);
    }

    /// <summary>The median of what is in order.</summary>
    public static double Median(double[] sorted) => sorted[sorted.Length / 2];
}
