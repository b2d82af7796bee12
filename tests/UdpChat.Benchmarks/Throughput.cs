using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;

namespace UdpChat.Benchmarks;

/// <summary>One sender, one recipient, so many messages sent and not yet received.</summary>
internal static class Throughput
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    public static async Task RunAsync(Settings settings)
    {
        foreach ((_, Dictionary<string, object> figures) in await MeasureAsync(settings))
            Clients.Print(figures);
    }

    /// <summary>Measures our relay and client with 64, then 1024 messages under way, as bytes; then 1024 with an object each.</summary>
    public static async Task<(Rate Rate, Dictionary<string, object> Figures)[]> MeasureAsync(Settings settings)
    {
        using RelayProcess relay = await RelayProcess.StartOursAsync(settings);
        await MeasureAsync(relay, BytesStream.OpenAsync, 64, 2); // until the just-in-time compiler is done
        await MeasureAsync(relay, BytesStream.OpenAsync, 1024, 2);
        await MeasureAsync(relay, ObjectStream.OpenAsync, 1024, 2);
        return
        [
            await MeasureAsync(relay, BytesStream.OpenAsync, 64, settings.Seconds),
            await MeasureAsync(relay, BytesStream.OpenAsync, 1024, settings.Seconds),
            await MeasureAsync(relay, ObjectStream.OpenAsync, 1024, settings.Seconds),
        ];
    }

    private static async Task<(Rate Rate, Dictionary<string, object> Figures)> MeasureAsync(RelayProcess relay, Func<RelayProcess, int, Task<MessageStream>> openAsync, int window, double seconds)
    {
        await using MessageStream stream = await openAsync(relay, window);
        stream.Start();
        Rate rate = await Rate.MeasureAsync(() => stream.Received, relay, seconds);
        var figures = new Dictionary<string, object> { ["measured"] = "throughput", ["as"] = stream is BytesStream ? "bytes" : "objects", ["window"] = window };
        rate.AddTo(figures);
        using var timeout = new CancellationTokenSource(Patience);
        await stream.StopAsync(figures, timeout.Token);
        return (rate, figures);
    }
}
