using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Threading.Tasks;
using UdpChat.Protocol.Client;

namespace UdpChat.Host.Tests;

/// <summary>A relay with a store that is killed, as a process, while clients exchange messages through it.</summary>
public sealed class RelayKillTests : IDisposable
{
    private const int MessagesEachWay = 200; // between two kills

    /// <summary>How many times it is killed: 3, or as many as the environment variable UDPCHAT_TEST_KILLS says.</summary>
    private static readonly int Kills = int.Parse(Environment.GetEnvironmentVariable("UDPCHAT_TEST_KILLS") ?? "3", CultureInfo.InvariantCulture);

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly string _folder = Directory.CreateTempSubdirectory("udpchat-kill-").FullName;
    private ToolProcess? _relay;

    public void Dispose()
    {
        _relay?.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task A_relay_with_a_store_that_is_killed_again_and_again_loses_nothing_doubles_nothing_and_keeps_the_order()
    {
        int total = MessagesEachWay * (Kills + 1);
        int port = await StartAsync(0);
        await using ChatClient annie = await ConnectAsync("Annie", port), bob = await ConnectAsync("Bob", port);

        Task<List<ChatMessage>> sentByAnnie = SendAsync(annie, "Bob", total), sentByBob = SendAsync(bob, "Annie", total);
        Task<List<string>> receivedByAnnie = ReceiveAsync(annie, total, _ => Task.CompletedTask);
        Task<List<string>> receivedByBob = ReceiveAsync(bob, total, async received =>
        {
            if (received % MessagesEachWay == MessagesEachWay / 2 && received / MessagesEachWay < Kills)
            {
                _relay!.Dispose(); // Kills it.
                await StartAsync(port);
            }
        });

        string[] expected = [.. Enumerable.Range(0, total).Select(i => $"{i}")];
        Assert.Equal(expected, await receivedByBob);
        Assert.Equal(expected, await receivedByAnnie);
        foreach (ChatMessage sent in (await sentByAnnie).Concat(await sentByBob))
            Assert.Equal(ChatMessageState.Delivered, await sent.WaitAsync(ChatMessageState.Delivered, TestContext.Current.CancellationToken).WaitAsync(Patience, TestContext.Current.CancellationToken));
        Assert.Equal((0, 0), (annie.InboxCount, bob.InboxCount));
    }

    private static async Task<ChatClient> ConnectAsync(string name, int port)
    {
        var client = new ChatClient(new ChatClientOptions
        {
            Name = name,
            Server = new ChatServerAddress("127.0.0.1", port),
            Profile = ChatProfile.Extended,
            Token = Guid.NewGuid().ToString("N"),
            OutboxCapacity = 50, // So that sending lasts as long as receiving.
        });
        await client.ConnectAsync(TestContext.Current.CancellationToken);
        return client;
    }

    private static Task<List<ChatMessage>> SendAsync(ChatClient client, string to, int total) => Task.Run(async () =>
    {
        var sent = new List<ChatMessage>();
        for (int i = 0; i < total; i++)
            sent.Add(await client.SendAsync(to, $"{i}").AsTask().WaitAsync(Patience));
        return sent;
    });

    private static Task<List<string>> ReceiveAsync(ChatClient client, int total, Func<int, Task> received) => Task.Run(async () =>
    {
        var texts = new List<string>();
        while (texts.Count < total)
        {
            texts.Add((await client.ReceiveAsync().WaitAsync(Patience))!.Text);
            await received(texts.Count);
        }
        return texts;
    });

    private async Task<int> StartAsync(int port)
    {
        _relay = ToolProcess.Start("relay", "--address", "127.0.0.1", "--port", $"{port}", "--store", Path.Combine(_folder, "relay.db"));
        string? line = await _relay.ReadLineAsync();
        Assert.StartsWith("listening on 127.0.0.1:", line, StringComparison.Ordinal);
        return int.Parse(line!["listening on 127.0.0.1:".Length..], CultureInfo.InvariantCulture);
    }
}
