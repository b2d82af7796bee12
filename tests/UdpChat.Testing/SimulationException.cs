using System;

namespace UdpChat.Testing;

/// <summary>Something happened in a simulation that may not happen; or the whole story of it, with the seed that repeats it.</summary>
public sealed class SimulationException : Exception
{
    /// <summary>Says what happened.</summary>
    public SimulationException(string message)
        : base(message)
    {
    }

    /// <summary>Says what happened, and what it came from.</summary>
    public SimulationException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    /// <summary>Says nothing.</summary>
    public SimulationException()
    {
    }
}
