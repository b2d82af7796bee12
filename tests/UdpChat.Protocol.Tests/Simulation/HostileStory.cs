using System;
using System.Linq;
using UdpChat.Protocol.Client;
using UdpChat.Testing;

namespace UdpChat.Protocol.Tests.Simulation;

/// <summary>Clients chat while chance cuts, moves and restarts everything; all that arrives is checked.</summary>
internal sealed class HostileStory
{
    public const int OutboxCapacity = 10;

    private readonly SimulatedNetwork _network;
    private readonly SeededRandom _random;
    private readonly DeliveryLedger _ledger;
    private readonly double _maxLoss;

    public HostileStory(SimulatedNetwork network, int clients, double maxLoss)
    {
        _network = network;
        _random = network.Random.Fork();
        _ledger = new DeliveryLedger(network.Random.Fork());
        _maxLoss = maxLoss;
        Relay = network.AddRelay();
        Clients = [.. Enumerable.Range(0, clients).Select(i => network.AddClient($"user{i}", Relay, new ClientSettings
        {
            Conditions = LinkConditions.Hostile(_random, maxLoss),
            OutboxCapacity = OutboxCapacity,
            RetryAfterFailure = TimeSpan.FromSeconds(1 + _random.Next(10)),
        }))];
        foreach (SimulatedClient client in Clients)
        {
            _ledger.Watch(client);
            client.Open();
        }
    }

    public SimulatedRelay Relay { get; }

    public SimulatedClient[] Clients { get; }

    /// <summary>Lets things go wrong for a while.</summary>
    public void Suffer(TimeSpan duration)
    {
        TimeSpan end = _network.Now + duration;
        while (_network.Now < end)
        {
            Happen(Clients[_random.Next(Clients.Length)]);
            _network.Run(_random.Between(TimeSpan.Zero, TimeSpan.FromSeconds(1)));
        }
    }

    /// <summary>Makes an end of all that is wrong.</summary>
    public void Heal()
    {
        _network.Trace.Add("network", "heals");
        if (!Relay.IsRunning)
            Relay.Start();
        foreach (SimulatedClient client in Clients)
        {
            client.Link.State = LinkState.Up;
            client.Link.Become(LinkConditions.Clean);
            if (client.IsPaused)
                client.Resume();
            if (client.State == ChatConnectionState.Disconnected)
                client.Open();
        }
    }

    /// <summary>Checks that all are connected, and that messages between them arrive once and in order.</summary>
    public void IsWell()
    {
        Assert.All(Clients, client => Assert.Equal((client.Name, ChatConnectionState.Connected, 0), (client.Name, client.State, client.Machine.OutboxCount)));
        Assert.Equal(Clients.Length, Relay.Machine.ClientCount);
        (int sent, int delivered, int repeated, int overtaken) = (_ledger.Sent, _ledger.Delivered, _ledger.Repeated, _ledger.Overtaken);
        foreach (SimulatedClient from in Clients)
        {
            foreach (SimulatedClient to in Clients)
            {
                for (int i = 0; i < 3; i++)
                    Assert.Equal(SendOutcome.Sent, _ledger.Send(from, to));
            }
        }
        _network.Run(TimeSpan.FromSeconds(1));
        int messages = Clients.Length * Clients.Length * 3;
        Assert.Equal((sent + messages, delivered + messages, repeated, overtaken), (_ledger.Sent, _ledger.Delivered, _ledger.Repeated, _ledger.Overtaken));
        foreach (SimulatedClient client in Clients)
            client.Close();
        _network.Run(TimeSpan.FromSeconds(1));
        Assert.Equal(0, Relay.Machine.ClientCount);
    }

    private void Happen(SimulatedClient client)
    {
        switch (_random.Next(40))
        {
            case 0:
                client.Link.ChangePort();
                break;
            case 1:
                client.Link.ChangeAddress();
                break;
            case 2:
                client.Link.State = LinkState.Cut;
                break;
            case 3:
                client.Link.State = LinkState.Unplugged;
                break;
            case 4 or 5 or 6:
                client.Link.State = LinkState.Up;
                break;
            case 7:
                client.Link.Become(LinkConditions.Hostile(_random, _maxLoss));
                break;
            case 8 when !client.IsPaused:
                client.Pause();
                break;
            case 8 or 9 or 10 when client.IsPaused:
                client.Resume();
                break;
            case 11 when !client.IsPaused && _random.Chance(0.5):
                client.Close();
                break;
            case 12 when !client.IsPaused && client.State == ChatConnectionState.Disconnected:
                client.Open();
                break;
            case 13 when !client.IsPaused:
                client.Probe();
                break;
            case 14 when Relay.IsRunning && _random.Chance(0.3):
                Relay.Stop();
                break;
            case 14 or 15 when !Relay.IsRunning:
                Relay.Start();
                break;
            case 16 when Relay.IsRunning && _random.Chance(0.3):
                Relay.Restart();
                break;
            default:
                if (!client.IsPaused)
                    _ledger.Send(client, Clients[_random.Next(Clients.Length)]);
                break;
        }
    }
}
