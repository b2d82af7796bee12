using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;

namespace UdpChat.Benchmarks;

/// <summary>One sender, one recipient, so many messages sent and not yet received.</summary>
internal static class Throughput
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    public static async Task RunAsync(Settings settings)
    {
        foreach ((_, Dictionary<string, object> figures) in await MeasureAsync(settings))
            Clients.Print(figures);
    }

    /// <summary>Measures our relay and client with 64, then 1024 messages under way.</summary>
    public static async Task<(Rate Rate, Dictionary<string, object> Figures)[]> MeasureAsync(Settings settings)
    {
        using RelayProcess relay = await RelayProcess.StartOursAsync(settings);
        await MeasureAsync(relay, 64, 2); // until the just-in-time compiler is done
        await MeasureAsync(relay, 1024, 2);
        return [await MeasureAsync(relay, 64, settings.Seconds), await MeasureAsync(relay, 1024, settings.Seconds)];
    }

    private static async Task<(Rate Rate, Dictionary<string, object> Figures)> MeasureAsync(RelayProcess relay, int window, double seconds)
    {
        long received = 0, last = 0, disordered = 0;
        using var slots = new SemaphoreSlim(window);
        await using ChatClient b = await Clients.ConnectAsync("b", relay.EndPoint, (_, message) =>
        {
            // They are numbered without a gap, from 1.
            if (message.Number != last + 1)
                disordered++;
            last = message.Number;
            Interlocked.Increment(ref received);
            slots.Release();
        });
        await using ChatClient a = await Clients.ConnectAsync("a", relay.EndPoint);

        var unaccepted = new Queue<ChatMessage>();
        long sent = 0, accepted = 0;
        bool stop = false;
        void CountAccepted()
        {
            while (unaccepted.TryPeek(out ChatMessage? first) && first.State is ChatMessageState.Accepted or ChatMessageState.Delivered)
            {
                unaccepted.Dequeue();
                accepted++;
            }
        }
        Task sender = Task.Factory.StartNew(async () =>
        {
            while (!Volatile.Read(ref stop))
            {
                await slots.WaitAsync();
                unaccepted.Enqueue(await a.SendAsync("b", Clients.Text));
                sent++;
                CountAccepted();
            }
        }, TaskCreationOptions.LongRunning).Unwrap();

        Rate rate = await Rate.MeasureAsync(() => Volatile.Read(ref received), relay, seconds);
        Volatile.Write(ref stop, true);
        await sender;
        using var timeout = new CancellationTokenSource(Patience);
        foreach (ChatMessage message in unaccepted)
            await message.WaitAsync(ChatMessageState.Accepted, timeout.Token);
        CountAccepted();
        while (Volatile.Read(ref received) < sent && !timeout.IsCancellationRequested)
            await Task.Delay(1);
        var figures = new Dictionary<string, object> { ["measured"] = "throughput", ["window"] = window };
        rate.AddTo(figures);
        figures["sent"] = sent;
        figures["accepted"] = accepted;
        figures["lost"] = sent - Volatile.Read(ref received);
        figures["out_of_order"] = disordered;
        return (rate, figures);
    }
}
