using System;
using System.Collections.Generic;
using System.Net;
using System.Text.Json;
using System.Threading.Tasks;

namespace UdpChat.Benchmarks;

/// <summary>What all measurements use.</summary>
internal static class Clients
{
    /// <summary>The text of every message: 64 bytes.</summary>
    public static readonly string Text = new('x', 64);

    /// <summary>A client that is not connected yet. Its token is its own, so that none is kept in the user's folder.</summary>
    public static ChatClient Create(string name, IPEndPoint relay, int outboxCapacity = 10_000) => new(new ChatClientOptions
    {
        Name = name,
        Server = new ChatServerAddress(relay.Address.ToString(), relay.Port),
        Token = "0123456789abcdef0123456789abcdef",
        OutboxCapacity = outboxCapacity,
    });

    /// <inheritdoc cref="Create"/>
    public static async Task<ChatClient> ConnectAsync(string name, IPEndPoint relay, EventHandler<ChatMessage>? received = null)
    {
        ChatClient client = Create(name, relay);
        if (received is not null)
            client.MessageReceived += received;
        await client.ConnectAsync();
        return client;
    }

    /// <summary>Prints a line of JSON.</summary>
    public static void Print(Dictionary<string, object> figures) => Console.WriteLine(JsonSerializer.Serialize(figures));
}
