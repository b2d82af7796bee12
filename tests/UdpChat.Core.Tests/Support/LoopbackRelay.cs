using System;
using System.Net;
using System.Threading.Tasks;
using UdpChat.Protocol.Client;

namespace UdpChat.Core.Tests.Support;

/// <summary>Real relays on loopback.</summary>
internal static class LoopbackRelay
{
    public static ChatRelay Start(Func<ChatRelayOptions, ChatRelayOptions>? change = null)
    {
        var options = new ChatRelayOptions { Address = IPAddress.Loopback, Port = 0 };
        return ChatRelay.Start(change?.Invoke(options) ?? options);
    }

    /// <summary>Starts a relay where another was, with its options.</summary>
    public static ChatRelay Restart(this ChatRelay relay) => ChatRelay.Start(relay.Options with { Port = relay.Port });

    /// <summary>The options of a client of this relay in the plain profile.</summary>
    public static ChatClientOptions ClientOptions(this ChatRelay relay, string name) => new() { Name = name, Server = relay.LocalEndPoint.ToServer(), Profile = ChatProfile.Plain };

    /// <summary>A connected client that speaks the extended profile.</summary>
    /// <param name="relay">The relay.</param>
    /// <param name="name">Its name.</param>
    /// <param name="token">Its token; by default a new one.</param>
    /// <param name="change">What is special about it.</param>
    public static async Task<ChatClient> ConnectAsync(this ChatRelay relay, string name, string? token = null, Func<ChatClientOptions, ChatClientOptions>? change = null)
    {
        ChatClientOptions options = relay.ExtendedOptions(name, token);
        var client = new ChatClient(change?.Invoke(options) ?? options);
        await client.ConnectAsync().InTime();
        return client;
    }

    /// <summary>The options of a client that speaks the extended profile if it can.</summary>
    public static ChatClientOptions ExtendedOptions(this ChatRelay relay, string name, string? token = null) =>
        new() { Name = name, Server = relay.LocalEndPoint.ToServer(), Token = token ?? NewToken() };

    /// <summary>Lets somebody register a name and leave.</summary>
    /// <returns>The token.</returns>
    public static async Task<string> ReserveAsync(this ChatRelay relay, string name)
    {
        string token = NewToken();
        await using ChatClient client = await relay.ConnectAsync(name, token);
        return token;
    }

    /// <summary>A token that nobody else has.</summary>
    public static string NewToken() => Guid.NewGuid().ToString("N");

    public static ChatServerAddress ToServer(this IPEndPoint endPoint) => new(endPoint.Address.ToString(), endPoint.Port);

    /// <summary>A port on which nothing listens.</summary>
    public static IPEndPoint Closed()
    {
        using var socket = new System.Net.Sockets.Socket(System.Net.Sockets.AddressFamily.InterNetwork, System.Net.Sockets.SocketType.Dgram, System.Net.Sockets.ProtocolType.Udp);
        socket.Bind(new IPEndPoint(IPAddress.Parse("127.83.1.7"), 0));
        return (IPEndPoint)socket.LocalEndPoint!;
    }
}
