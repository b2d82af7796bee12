using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Threading.Tasks;

namespace UdpChat.Benchmarks;

/// <summary>How many messages a second, and what one took.</summary>
internal readonly record struct Rate(double PerSecond, double RelayMicroseconds, double ClientMicroseconds, double RelayBusy, double ClientBusy)
{
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(1);

    /// <summary>Counts what happens in some seconds, after a second to warm up.</summary>
    public static async Task<Rate> MeasureAsync(Func<long> count, RelayProcess relay, double seconds)
    {
        await Task.Delay(WarmUp);
        (long clock, long n, double relayTime, double clientTime) = (Stopwatch.GetTimestamp(), count(), relay.CpuSeconds, ClientSeconds);
        await Task.Delay(TimeSpan.FromSeconds(seconds));
        n = count() - n;
        relayTime = relay.CpuSeconds - relayTime;
        clientTime = ClientSeconds - clientTime;
        double elapsed = Stopwatch.GetElapsedTime(clock).TotalSeconds;
        return new Rate(n / elapsed, relayTime * 1e6 / n, clientTime * 1e6 / n, relayTime / elapsed, clientTime / elapsed);
    }

    /// <summary>Adds the figures to a line of output.</summary>
    public void AddTo(Dictionary<string, object> figures)
    {
        figures["per_second"] = Math.Round(PerSecond);
        figures["relay_us"] = Math.Round(RelayMicroseconds, 2);
        figures["client_us"] = Math.Round(ClientMicroseconds, 2);
        figures["relay_busy"] = Math.Round(RelayBusy, 2);
        figures["client_busy"] = Math.Round(ClientBusy, 2);
    }

    private static double ClientSeconds => Environment.CpuUsage.TotalTime.TotalSeconds;
}
