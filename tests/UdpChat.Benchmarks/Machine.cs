using System;
using System.IO;
using System.Linq;
using System.Runtime.InteropServices;

namespace UdpChat.Benchmarks;

/// <summary>Where it is measured.</summary>
internal static class Machine
{
    /// <summary>Describes the machine in a line.</summary>
    public static string Describe()
    {
        // This process sees only the processor that it is bound to.
        string[] lines = File.ReadAllLines("/proc/cpuinfo");
        int processors = lines.Count(line => line.StartsWith("processor", StringComparison.Ordinal));
        string model = lines.FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))?.Split(':', 2)[1].Trim() ?? $"{RuntimeInformation.ProcessArchitecture}";
        string kernel = File.ReadAllText("/proc/sys/kernel/osrelease").Trim();
        return $"{model}, {processors} cores, Linux {kernel}, {RuntimeInformation.FrameworkDescription}";
    }

    /// <summary>How many processes wanted to run in the last minute: above zero, others were at work too.</summary>
    public static string Load => File.ReadAllText("/proc/loadavg").Split(' ')[0];
}
