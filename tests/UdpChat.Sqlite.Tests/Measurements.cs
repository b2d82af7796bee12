using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Linq;
using UdpChat.Protocol.Relay.Storage;
using UdpChat.Sqlite.Tests.Support;

namespace UdpChat.Sqlite.Tests;

/// <summary>Figures, for people: run with <c>-explicit only -showLiveOutput</c>.</summary>
public class Measurements : StoreTest
{
    private const int Group = 256, Groups = 2_000;

    [Theory(Explicit = true)]
    [InlineData(1_000)]
    [InlineData(100_000)]
    public void Mail_a_second(int recipients)
    {
        var random = new Random(1);
        string text = new('x', 64);
        Store.Load();
        long sequence = 0;
        List<StoreCommand[]> saves = Make(() => SaveMail(++sequence, random.Next(recipients), text, sender: $"sender-{random.Next(64)}", acceptedAt: 1_800_000_000_000 + sequence / 100));
        Measure("saved", saves);
        Stopwatch clock = Stopwatch.StartNew();
        Reopen();
        Say($"{Group * Groups:N0} messages checked and loaded in {clock.ElapsedMilliseconds:N0} ms, file {new System.IO.FileInfo(File).Length >> 20} MiB");
        Measure("read, a mailbox each", Make(() => ReadMail(random.Next(recipients), maxCount: 10)).Take(100).ToList());
        sequence = 0;
        Measure("removed", Make(() => RemoveMail(++sequence)));
    }

    private static List<StoreCommand[]> Make(Func<StoreCommand> make) =>
        [.. Enumerable.Range(0, Groups).Select(_ => Enumerable.Range(0, Group).Select(_ => make()).ToArray())];

    private void Measure(string what, List<StoreCommand[]> groups)
    {
        long allocated = GC.GetAllocatedBytesForCurrentThread();
        Stopwatch clock = Stopwatch.StartNew();
        foreach (StoreCommand[] group in groups)
            Store.Execute(group);
        long rows = groups.Count * (long)Group;
        Say($"{rows / clock.Elapsed.TotalSeconds:N0} {what} a second, in {groups.Count / clock.Elapsed.TotalSeconds:N0} groups; {(GC.GetAllocatedBytesForCurrentThread() - allocated) / rows} bytes allocated each");
    }

    private static void Say(string text) => TestContext.Current.TestOutputHelper!.WriteLine(text);
}
