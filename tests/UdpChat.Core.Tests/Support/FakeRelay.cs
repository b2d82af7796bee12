using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using System.Threading.Tasks;
using UdpChat.Client;
using UdpChat.Protocol.Client;

namespace UdpChat.Core.Tests.Support;

/// <summary>A relay of another make, in memory, and the network in front of it: does what the five messages ask for and no more.</summary>
internal sealed class FakeRelay
{
    private readonly ConcurrentDictionary<FakeClientTransport, string> _registered = new();
    private readonly ConcurrentQueue<FakeClientTransport> _transports = new();
    private int _lastPort = 50_000;

    /// <summary>The addresses of its host.</summary>
    public IPAddress[] Addresses { get; set; } = [IPAddress.Parse("192.0.2.1")];

    /// <summary>Why its host name can't be looked up now.</summary>
    public Exception? LookUpFailure { get; set; }

    /// <summary>Ends when a look-up may end.</summary>
    public Task LookUpGate { get; set; } = Task.CompletedTask;

    /// <summary>The client's own address towards it.</summary>
    public IPAddress LocalAddress { get; set; } = IPAddress.Parse("198.51.100.7");

    /// <summary>What opening a socket to an address reports.</summary>
    public ConcurrentDictionary<IPAddress, SocketError> OpenErrors { get; } = new();

    /// <summary>What a socket to an address reports for each datagram, as an ICMP message makes it do.</summary>
    public ConcurrentDictionary<IPAddress, SocketError> Unreachable { get; } = new();

    /// <summary>Whether it answers nothing.</summary>
    public bool IsSilent { get; set; }

    /// <summary>Whether it welcomes who registers.</summary>
    public bool Welcomes { get; set; } = true;

    /// <summary>The notice with which it refuses to register, if it does.</summary>
    public string? Refusal { get; set; }

    /// <summary>The sockets that were opened, in order.</summary>
    public Recorder<FakeClientTransport> Opened { get; } = new();

    /// <summary>How many look-ups began.</summary>
    public int LookUps { get; private set; }

    /// <summary>A client of it, in the plain profile.</summary>
    public ChatClient CreateClient(ChatClientOptions options) => new(options with { Profile = ChatProfile.Plain }, CreatePath(options.Server), new SeededRandomSource(1));

    public RelayPath CreatePath(ChatServerAddress server) => new(server, LookUpAsync, Open);

    /// <summary>Forgets everybody, as a relay does that was restarted.</summary>
    public void ForgetAll() => _registered.Clear();

    /// <summary>Ends when the clients have handled all that came to their sockets.</summary>
    public Task DrainAsync() => Task.WhenAll(_transports.Select(t => t.DrainAsync()));

    /// <summary>Takes in a datagram.</summary>
    public void Receive(FakeClientTransport from, string datagram)
    {
        if (Unreachable.TryGetValue(from.RemoteEndPoint.Address, out SocketError error))
        {
            from.Report(error);
            return;
        }
        if (IsSilent)
            return;
        int colon = datagram.IndexOf(':', StringComparison.Ordinal);
        string rest = datagram.Substring(colon + 1);
        switch (datagram.Substring(0, colon))
        {
            case "REGISTER" when Refusal is not null:
                if (Welcomes)
                    from.Deliver($"INFO: {Refusal}");
                break;
            case "REGISTER":
                _registered[from] = rest.Trim();
                if (Welcomes)
                    from.Deliver($"INFO: Welcome{rest}.");
                break;
            case "UNREGISTER":
                _registered.TryRemove(from, out _);
                break;
            case var _ when !_registered.ContainsKey(from):
                from.Deliver("INFO: You are not registered, please register again.");
                break;
            case "SENDTO":
                string[] parts = rest.Split(": ", 2);
                foreach (KeyValuePair<FakeClientTransport, string> client in _registered)
                {
                    if (client.Value == parts[0])
                        client.Key.Deliver($"FROM:{_registered[from]}: {parts[1]}");
                }
                break;
        }
    }

    private async Task<IPAddress[]> LookUpAsync(string host)
    {
        LookUps++;
        await LookUpGate;
        return LookUpFailure is null ? Addresses : throw LookUpFailure;
    }

    private FakeClientTransport Open(IPEndPoint relay)
    {
        if (OpenErrors.TryGetValue(relay.Address, out SocketError error))
            throw new SocketException((int)error);
        var transport = new FakeClientTransport(relay, new IPEndPoint(LocalAddress, ++_lastPort), this);
        Opened.Add(transport);
        _transports.Enqueue(transport);
        return transport;
    }
}
