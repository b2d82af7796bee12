using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Linq;
using System.Threading.Tasks;

namespace UdpChat.Benchmarks;

/// <summary>What a million users of the plain profile, all of whom send their heartbeats, cost those who talk, beside fewer of them.</summary>
internal static class Million
{
    private const int Fewer = 300_000, Most = PlainLoad.MaxUsers;

    /// <summary>So long after they have registered only those are left who have sent heartbeats.</summary>
    private static readonly TimeSpan Outlived = TimeSpan.FromSeconds(62);

    public static async Task RunAsync(Settings settings)
    {
        await KeepAllAsync(settings);
        using ReferenceRelay? reference = await ReferenceRelay.BuildAsync();
        await CompareAsync(settings, reference);
    }

    /// <summary>Whether all are still there when those are gone who were silent.</summary>
    private static async Task KeepAllAsync(Settings settings)
    {
        using RelayProcess relay = await RelayProcess.StartOursAsync(settings);
        await Task.Delay(TimeSpan.FromSeconds(1)); // What it does in its first second belongs to it.
        long before = relay.ResidentBytes;
        long start = Stopwatch.GetTimestamp();
        using var load = new PlainLoad(relay, Most);
        TimeSpan registration = Stopwatch.GetElapsedTime(start);
        await load.MeasureAsync(Outlived.TotalSeconds, keepsAlive: true);
        long after = relay.ResidentBytes;
        RelayEnd end = await relay.StopAsync();
        Clients.Print(new()
        {
            ["measured"] = "million",
            ["users"] = Most,
            ["registered_in_seconds"] = Math.Round(registration.TotalSeconds, 1),
            ["bytes_a_user"] = (after - before) / Most,
            ["heartbeats"] = load.Heartbeats,
            ["repeated"] = load.Repeated,
            ["removed"] = end.Removed,
            ["left_at_end"] = end.Clients,
        });
    }

    /// <summary>All are measured in turn, each while the others are silent, which must not end their users' registration.</summary>
    private static async Task CompareAsync(Settings settings, ReferenceRelay? reference)
    {
        List<Turn> turns = [];
        try
        {
            foreach (int users in new[] { Fewer, Most })
            {
                turns.Add(new Turn($"relay_us_{users}", await RelayProcess.StartOursAsync(settings, "--client-timeout", "3600"), users));
                if (reference is not null)
                    turns.Add(new Turn($"reference_us_{users}", await reference.StartAsync(settings), users));
            }
            foreach (Turn turn in turns)
                await turn.Load.WarmUpAsync();
            for (int round = 0; round < settings.Rounds; round++)
            {
                // Who begins changes, so that a drift of the machine favours nobody.
                foreach (Turn turn in round % 2 == 0 ? turns : Enumerable.Reverse(turns))
                    turn.Cost.Values.Add((await turn.Load.MeasureAsync(settings.Seconds, keepsAlive: true)).RelayMicroseconds);
            }
            var figures = new Dictionary<string, object> { ["measured"] = "million", ["rounds"] = settings.Rounds };
            foreach (Turn turn in turns)
                figures[turn.Cost.Name] = Math.Round(turn.Cost.Median, 3);
            Turn fewer = turns[0], most = turns[turns.Count / 2];
            figures[$"ratio_{Most}_to_{Fewer}"] = Ratio(most, fewer);
            if (reference is not null)
            {
                figures[$"ratio_to_reference_{Fewer}"] = Ratio(fewer, turns[1]);
                figures[$"ratio_to_reference_{Most}"] = Ratio(most, turns[3]);
            }
            Clients.Print(figures);
        }
        finally
        {
            turns.ForEach(turn => turn.Dispose());
        }
    }

    private static double Ratio(Turn a, Turn b) => Math.Round(b.Cost.RatioOf(a.Cost).Median, 2);

    /// <summary>One relay with its users, and what a message has cost it in each round.</summary>
    private sealed class Turn(string name, RelayProcess relay, int users) : IDisposable
    {
        public PlainLoad Load { get; } = new(relay, users);

        public Contender Cost { get; } = new(name);

        public void Dispose()
        {
            Load.Dispose();
            relay.Dispose();
        }
    }
}
