using System;

namespace UdpChat.Testing;

/// <summary>Runs a story on a simulated network; one that fails is told with its seed, which repeats it.</summary>
internal static class SeededRun
{
    /// <summary>Runs the story under one seed.</summary>
    public static void Of(ulong seed, Action<SimulatedNetwork> story)
    {
        var network = new SimulatedNetwork(seed);
        try
        {
            story(network);
        }
        catch (Exception e)
        {
            throw new SimulationException($"Seed {seed}, at {network.Now}: {e.Message}{Environment.NewLine}{network.Trace}", e);
        }
    }

    /// <summary>Runs the story under each seed from 1.</summary>
    public static void ForEach(int seeds, Action<SimulatedNetwork> story)
    {
        for (ulong seed = 1; seed <= (ulong)seeds; seed++)
            Of(seed, story);
    }
}
