using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Threading.Tasks;

namespace UdpChat.Benchmarks;

/// <summary>Reads the command line and measures.</summary>
internal static class Program
{
    private const string Usage =
        """
        Measures a relay in a process of its own on one processor, and clients in this process on another.
        Each figure is a line of JSON, but for bench and micro.

        UdpChat.Benchmarks COMMAND [OPTION...]

        throughput   one sender, one recipient, 64-byte texts; 64, then 1024 of them sent and not yet received
        stored       the same sender and a recipient who is away, with a store; 256 messages not yet accepted; in turn with
                     Redis where it is installed
        away         memory and start of a relay whose store has 100,000 users with 10 messages each
        latency      one message, back and forth
        idle         100,000 clients of the extended profile who only send heartbeats, beside a relay in C with as many datagrams
        allocation   what is allocated for a message, by a relay and two clients in this process and by the relay alone
        all          all of these
        million      whether 1,000,000 users of the plain profile, 64 of them busy, are all there a minute later by their
                     heartbeats; and what they cost in turn with 300,000, beside a relay in C; about 3 minutes
        bench        our relay and client beside a relay in C over bare sockets, and beside NATS, without and with JetStream,
                     and Redis where they are installed, in turn; prints a table and draws a chart
        micro        the steps on the way of a datagram, one by one
        sessions     memory of a session of a relay in this process, new, and idle after messages

        --relay-command COMMAND   what starts the relay; "relay" and its options are added. By default the tool built
                                  in src/UdpChat.Host
        --seconds N               how long to measure, after 1 s to warm up (5; idle: 10; million: 2)
        --rounds N                how often (1; bench: 3; million: 7)
        --processors R,C          on which processor the relay runs, and the clients (0,1)
        --users N                 bench: how many users of the plain profile are registered, 64 of them busy (64)
        --svg FILE                bench: where the chart goes (docs/bench.svg)
        """;

    private static async Task<int> Main(string[] args)
    {
        if (Settings.Read(args) is not { } settings)
        {
            Console.Error.WriteLine(Usage);
            return 2;
        }
        if (!settings.IsPinned)
            return RunPinned(args, settings);
        if (settings.Command == "bench")
        {
            await Bench.RunAsync(settings);
            return 0;
        }
        if (settings.Command == "million")
        {
            await Million.RunAsync(settings);
            return 0;
        }
        if (settings.Command == "micro")
        {
            Micro.Run();
            return 0;
        }
        if (settings.Command == "sessions")
        {
            Sessions.Run();
            return 0;
        }
        foreach (string command in settings.Command == "all" ? ["throughput", "stored", "away", "latency", "idle", "allocation"] : new[] { settings.Command })
        {
            for (int round = 0; round < settings.Rounds; round++)
                await RunAsync(command, settings);
        }
        return 0;
    }

    private static Task RunAsync(string command, Settings settings) => command switch
    {
        "throughput" => Throughput.RunAsync(settings),
        "stored" => Stored.RunAsync(settings),
        "away" => Away.RunAsync(settings),
        "idle" => Idle.RunAsync(settings),
        "allocation" => Allocation.RunAsync(),
        _ => Latency.RunAsync(settings),
    };

    /// <summary>The runtime counts its processors when it starts, so this starts again where it is to run.</summary>
    private static int RunPinned(string[] args, Settings settings)
    {
        List<string> arguments = ["-c", settings.ClientProcessor, Environment.ProcessPath!, .. args, Settings.Pinned];
        if (Environment.ProcessPath!.EndsWith("/dotnet", StringComparison.Ordinal))
            arguments.Insert(3, typeof(Program).Assembly.Location);
        using var process = Process.Start("taskset", arguments);
        process.WaitForExit();
        return process.ExitCode;
    }
}
