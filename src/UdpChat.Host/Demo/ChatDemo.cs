using System;
using System.IO;
using System.Net;
using System.Threading.Tasks;

namespace UdpChat.Host.Demo;

/// <summary>A play with a relay, two PowerShell users and a netcat-like peer, each line of which really happens: what is shown as seen has arrived.</summary>
/// <param name="output">Takes the lines.</param>
/// <param name="pause">How long to wait before each step.</param>
internal sealed class ChatDemo(TextWriter output, TimeSpan pause)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>Plays it. Nothing is left when this returns.</summary>
    /// <exception cref="ChatException">Something did not happen in time.</exception>
    public async Task RunAsync()
    {
        await using ChatRelay relay = ChatRelay.Start(new ChatRelayOptions { Address = IPAddress.Loopback, Port = 0 });
        await StepAsync("relay", $"is listening on UDP {relay.LocalEndPoint}");
        using var annie = new DemoShell();
        using var bob = new DemoShell();
        using var carol = new LinePeer(relay.LocalEndPoint);

        await TypeAsync(annie, "Annie", $"$me = Connect-ChatServer -Name Annie -Server {relay.LocalEndPoint}");
        await TypeAsync(bob, "Bob", $"$me = Connect-ChatServer -Name Bob -Server {relay.LocalEndPoint}");
        await TypeAsync(annie, "Annie", "'Hello Bob, can you hear me?' | Send-ChatMessage Bob");
        await TypeAsync(bob, "Bob", "Receive-ChatMessage -Count 1 -Timeout 5 | ForEach-Object { \"$($_.From): $($_.Text)\" }", expectsOutput: true);

        await StepAsync("Bob", "becomes a bot that answers everybody, until Ctrl+C:");
        Task<string[]> bot = TypeAsync(bob, "Bob", "Receive-ChatMessage -Wait | ForEach-Object { Send-ChatMessage $_.From \"echo: $($_.Text)\" }");
        await TypeAsync(annie, "Annie", "Send-ChatMessage Bob 'Are you a bot now?' -WaitFor Delivered -Timeout 5");
        await TypeAsync(annie, "Annie", "Receive-ChatMessage -Count 1 -Timeout 5 | ForEach-Object { \"$($_.From): $($_.Text)\" }", expectsOutput: true);

        await StepAsync("Carol", "has only a UDP socket, as netcat has, and types the protocol (> out, < in):");
        foreach (string line in (string[])["REGISTER: Carol", "SENDTO:Bob: netcat is enough", "SENDTO:Dave: are you there?", "SENDTO Bob hi"])
            await AskAsync(carol, line);

        bob.Interrupt();
        await Within(bot, "the bot's end");
        await StepAsync("Bob", "pressed Ctrl+C.");
        await TypeAsync(bob, "Bob", "Disconnect-ChatServer");
        await TypeAsync(annie, "Annie", "Disconnect-ChatServer");
        await StepAsync("Carol", "> UNREGISTER: Carol");
        await carol.SendAsync("UNREGISTER: Carol");
        await AskAsync(carol, "HEARTBEAT: Carol");
        await relay.StopAsync();
        await StepAsync("relay", $"has stopped. {RelaySummary.Describe(relay.GetStatistics())}");
    }

    private async Task<string[]> TypeAsync(DemoShell shell, string who, string line, bool expectsOutput = false)
    {
        await StepAsync(who, $"PS> {line}");
        string[] shown = await Within(shell.RunAsync(line), $"{who}'s line to end");
        foreach (string text in shown)
            await StepAsync(who, text);
        return shown.Length > 0 || !expectsOutput ? shown : throw new ChatException($"The demo waited in vain for what {who} should see; see whether something filters UDP on 127.0.0.1.");
    }

    private async Task AskAsync(LinePeer peer, string line)
    {
        await StepAsync("Carol", $"> {line}");
        await peer.SendAsync(line);
        await StepAsync("Carol", $"< {await Within(peer.ReceiveAsync(), "a line to Carol")}");
    }

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
