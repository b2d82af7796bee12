using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Linq;
using System.Runtime.CompilerServices;
using UdpChat.Protocol.Relay.Storage;

namespace UdpChat.Sqlite.Tests.Support;

/// <summary>
/// Another process, this assembly itself, that writes groups to a store until it is killed, and writes a line with the
/// last sequence number, and a full stop, after each group that the store said is done.
/// </summary>
internal static class WriterProcess
{
    /// <summary>The recipient of the messages, whose decided number is that of the last.</summary>
    public const long User = 1;

    private const string FileVariable = "UDPCHAT_TEST_STORE", SeedVariable = "UDPCHAT_TEST_SEED";

    public static Process Start(string file, int seed) => Process.Start(new ProcessStartInfo("dotnet")
    {
        RedirectStandardOutput = true,
        ArgumentList = { typeof(WriterProcess).Assembly.Location },
        Environment = { [FileVariable] = file, [SeedVariable] = $"{seed}" },
    })!;

    /// <summary>The text of a message: up to several pages of what only it has.</summary>
    public static string Text(long sequence) => string.Concat(Enumerable.Repeat($"message {sequence}; ", (int)(sequence * 7919 % 500)));

    /// <summary>Runs before the tests would: in the writer's process they never do.</summary>
    [ModuleInitializer]
    internal static void RunIfThisIsTheWriter()
    {
        if (Environment.GetEnvironmentVariable(FileVariable) is not { } file)
            return;
        var random = new Random(int.Parse(Environment.GetEnvironmentVariable(SeedVariable)!, System.Globalization.CultureInfo.InvariantCulture));
        var store = (SqliteChatStore)SqliteChatStore.Open(file);
        long sequence = store.Load().LastSequence;
        while (true)
        {
            // In each message of a group the sender's incarnation is the group's size, and the number its place.
            int size = random.Next(1, 40);
            var group = new List<StoreCommand> { StoreTest.SaveUser(User, "Annie", decided: sequence + size) };
            for (int i = 1; i <= size; i++)
                group.Add(StoreTest.SaveMail(++sequence, User, Text(sequence), incarnation: size, number: i));
            store.Execute(group);
            Console.Out.WriteLine($"{sequence}.");
            Console.Out.Flush();
        }
    }
}
