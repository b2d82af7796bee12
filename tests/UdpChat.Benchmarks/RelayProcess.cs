using System;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using System.Net;
using System.Net.Sockets;
using System.Threading.Tasks;

namespace UdpChat.Benchmarks;

/// <summary>A relay in a process of its own, on a processor of its own.</summary>
internal sealed class RelayProcess : IDisposable
{
    private const int ClockTicks = 100; // a second, in /proc

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly Process _process;

    private RelayProcess(Process process, IPEndPoint endPoint, TimeSpan startTime)
    {
        _process = process;
        EndPoint = endPoint;
        StartTime = startTime;
    }

    /// <summary>Where it listens.</summary>
    public IPEndPoint EndPoint { get; }

    /// <summary>From the start of the process until it listened.</summary>
    public TimeSpan StartTime { get; }

    /// <summary>User and system time so far, in seconds, in steps of 10 ms.</summary>
    public double CpuSeconds
    {
        get
        {
            string stat = File.ReadAllText($"/proc/{_process.Id}/stat");
            string[] fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            return (double)(long.Parse(fields[11], CultureInfo.InvariantCulture) + long.Parse(fields[12], CultureInfo.InvariantCulture)) / ClockTicks;
        }
    }

    /// <summary>The memory that it has in use.</summary>
    public long ResidentBytes
    {
        get
        {
            _process.Refresh();
            return _process.WorkingSet64;
        }
    }

    /// <summary>Starts our relay without limits.</summary>
    /// <param name="settings">What to start, and where.</param>
    /// <param name="options">More options.</param>
    public static Task<RelayProcess> StartOursAsync(Settings settings, params string[] options) =>
        StartAsync(settings, [.. settings.RelayCommand.Split(' '), "relay", "--address", "127.0.0.1", "--port", "0", "--rate-limit", "0", .. options]);

    /// <summary>Starts a relay that prints where it listens.</summary>
    public static async Task<RelayProcess> StartAsync(Settings settings, string[] command)
    {
        long start = Stopwatch.GetTimestamp();
        Process process = StartPinned(settings, command);
        string? line = await process.StandardOutput.ReadLineAsync();
        TimeSpan startTime = Stopwatch.GetElapsedTime(start);
        const string Listening = "listening on ";
        if (line?.StartsWith(Listening, StringComparison.Ordinal) != true)
            throw new InvalidOperationException($"The relay did not start: {line} {await process.StandardError.ReadToEndAsync()}");
        return new RelayProcess(process, IPEndPoint.Parse(line.AsSpan(Listening.Length)), startTime);
    }

    /// <summary>Starts another server, which listens on a TCP port.</summary>
    public static async Task<RelayProcess> StartAsync(Settings settings, int port, string[] command)
    {
        long start = Stopwatch.GetTimestamp();
        Process process = StartPinned(settings, command);
        process.OutputDataReceived += (_, _) => { };
        process.ErrorDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        var endPoint = new IPEndPoint(IPAddress.Loopback, port);
        while (true)
        {
            using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
            try
            {
                await socket.ConnectAsync(endPoint);
                return new RelayProcess(process, endPoint, Stopwatch.GetElapsedTime(start));
            }
            catch (SocketException) when (Stopwatch.GetElapsedTime(start) < Patience && !process.HasExited)
            {
                await Task.Delay(50); // It does not listen yet.
            }
        }
    }

    private static Process StartPinned(Settings settings, string[] command) =>
        Process.Start(new ProcessStartInfo("taskset", ["-c", settings.RelayProcessor, .. command])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;

    /// <summary>Stops our relay as a user does.</summary>
    public async Task<RelayEnd> StopAsync()
    {
        _ = SystemCalls.Signal(_process.Id, SystemCalls.Terminate);
        return RelayEnd.Parse(await _process.StandardError.ReadToEndAsync());
    }

    /// <summary>Kills it.</summary>
    public void Dispose()
    {
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
    }
}
