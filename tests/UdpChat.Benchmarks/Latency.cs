using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;

namespace UdpChat.Benchmarks;

/// <summary>One message, back and forth.</summary>
internal static class Latency
{
    private const int Rounds = 10, PerRound = 1000, ReferencePort = 19871;

    public static async Task RunAsync(Settings settings)
    {
        using RelayProcess relay = await RelayProcess.StartAsync(settings);
        using var came = new SemaphoreSlim(0);
        ChatClient? b = null;
        await using ChatClient a = await Clients.ConnectAsync("a", relay.EndPoint, (_, _) => came.Release());
        await using (b = await Clients.ConnectAsync("b", relay.EndPoint, (_, message) => _ = b!.SendAsync("a", message.Text).AsTask()))
        {
            async Task PingAsync()
            {
                await a.SendAsync("b", Clients.Text);
                await came.WaitAsync();
            }
            using Process? reference = StartReference(settings);
            using var bare = reference is null ? null : new BarePair(ReferencePort);
            List<double> times = [], bareTimes = [];
            await RoundAsync(PingAsync, []); // until the just-in-time compiler is done
            for (int round = 0; round < Rounds; round++)
            {
                await RoundAsync(PingAsync, times);
                if (bare is not null)
                    await RoundAsync(bare.PingAsync, bareTimes);
            }
            Print("latency", times);
            if (bare is not null)
                Print("latency of the reference", bareTimes);
            reference?.Kill();
        }
    }

    private static async Task RoundAsync(Func<Task> pingAsync, List<double> times)
    {
        for (int i = 0; i < PerRound; i++)
        {
            long start = Stopwatch.GetTimestamp();
            await pingAsync();
            times.Add(Stopwatch.GetElapsedTime(start).TotalMicroseconds);
        }
    }

    private static Process? StartReference(Settings settings)
    {
        if (settings.Reference is null)
            return null;
        Process process = Process.Start("taskset", ["-c", settings.RelayProcessor, .. settings.Reference.Split(' '), $"{ReferencePort}"]);
        return process;
    }

    private static void Print(string measured, List<double> times)
    {
        double[] sorted = [.. times.Order()];
        Clients.Print(new()
        {
            ["measured"] = measured,
            ["round_trips"] = sorted.Length,
            ["median_us"] = Math.Round(sorted[sorted.Length / 2], 1),
            ["p99_us"] = Math.Round(sorted[sorted.Length * 99 / 100], 1),
        });
    }

    /// <summary>Two clients of the plain profile, each a blocking socket; the second has a thread that answers.</summary>
    private sealed class BarePair : IDisposable
    {
        private readonly Socket _a, _b;
        private readonly byte[] _toB = [.. "SENDTO:b: "u8, .. new byte[64]];
        private readonly byte[] _buffer = new byte[2048];

        public BarePair(int port)
        {
            _toB.AsSpan(10).Fill((byte)'x');
            _a = Register("a", port);
            _b = Register("b", port);
            new Thread(Answer) { IsBackground = true }.Start();
        }

        public Task PingAsync()
        {
            _a.Send(_toB);
            _a.Receive(_buffer.AsSpan());
            return Task.CompletedTask;
        }

        public void Dispose()
        {
            _a.Dispose();
            _b.Dispose();
        }

        private static Socket Register(string name, int port)
        {
            byte[] answer = new byte[2048];
            for (int tries = 0; ; tries++)
            {
                var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp) { ReceiveTimeout = 200 };
                socket.Connect(IPAddress.Loopback, port);
                try
                {
                    socket.Send(System.Text.Encoding.ASCII.GetBytes("REGISTER: " + name));
                    socket.Receive(answer.AsSpan());
                    socket.ReceiveTimeout = 0;
                    return socket;
                }
                catch (SocketException) when (tries < 20)
                {
                    socket.Dispose(); // It does not listen yet.
                    Thread.Sleep(50);
                }
            }
        }

        private void Answer()
        {
            byte[] buffer = new byte[2048];
            byte[] toA = (byte[])_toB.Clone();
            toA[7] = (byte)'a';
            try
            {
                while (true)
                {
                    _b.Receive(buffer.AsSpan());
                    _b.Send(toA);
                }
            }
            catch (SocketException)
            {
                // Closed.
            }
        }
    }
}
