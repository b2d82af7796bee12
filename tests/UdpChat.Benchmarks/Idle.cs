using System;
using System.Threading.Tasks;

namespace UdpChat.Benchmarks;

/// <summary>What users cost who are connected and say nothing.</summary>
internal static class Idle
{
    /// <summary>How many there are.</summary>
    public const int Users = 100_000;

    /// <summary>For how long a relay settles: the just-in-time compiler is done, and what the registrations left is collected.</summary>
    private const double Settle = 5;

    public static async Task RunAsync(Settings settings)
    {
        using ReferenceRelay? reference = await ReferenceRelay.BuildAsync();
        using RelayProcess relay = await RelayProcess.StartOursAsync(settings);
        await Task.Delay(TimeSpan.FromSeconds(1)); // What it does in its first second belongs to it.
        long before = relay.ResidentBytes;
        using var users = new IdleSessions(relay, Users);
        Rate ours = await users.MeasureAsync(Settle, settings.Seconds);
        long after = relay.ResidentBytes;
        RelayEnd end = await relay.StopAsync();
        Rate? other = reference is null ? null : await MeasureReferenceAsync(settings, reference);
        Clients.Print(new()
        {
            ["measured"] = "idle",
            ["sessions"] = Users,
            ["left_at_end"] = end.Clients,
            ["per_second"] = Math.Round(ours.PerSecond),
            ["sent"] = users.Sent,
            ["unacknowledged"] = users.Unanswered,
            ["relay_us"] = Math.Round(ours.RelayMicroseconds, 2),
            ["relay_busy_percent"] = Percent(ours),
            ["reference_busy_percent"] = other is { } rate ? Percent(rate) : ReferenceRelay.Missing,
            ["ratio"] = other is { } yardstick ? Math.Round(ours.RelayMicroseconds / yardstick.RelayMicroseconds, 2) : ReferenceRelay.Missing,
            ["resident_mib"] = Math.Round(after / (double)(1 << 20), 1),
            ["bytes_a_session"] = (after - before) / Users,
        });
    }

    /// <summary>Measures our relay.</summary>
    public static async Task<Rate> MeasureAsync(Settings settings)
    {
        using RelayProcess relay = await RelayProcess.StartOursAsync(settings);
        using var users = new IdleSessions(relay, Users);
        return await users.MeasureAsync(Settle, settings.Seconds);
    }

    /// <summary>Measures another with as many datagrams.</summary>
    public static async Task<Rate> MeasureReferenceAsync(Settings settings, ReferenceRelay reference)
    {
        using RelayProcess relay = await reference.StartAsync(settings);
        using var users = new SelfSenders(relay, Users);
        return await users.MeasureAsync(1, settings.Seconds);
    }

    /// <summary>The share of its processor that a relay took.</summary>
    public static double Percent(Rate rate) => Math.Round(100 * rate.RelayBusy, 2);
}
