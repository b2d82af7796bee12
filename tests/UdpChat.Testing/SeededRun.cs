using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;

namespace UdpChat.Testing;

/// <summary>
/// Runs a story on a simulated network; one that fails is told with its seed, which repeats it. The environment variable
/// <c>UDPCHAT_SEEDS</c> runs so many seeds instead, <c>UDPCHAT_SEED</c> one alone.
/// </summary>
internal static class SeededRun
{
    private const int MaxFailures = 20;

    /// <summary>Runs the story under one seed.</summary>
    public static void Of(ulong seed, Action<SimulatedNetwork> story) => Run(seed, story, traceCapacity: 1_000);

    /// <summary>Runs the story under each seed from 1.</summary>
    public static void ForEach(int seeds, Action<SimulatedNetwork> story)
    {
        if (Read("UDPCHAT_SEED") is { } only)
        {
            Run(only, story, traceCapacity: 1_000_000);
            return;
        }
        var failures = new List<SimulationException>();
        ulong count = Read("UDPCHAT_SEEDS") ?? (ulong)seeds;
        for (ulong seed = 1; seed <= count && failures.Count < MaxFailures; seed++)
        {
            try
            {
                Of(seed, story);
            }
            catch (SimulationException e)
            {
                failures.Add(e);
            }
        }
        if (failures.Count == 0)
            return;
        // The first line of each, then the story of the first.
        string lines = string.Join(Environment.NewLine, failures.Select(e => e.Message.Substring(0, e.Message.IndexOf(Environment.NewLine, StringComparison.Ordinal))));
        throw new SimulationException($"{lines}{Environment.NewLine}{Environment.NewLine}{failures[0].Message}", failures[0]);
    }

    private static ulong? Read(string variable) =>
        ulong.TryParse(Environment.GetEnvironmentVariable(variable), NumberStyles.None, CultureInfo.InvariantCulture, out ulong value) ? value : null;

    private static void Run(ulong seed, Action<SimulatedNetwork> story, int traceCapacity)
    {
        var network = new SimulatedNetwork(seed, traceCapacity);
        try
        {
            story(network);
        }
        catch (Exception e)
        {
            throw new SimulationException($"Seed {seed}, at {network.Now}: {e.Message}{Environment.NewLine}{network.Trace}", e);
        }
    }
}
