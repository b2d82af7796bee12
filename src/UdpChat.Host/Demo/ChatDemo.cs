using System;
using System.IO;
using System.Net;
using System.Threading.Tasks;

namespace UdpChat.Host.Demo;

/// <summary>A play with a relay and three peers, each line of which really happens: what is shown as seen has arrived.</summary>
/// <param name="output">Takes the lines.</param>
/// <param name="pause">How long to wait before each step.</param>
internal sealed class ChatDemo(TextWriter output, TimeSpan pause)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>Plays it. Nothing is left when this returns.</summary>
    /// <exception cref="ChatException">Something did not happen in time.</exception>
    public async Task RunAsync()
    {
        await using ChatRelay relay = ChatRelay.Start(new ChatRelayOptions { Address = IPAddress.Loopback, Port = 0 });
        await StepAsync("relay", $"is listening on UDP {relay.LocalEndPoint}");
        await using DemoClient annie = await ConnectAsync("Annie", relay);
        await using DemoClient bob = await ConnectAsync("Bob", relay);
        using var carol = new LinePeer(relay.LocalEndPoint);
        await StepAsync("Carol", "has only a UDP socket, as netcat has, and types the protocol (> out, < in):");
        await TypeAsync(carol, "REGISTER: Carol");
        await SeeAsync(carol);

        await SayAsync(annie, "Bob", "Hello Bob, can you hear me?");
        await SeeAsync(bob);
        await SayAsync(bob, "Annie", "Loud and clear.");
        await SeeAsync(annie);
        await SayAsync(bob, "Carol", "Welcome! Does it work without any program of ours?");
        await SeeAsync(carol);
        await TypeAsync(carol, "SENDTO:Bob: It does, netcat is enough.");
        await SeeAsync(bob);

        await SayAsync(annie, "Dave", "Are you there, too?");
        await StepAsync("Annie", $"is told:    * {await Within(annie.Notices.ReadAsync().AsTask(), "Annie's notice")}");
        await TypeAsync(carol, "SENDTO Bob hi");
        await SeeAsync(carol);

        await annie.Client.DisconnectAsync();
        await bob.Client.DisconnectAsync();
        await StepAsync("Annie", "and Bob have left.");
        await TypeAsync(carol, "UNREGISTER: Carol");
        await TypeAsync(carol, "HEARTBEAT: Carol");
        await SeeAsync(carol);
        await relay.StopAsync();
        await StepAsync("relay", $"has stopped. {RelaySummary.Describe(relay.GetStatistics())}");
    }

    private async Task<DemoClient> ConnectAsync(string name, ChatRelay relay)
    {
        var client = new DemoClient(name, relay.LocalEndPoint);
        await client.Client.ConnectAsync();
        string welcome = await Within(client.Notices.ReadAsync().AsTask(), $"{name}'s welcome");
        await StepAsync(name, $"is connected; the relay says: {welcome}");
        return client;
    }

    private async Task SayAsync(DemoClient client, string to, string text)
    {
        await StepAsync(client.Client.Name, $"to {to}:".PadRight(12) + text);
        await client.Client.SendAsync(to, text);
    }

    private async Task SeeAsync(DemoClient client)
    {
        ChatMessage? message = await Within(client.Client.ReceiveAsync(), $"a message to {client.Client.Name}");
        await StepAsync(client.Client.Name, $"sees:".PadRight(12) + $"{message?.From}: {message?.Text}");
    }

    private async Task TypeAsync(LinePeer peer, string line)
    {
        await StepAsync("Carol", $"> {line}");
        await peer.SendAsync(line);
    }

    private async Task SeeAsync(LinePeer peer) => await StepAsync("Carol", $"< {await Within(peer.ReceiveAsync(), "a line to Carol")}");

    private async Task StepAsync(string who, string what)
    {
        await Task.Delay(pause);
        await output.WriteLineAsync($"{who,-6} {what}");
    }

    private static async Task<T> Within<T>(Task<T> task, string what)
    {
        try
        {
            return await task.WaitAsync(Patience);
        }
        catch (TimeoutException)
        {
            throw new ChatException($"The demo waited {Patience.TotalSeconds} s for {what} in vain; try again, and see whether something filters UDP on 127.0.0.1.");
        }
    }
}
