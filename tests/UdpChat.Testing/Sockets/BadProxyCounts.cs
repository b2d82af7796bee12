using System;

namespace UdpChat.Testing.Sockets;

/// <summary>What a <see cref="BadProxy"/> has done so far.</summary>
/// <param name="ToRelay">What became of the clients' datagrams.</param>
/// <param name="ToClients">What became of the relay's datagrams.</param>
/// <param name="Clients">How many clients it knows now.</param>
/// <param name="OpenPorts">How many ports towards the relay are open now, former ones too.</param>
/// <param name="PortChanges">How often a client was given another port.</param>
/// <param name="Strays">How many datagrams came to those ports from elsewhere than the relay and were dropped.</param>
internal sealed record BadProxyCounts(LinkCounters ToRelay, LinkCounters ToClients, int Clients, int OpenPorts, long PortChanges, long Strays)
{
    public override string ToString() => string.Join(Environment.NewLine,
        $"to relay: {ToRelay}", $"to clients: {ToClients}", $"clients {Clients}, open ports {OpenPorts}, port changes {PortChanges}, strays {Strays}");
}
