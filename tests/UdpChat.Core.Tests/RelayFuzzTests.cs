using System;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using System.Text;
using UdpChat.Transport;

namespace UdpChat.Core.Tests;

/// <summary>
/// A relay on a real socket under random and mutated datagrams. How many is set by the environment variable
/// UDPCHAT_FUZZ_DATAGRAMS (20,000 by default), the seed by UDPCHAT_FUZZ_SEED.
/// </summary>
public class RelayFuzzTests
{
    private const string MarkerName = "Marker";
    private static readonly byte[][] Seeds = Array.ConvertAll(
        new[]
        {
            "REGISTER: Bob", "REGISTER: Annie\n", "REGISTER: Zo\u00EB", "HEARTBEAT: Bob", "SENDTO:Annie: hi", "SENDTO:Nobody: hi\n", "SENDTO:Bob: a:b:c",
            "SENDTO:Zoe\u0308: \u202Ehi", "UNREGISTER: Bob", "FROM:Bob: hi", "INFO: You are not registered, please register again.", "@label=1 REGISTER: Bob",
            "REGISTER: \0\u200B", "\u0016\u00FE\u00FD\0\0\0\0\0\0\0\0\0\u0010\u0001", "hello", "\n", "",
        },
        Encoding.UTF8.GetBytes);

    private readonly ITestOutputHelper _output;

    public RelayFuzzTests(ITestOutputHelper output) => _output = output;

    [Fact]
    public void Every_datagram_is_counted_by_the_relay_or_dropped_by_the_kernel_and_the_relay_goes_on()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Only Linux says how many datagrams the kernel dropped (/proc/net/udp).");
        int count = Setting("UDPCHAT_FUZZ_DATAGRAMS", 20_000);
        int seed = Setting("UDPCHAT_FUZZ_SEED", 1);
        var random = new Random(seed);
        using ChatRelay relay = ChatRelay.Start(new ChatRelayOptions { Address = IPAddress.Loopback, Port = 0 });
        Socket[] senders = Array.ConvertAll(new int[8], _ => Connect(relay));
        using Socket marker = Connect(relay);
        marker.Send(Encoding.UTF8.GetBytes("REGISTER: " + MarkerName));
        long sent = 1 + WaitForMarker(marker);

        long memoryBefore = MemoryKilobytes();
        byte[] datagram = new byte[65_507];
        for (int i = 0; i < count; i++)
        {
            int length = Next(random, datagram);
            Socket sender = senders[random.Next(senders.Length)];
            if (sender.Send(datagram, 0, length, SocketFlags.None) == length)
                sent++;
            // Now and then let the relay catch up, so that it is fuzzed rather than the kernel's buffer.
            if (i % 64 == 63)
                sent += WaitForMarker(marker);
            Drain(sender);
        }
        sent += WaitForMarker(marker);

        long dropped = KernelDrops(relay.LocalEndPoint.Port);
        ChatRelayStatistics statistics = relay.GetStatistics();
        _output.WriteLine($"seed {seed}: sent {sent}, received {statistics.Received}, dropped by the kernel {dropped}, forwarded {statistics.Forwarded}; memory {memoryBefore} kB before, {MemoryKilobytes()} kB after");
        Assert.Equal(sent, statistics.Received + dropped);
        Assert.Equal(0, statistics.Faults);
        Assert.True(statistics.Datagrams.Values.Count(n => n > 0) > 12, "The fuzzer reaches too few outcomes: " + string.Join(", ", statistics.Datagrams));
        Array.ForEach(senders, s => s.Dispose());
    }

    private static int Next(Random random, byte[] datagram)
    {
        if (random.Next(10) == 0)
        {
            int size = random.Next(20) == 0 ? random.Next(datagram.Length + 1) : random.Next(64);
            random.NextBytes(datagram.AsSpan(0, size));
            return size;
        }
        byte[] origin = Seeds[random.Next(Seeds.Length)];
        int length = origin.Length;
        origin.CopyTo(datagram, 0);
        for (int mutations = random.Next(4); mutations > 0 && length > 0; mutations--)
        {
            int at = random.Next(length);
            switch (random.Next(5))
            {
                case 0:
                    datagram[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 1:
                    datagram[at] = (byte)random.Next(256);
                    break;
                case 2:
                    length = at;
                    break;
                case 3: // repeat what is there, up to a full datagram
                    int copies = random.Next(50) == 0 ? 60_000 / length : random.Next(4);
                    for (int copy = 0; copy < copies && 2 * length <= datagram.Length; copy++, length *= 2)
                        datagram.AsSpan(0, length).CopyTo(datagram.AsSpan(length));
                    break;
                default:
                    byte[] other = Seeds[random.Next(Seeds.Length)];
                    if (at + other.Length <= datagram.Length)
                    {
                        other.CopyTo(datagram, at);
                        length = Math.Max(length, at + other.Length);
                    }
                    break;
            }
        }
        // Nothing may take the marker's name away.
        return datagram.AsSpan(0, length).IndexOf(Encoding.ASCII.GetBytes(MarkerName)) >= 0 ? 0 : length;
    }

    /// <summary>Sends messages to oneself until one is back: the relay works, and has seen what was sent before.</summary>
    /// <returns>How many were sent.</returns>
    private static int WaitForMarker(Socket marker)
    {
        byte[] buffer = new byte[256];
        for (int tries = 1; tries <= 30; tries++)
        {
            string text = Guid.NewGuid().ToString();
            marker.Send(Encoding.UTF8.GetBytes($"SENDTO:{MarkerName}: {text}"));
            while (marker.Poll(TimeSpan.FromSeconds(1), SelectMode.SelectRead))
            {
                int length = marker.Receive(buffer);
                if (Encoding.UTF8.GetString(buffer, 0, length).EndsWith(text, StringComparison.Ordinal))
                    return tries;
            }
        }
        throw new InvalidOperationException("The relay no longer relays.");
    }

    private static void Drain(Socket socket)
    {
        byte[] buffer = new byte[65_535];
        while (socket.Available > 0)
            socket.Receive(buffer);
    }

    private static Socket Connect(ChatRelay relay)
    {
        Socket socket = UdpSocket.Create(AddressFamily.InterNetwork);
        socket.Connect(relay.LocalEndPoint);
        return socket;
    }

    private static long KernelDrops(int port)
    {
        string suffix = ":" + port.ToString("X4", CultureInfo.InvariantCulture);
        foreach (string line in File.ReadLines("/proc/net/udp"))
        {
            string[] fields = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (fields[1].EndsWith(suffix, StringComparison.Ordinal))
                return long.Parse(fields[^1], CultureInfo.InvariantCulture);
        }
        throw new InvalidOperationException("The relay's socket is not in /proc/net/udp.");
    }

    private static long MemoryKilobytes()
    {
        using var process = Process.GetCurrentProcess();
        return process.WorkingSet64 / 1024;
    }

    private static int Setting(string name, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), NumberStyles.None, CultureInfo.InvariantCulture, out int value) ? value : otherwise;
}
