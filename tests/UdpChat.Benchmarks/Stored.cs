using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Text;
using System.Threading;
using System.Threading.Tasks;

namespace UdpChat.Benchmarks;

/// <summary>One sender, a recipient who is away, and a store: so many messages sent and not yet accepted.</summary>
internal static class Stored
{
    /// <summary>So many messages are under way.</summary>
    public const int Window = 256;

    private static readonly byte[] To = "b"u8.ToArray(), Text = Encoding.ASCII.GetBytes(Clients.Text);

    public static async Task RunAsync(Settings settings)
    {
        Clients.Print((await MeasureAsync(settings)).Figures);
        if (Programs.Find("redis-server") is { } redis)
        {
            var figures = new Dictionary<string, object> { ["measured"] = "stored by Redis XADD, appendfsync always", ["window"] = Window };
            (await MeasureRedisAsync(settings, redis)).AddTo(figures);
            Clients.Print(figures);
        }
        Clients.Print((await MeasureAsync(settings, asBytes: false)).Figures);
    }

    /// <summary>Measures Redis, which has written an entry to the disk, too, before it answers.</summary>
    public static async Task<Rate> MeasureRedisAsync(Settings settings, string program)
    {
        string folder = StoreFolder.Create();
        try
        {
            using TextServer server = await TextServer.StartRedisAsync(settings, program, folder);
            return await server.MeasureAsync(Window, settings.Seconds);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>Measures our relay and client.</summary>
    public static async Task<(Rate Rate, Dictionary<string, object> Figures)> MeasureAsync(Settings settings, bool asBytes = true)
    {
        string folder = StoreFolder.Create();
        try
        {
            string many = 10_000_000.ToString(CultureInfo.InvariantCulture);
            string large = (1L << 36).ToString(CultureInfo.InvariantCulture);
            using RelayProcess relay = await RelayProcess.StartOursAsync(settings, "--store", Path.Combine(folder, "chat.db"), "--mailbox-messages", many, "--mailbox-bytes", large);
            await (await Clients.ConnectAsync("b", relay.EndPoint)).DisposeAsync();
            // A message leaves the outbox when it is accepted.
            await using ChatClient a = Clients.Create("a", relay.EndPoint, Window);
            await a.ConnectAsync();
            await MeasureAsync(a, asBytes, relay, 3); // until the just-in-time compiler is done
            return await MeasureAsync(a, asBytes, relay, settings.Seconds);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<(Rate Rate, Dictionary<string, object> Figures)> MeasureAsync(ChatClient a, bool asBytes, RelayProcess relay, double seconds)
    {
        long sent = 0, failed = 0;
        bool stop = false;
        void OnFailed(ChatMessage message) => failed++;
        a.MessageFailed += OnFailed;
        Task sending = Task.Run(async () =>
        {
            while (!Volatile.Read(ref stop))
            {
                if (asBytes)
                    await a.SendAsync(To, Text);
                else
                    await a.SendAsync("b", Clients.Text);
                Volatile.Write(ref sent, sent + 1);
            }
        });

        Rate rate = await Rate.MeasureAsync(() => Volatile.Read(ref sent) - a.OutboxCount, relay, seconds);
        Volatile.Write(ref stop, true);
        await sending;
        while (a.OutboxCount > 0)
            await Task.Delay(1);
        a.MessageFailed -= OnFailed;
        var figures = new Dictionary<string, object> { ["measured"] = "stored", ["as"] = asBytes ? "bytes" : "objects", ["window"] = Window };
        rate.AddTo(figures);
        figures["sent"] = sent;
        figures["accepted"] = sent - failed;
        figures["failed"] = failed;
        return (rate, figures);
    }
}
