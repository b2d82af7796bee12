using System;
using System.Collections.Generic;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;

namespace UdpChat.Testing.Sockets;

/// <summary>
/// A bad network on real sockets, between clients and a relay: loses, doubles, delays and reorders datagrams each way, and
/// is a NAT that gives clients other ports. The relay sees each client at a port of its own. All members can be used from any
/// thread.
/// </summary>
internal sealed class BadProxy : IAsyncDisposable
{
    private readonly object _gate = new();
    private readonly BadProxyOptions _options;
    private readonly SeededRandom _random;
    private readonly long _start;
    private readonly ITimer _timer;
    private readonly ProxySocket _listener;
    private readonly EventQueue _events = new();
    private readonly Dictionary<IPEndPoint, ProxySession> _sessions = [];
    private readonly HashSet<ProxySocket> _ports = [];
    private readonly LinkCounters _toRelay = new(), _toClients = new();
    private readonly List<(Func<BadProxyCounts, bool> Condition, TaskCompletionSource<BadProxyCounts> Met)> _waits = [];
    private long _portChanges, _strays;
    private bool _isClosed;

    /// <summary>Opens it; it forwards when this returns.</summary>
    /// <exception cref="SocketException">It can't listen there.</exception>
    public BadProxy(BadProxyOptions options)
    {
        _options = options;
        _random = new SeededRandom(options.Seed);
        _start = options.TimeProvider.GetTimestamp();
        _timer = options.TimeProvider.CreateTimer(static proxy => ((BadProxy)proxy!).OnTimer(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        Relay = options.Relay;
        ToRelay = options.ToRelay;
        ToClients = options.ToClients;
        lock (_gate)
            _listener = new ProxySocket(options.Listen, FromClient);
    }

    /// <summary>Where clients find it.</summary>
    public IPEndPoint LocalEndPoint => _listener.LocalEndPoint;

    /// <summary>Where the relay is; can be changed at any time, also to where nobody is, within one address family.</summary>
    public IPEndPoint Relay { get; set => Locked(() => field = value); }

    /// <summary>What happens on the way to the relay; can be changed at any time.</summary>
    public LinkConditions ToRelay { get; set => Locked(() => field = value); }

    /// <summary>What happens on the way to the clients; can be changed at any time.</summary>
    public LinkConditions ToClients { get; set => Locked(() => field = value); }

    private TimeSpan Now => _options.TimeProvider.GetElapsedTime(_start);

    /// <summary>Gives every client another port.</summary>
    public void ChangePorts() => Locked(() =>
    {
        foreach (ProxySession session in _sessions.Values)
            ChangePort(session);
    });

    /// <summary>What it has done so far.</summary>
    public BadProxyCounts GetCounts()
    {
        lock (_gate)
            return Count();
    }

    /// <summary>Waits until its counts are so.</summary>
    public Task<BadProxyCounts> WaitAsync(Func<BadProxyCounts, bool> condition)
    {
        var met = new TaskCompletionSource<BadProxyCounts>(TaskCreationOptions.RunContinuationsAsynchronously);
        Locked(() => _waits.Add((condition, met)));
        return met.Task;
    }

    /// <summary>Closes it. What is still under way is lost.</summary>
    public async ValueTask DisposeAsync()
    {
        Task[] loops;
        lock (_gate)
        {
            _isClosed = true;
            loops = [_listener.Completion, .. _ports.Select(p => p.Completion)];
            _listener.Dispose();
            foreach (ProxySocket port in _ports)
                port.Dispose();
        }
        await _timer.DisposeAsync().ConfigureAwait(false);
        await Task.WhenAll(loops).ConfigureAwait(false);
    }

    private void FromClient(IPEndPoint from, byte[] datagram) => Locked(() =>
    {
        if (!_sessions.TryGetValue(from, out ProxySession? session) && (session = Open(from)) is null)
        {
            _toRelay.Received++;
            _toRelay.Unsent++;
            return;
        }
        session.LastHeard = Now;
        session.ToRelay.Conditions = ToRelay;
        // The port is chosen at the client's end: after a change the relay may still see some from the former one.
        ProxySocket port = session.Port!;
        Pass(session.ToRelay, session.ToRelayRandom, () => port.TrySend(datagram, Relay));
    });

    private void FromRelay(ProxySession session, IPEndPoint from, byte[] datagram) => Locked(() =>
    {
        if (!from.Equals(Relay))
        {
            _strays++;
            return;
        }
        session.ToClient.Conditions = ToClients;
        Pass(session.ToClient, session.ToClientRandom, () => _listener.TrySend(datagram, session.Client));
    });

    private void Pass(LinkDirection direction, SeededRandom random, Func<bool> send)
    {
        Span<TimeSpan> arrivals = stackalloc TimeSpan[LinkDirection.MaxCopies];
        int count = direction.Pass(Now, random, arrivals);
        foreach (TimeSpan arrival in arrivals.Slice(0, count))
        {
            _events.Add(arrival, () =>
            {
                if (send())
                    direction.Counters.Forwarded++;
                else
                    direction.Counters.Unsent++;
            });
        }
    }

    private ProxySession? Open(IPEndPoint client)
    {
        var session = new ProxySession(client, new LinkDirection(ToRelay, _toRelay), new LinkDirection(ToClients, _toClients), _random);
        if ((session.Port = OpenPort(session)) is null)
            return null;
        _sessions.Add(client, session);
        _events.Add(Now + _options.IdleTimeout, () => CloseIfIdle(session));
        AddPortChange(session);
        return session;
    }

    private void AddPortChange(ProxySession session)
    {
        if (_options.NewPortInterval is { } interval)
        {
            _events.Add(Now + interval, () =>
            {
                if (session.Port is null)
                    return;
                ChangePort(session);
                AddPortChange(session);
            });
        }
    }

    private void ChangePort(ProxySession session)
    {
        if (OpenPort(session) is not { } port)
            return;
        ProxySocket former = session.Port!;
        session.Port = port;
        _portChanges++;
        _events.Add(Now + _options.Grace, () => ClosePort(former));
    }

    private void CloseIfIdle(ProxySession session)
    {
        TimeSpan due = session.LastHeard + _options.IdleTimeout;
        if (due > Now)
        {
            _events.Add(due, () => CloseIfIdle(session));
            return;
        }
        _sessions.Remove(session.Client);
        ClosePort(session.Port!);
        session.Port = null;
    }

    /// <summary>Opens a port towards the relay; null if the system has none.</summary>
    private ProxySocket? OpenPort(ProxySession session)
    {
        bool isIPv4 = Relay.AddressFamily == AddressFamily.InterNetwork;
        IPAddress loopback = isIPv4 ? IPAddress.Loopback : IPAddress.IPv6Loopback, any = isIPv4 ? IPAddress.Any : IPAddress.IPv6Any;
        try
        {
            var port = new ProxySocket(new IPEndPoint(IPAddress.IsLoopback(Relay.Address) ? loopback : any, 0), (from, datagram) => FromRelay(session, from, datagram));
            _ports.Add(port);
            return port;
        }
        catch (SocketException)
        {
            return null;
        }
    }

    private void ClosePort(ProxySocket port)
    {
        _ports.Remove(port);
        port.Dispose();
    }

    private void OnTimer() => Locked(static () => { });

    /// <summary>Does something, and then all that is due.</summary>
    private void Locked(Action action)
    {
        lock (_gate)
        {
            if (_isClosed)
                return;
            action();
            while (_events.NextDue <= Now)
                _events.Take()();
            // Timers count whole milliseconds; one that elapses early would only elapse again. By now the time may have come.
            if (_events.Count > 0)
                _timer.Change(TimeSpan.FromMilliseconds(Math.Max(0, Math.Ceiling((_events.NextDue - Now).TotalMilliseconds))), Timeout.InfiniteTimeSpan);
            if (_waits.Count > 0)
            {
                BadProxyCounts counts = Count();
                _waits.RemoveAll(wait => wait.Condition(counts) && wait.Met.TrySetResult(counts));
            }
        }
    }

    private BadProxyCounts Count() => new(_toRelay with { }, _toClients with { }, _sessions.Count, _ports.Count, _portChanges, _strays);
}
