using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Runtime.CompilerServices;
using System.Text;
using System.Threading.Tasks;
using UdpChat.Protocol.Relay;
using UdpChat.Protocol.Relay.Storage;
using UdpChat.Sqlite;
using UdpChat.Storage;

namespace UdpChat.Benchmarks;

/// <summary>What users cost who are away and have mail.</summary>
internal static class Away
{
    private const int Users = 100_000, MessagesEach = 10, Group = 4096;

    public static async Task RunAsync(Settings settings)
    {
        string folder = StoreFolder.Create();
        try
        {
            (TimeSpan emptyStart, long empty) = await StartAsync(settings, Path.Combine(folder, "empty.db"));
            string path = Path.Combine(folder, "chat.db");
            Fill(path);
            (TimeSpan start, long full) = await StartAsync(settings, path);
            (long index, long users) = MeasureHeap(path);
            Clients.Print(new()
            {
                ["measured"] = "away",
                ["users"] = Users,
                ["messages"] = Users * MessagesEach,
                ["store_mib"] = Mebibytes(new FileInfo(path).Length),
                ["resident_mib_empty"] = Mebibytes(empty),
                ["resident_mib"] = Mebibytes(full),
                ["bytes_a_user"] = (full - empty) / Users,
                ["heap_bytes_a_user_of_relay"] = users / Users,
                ["heap_bytes_a_user_of_store"] = index / Users,
                ["start_s_empty"] = Math.Round(emptyStart.TotalSeconds, 2),
                ["start_s"] = Math.Round(start.TotalSeconds, 2),
            });
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<(TimeSpan StartTime, long ResidentBytes)> StartAsync(Settings settings, string store)
    {
        using RelayProcess relay = await RelayProcess.StartOursAsync(settings, "--store", store, "--max-names", "1000000");
        // What it does in its first second belongs to it.
        await Task.Delay(TimeSpan.FromSeconds(1));
        return (relay.StartTime, relay.ResidentBytes);
    }

    /// <summary>What stays on the managed heap, in this process.</summary>
    private static (long Store, long Relay) MeasureHeap(string path)
    {
        long before = GC.GetTotalMemory(forceFullCollection: true);
        using IChatStore store = SqliteChatStore.Open(path);
        store.Load();
        long index = GC.GetTotalMemory(forceFullCollection: true);
        RelayMachine relay = CreateRelay(store);
        long both = GC.GetTotalMemory(forceFullCollection: true);
        GC.KeepAlive(relay);
        return (index - before, both - index);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static RelayMachine CreateRelay(IChatStore store) =>
        new(new ChatRelayOptions { MaxReservedNames = Users }, new SystemRandomSource(), new RelayTime(TimeSpan.Zero, DateTimeOffset.UtcNow.ToUnixTimeMilliseconds()), store.Load());

    private static void Fill(string path)
    {
        using IChatStore store = SqliteChatStore.Open(path);
        store.Load();
        long now = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
        byte[] text = Encoding.ASCII.GetBytes(Clients.Text);
        byte[] sender = NameOf(1);
        var group = new List<StoreCommand>();
        void Add(StoreCommand command)
        {
            group.Add(command);
            if (group.Count < Group)
                return;
            store.Execute(group);
            group.Clear();
        }
        for (int id = 1; id <= Users; id++)
        {
            byte[] hash = new byte[32];
            BitConverter.TryWriteBytes(hash, id);
            Add(new StoreCommand
            {
                Kind = StoreCommandKind.SaveUser,
                Saved = new StoredUser { Id = id, Name = NameOf(id), TokenHash = hash, Incarnation = 1, Decided = id == 1 ? Users * MessagesEach : 0, LastSeen = now, Prefix = (ulong)id },
            });
        }
        // As they come in life: not all of one user's together.
        for (int i = 0; i < Users * MessagesEach; i++)
        {
            Add(new StoreCommand
            {
                Kind = StoreCommandKind.SaveMail,
                Mail = new StoredMail { Sequence = i + 1, Recipient = i % Users + 1, Sender = sender, Incarnation = 1, Number = i + 1, AcceptedAt = now, Buffer = text, Length = text.Length },
            });
        }
        store.Execute(group);
    }

    private static byte[] NameOf(int id) => Encoding.ASCII.GetBytes("user" + id.ToString(CultureInfo.InvariantCulture));

    private static double Mebibytes(long bytes) => Math.Round(bytes / (double)(1 << 20), 1);
}
