using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;

namespace UdpChat.Benchmarks;

/// <summary>One message, back and forth.</summary>
internal static class Latency
{
    private const int Rounds = 10, PerRound = 1000;

    public static async Task RunAsync(Settings settings)
    {
        (double[] times, _) = await MeasureAsync(settings, reference: null);
        Clients.Print(new()
        {
            ["measured"] = "latency",
            ["round_trips"] = times.Length,
            ["median_us"] = Math.Round(Median(times), 1),
            ["p99_us"] = Math.Round(times[times.Length * 99 / 100], 1),
        });
    }

    /// <summary>Microseconds in ascending order of our relay and client and, in turn with them, of another relay and bare sockets.</summary>
    public static async Task<(double[] Ours, double[] Reference)> MeasureAsync(Settings settings, ReferenceRelay? reference)
    {
        using RelayProcess relay = await RelayProcess.StartOursAsync(settings);
        using RelayProcess? other = reference is null ? null : await reference.StartAsync(settings);
        using var came = new SemaphoreSlim(0);
        ChatClient? b = null;
        await using ChatClient a = await Clients.ConnectAsync("a", relay.EndPoint, (_, _) => came.Release());
        await using (b = await Clients.ConnectAsync("b", relay.EndPoint, (_, message) => _ = b!.SendAsync("a", message.Text).AsTask()))
        {
            async Task PingAsync()
            {
                await a.SendAsync("b", Clients.Text);
                await came.WaitAsync();
            }
            using BarePair? bare = other is null ? null : new BarePair(other);
            bare?.StartAnswering();
            List<double> times = [], bareTimes = [];
            await RoundAsync(PingAsync, []); // until the just-in-time compiler is done
            for (int round = 0; round < Rounds; round++)
            {
                await RoundAsync(PingAsync, times);
                if (bare is not null)
                    await RoundAsync(bare.PingAsync, bareTimes);
            }
            return ([.. times.Order()], [.. bareTimes.Order()]);
        }
    }

    /// <summary>The median of what is in order.</summary>
    public static double Median(double[] sorted) => sorted[sorted.Length / 2];

    private static async Task RoundAsync(Func<Task> pingAsync, List<double> times)
    {
        for (int i = 0; i < PerRound; i++)
        {
            long start = Stopwatch.GetTimestamp();
            await pingAsync();
            times.Add(Stopwatch.GetElapsedTime(start).TotalMicroseconds);
        }
    }
}
