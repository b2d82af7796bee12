using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Threading;
using System.Threading.Tasks;

namespace UdpChat.Benchmarks;

/// <summary>One sender, a recipient who is away, and a store: so many messages sent and not yet accepted.</summary>
internal static class Stored
{
    private const int Window = 256;

    public static async Task RunAsync(Settings settings) => Clients.Print((await MeasureAsync(settings)).Figures);

    /// <summary>Measures our relay and client.</summary>
    public static async Task<(Rate Rate, Dictionary<string, object> Figures)> MeasureAsync(Settings settings)
    {
        string folder = StoreFolder.Create();
        try
        {
            string many = 10_000_000.ToString(CultureInfo.InvariantCulture);
            string large = (1L << 36).ToString(CultureInfo.InvariantCulture);
            using RelayProcess relay = await RelayProcess.StartOursAsync(settings, "--store", Path.Combine(folder, "chat.db"), "--mailbox-messages", many, "--mailbox-bytes", large);
            await (await Clients.ConnectAsync("b", relay.EndPoint)).DisposeAsync();
            await using ChatClient a = await Clients.ConnectAsync("a", relay.EndPoint);
            await MeasureAsync(a, relay, 3); // until the just-in-time compiler is done
            return await MeasureAsync(a, relay, settings.Seconds);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<(Rate Rate, Dictionary<string, object> Figures)> MeasureAsync(ChatClient a, RelayProcess relay, double seconds)
    {
        long sent = 0, accepted = 0, failed = 0;
        bool stop = false;
        using var slots = new SemaphoreSlim(Window);
        async Task WaitAsync(ChatMessage message)
        {
            if (await message.WaitAsync(ChatMessageState.Accepted) == ChatMessageState.Accepted)
                Interlocked.Increment(ref accepted);
            else
                Interlocked.Increment(ref failed);
            slots.Release();
        }
        Task sender = Task.Factory.StartNew(async () =>
        {
            while (!Volatile.Read(ref stop))
            {
                await slots.WaitAsync();
                _ = WaitAsync(await a.SendAsync("b", Clients.Text));
                sent++;
            }
        }, TaskCreationOptions.LongRunning).Unwrap();

        Rate rate = await Rate.MeasureAsync(() => Volatile.Read(ref accepted), relay, seconds);
        Volatile.Write(ref stop, true);
        await sender;
        for (int i = 0; i < Window; i++)
            await slots.WaitAsync();
        var figures = new Dictionary<string, object> { ["measured"] = "stored", ["window"] = Window };
        rate.AddTo(figures);
        figures["sent"] = sent;
        figures["accepted"] = accepted;
        figures["failed"] = failed;
        return (rate, figures);
    }
}
