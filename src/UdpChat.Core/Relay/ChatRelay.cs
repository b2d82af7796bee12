using System;
using System.Collections.Generic;
using System.Net;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;
using UdpChat.Diagnostics;
using UdpChat.Protocol;
using UdpChat.Protocol.Link;
using UdpChat.Protocol.Relay;
using UdpChat.Protocol.Relay.Storage;
using UdpChat.Storage;
using UdpChat.Transport;

namespace UdpChat;

/// <summary>A relay: listens on one UDP port and passes messages on between its clients, on a thread of its own.</summary>
public sealed class ChatRelay : IDisposable, IAsyncDisposable
{
    /// <summary>How long the loop waits for a datagram at least, while there is something else to do.</summary>
    private static readonly TimeSpan MinWait = TimeSpan.FromMilliseconds(1);

    /// <summary>How long it waits at most, so that it notices in any case that it is to stop.</summary>
    private static readonly TimeSpan MaxWait = TimeSpan.FromSeconds(0.5);

    /// <summary>What is sent in one go: many datagrams of sessions, or at least one of the largest.</summary>
    private const int OutputDatagrams = 64, OutputBytes = OutputDatagrams * LinkLimits.MaxDatagramBytes + RelayMachine.MaxAnswerBytes;

    private readonly IDatagramTransport _transport;
    private readonly RelayMachine _machine;
    private readonly MonotonicClock _clock;
    private readonly DatagramBatch _input;
    private readonly DatagramBatch _output;
    // A task without a result: whoever lists a relay's properties, as serializers do, must not wait in Task<T>.Result.
    private readonly Task _completion = new(static () => { }, TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Thread _thread;
    private readonly StoreWorker? _store;
    private readonly List<StoreCommand> _commands = [];
    private volatile bool _stopping;
    private TimeSpan _ranFor;
    private long _faults, _loopErrors;

    internal ChatRelay(ChatRelayOptions options, IDatagramTransport transport, IRandomSource random, IChatStore? store = null)
    {
        Options = options;
        _transport = transport;
        _clock = new MonotonicClock(options.TimeProvider);
        _machine = new RelayMachine(options, random, Now, store?.Load());
        // Loading leaves about as much garbage as it keeps, and a relay makes so little that no later collection would look for it.
        if (store is not null)
            CollectGarbage();
        _input = transport.CreateReceiveBatch();
        _output = new DatagramBatch(OutputDatagrams, OutputBytes) { WhenFull = SendOutput };
        if (store is not null)
            _store = new StoreWorker(store, transport.Wake);
        ChatMetrics.Add(this);
        ChatEventSource.Log.RelayStarted(LocalEndPoint.ToString());
        _thread = new Thread(Run) { IsBackground = true, Name = "UdpChat relay" };
        _thread.Start();
    }

    /// <summary>How it was started.</summary>
    public ChatRelayOptions Options { get; }

    /// <summary>Where it listens, with the port that it got if it was started with port 0.</summary>
    public IPEndPoint LocalEndPoint => _transport.LocalEndPoint;

    /// <summary>Ends when the relay has stopped. Nothing that it receives, and no error of its socket, stops it.</summary>
    public Task Completion => _completion;

    /// <summary>Whether it has not stopped.</summary>
    public bool IsRunning => !_completion.IsCompleted;

    /// <summary>The UDP port on which it listens.</summary>
    public int Port => LocalEndPoint.Port;

    /// <summary>How many clients are registered now.</summary>
    public int Clients => _machine.ClientCount;

    /// <summary>How many messages it has passed on so far.</summary>
    public long Forwarded => GetStatistics().Forwarded;

    /// <summary>How long it has been running, or ran.</summary>
    public TimeSpan Uptime => IsRunning ? _clock.Now : _ranFor;

    private static void CollectGarbage() =>
#if NET
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
#else
        GC.Collect();
#endif

    /// <summary>Starts a relay; it listens when this returns.</summary>
    /// <exception cref="ChatRelayStartException">It can't listen there; the message says why and what to do.</exception>
    /// <exception cref="ChatStoreException">Its store can't be used; the message says why and what to do.</exception>
    public static ChatRelay Start(ChatRelayOptions options)
    {
        IChatStore? store = options.Store is null ? null : ChatStoreLoader.Open(options.Store);
        IDatagramTransport? transport = null;
        try
        {
            transport = RelayTransport.Open(options.Address, options.Port, options.ReceiveBufferBytes);
            return new ChatRelay(options, transport, new SystemRandomSource(), store);
        }
        catch (ChatStoreException)
        {
            transport?.Dispose();
            store?.Dispose();
            throw;
        }
        catch (SocketException e)
        {
            store?.Dispose();
            string where = options.Address is null ? $"port {options.Port}" : new IPEndPoint(options.Address, options.Port).ToString();
            throw new ChatRelayStartException(e.SocketErrorCode switch
            {
                SocketError.AddressAlreadyInUse => $"UDP {where} is in use; stop what listens there, or choose another port (0 for any free one).",
                SocketError.AccessDenied => $"UDP {where} is not allowed to this user; choose a port above 1023, or get the permission.",
                SocketError.AddressNotAvailable => $"{options.Address} is not an address of this machine; choose one of its own, or none to listen everywhere.",
                _ => $"Can't listen on UDP {where}: {e.Message}",
            }, e);
        }
    }

    /// <summary>What it has done so far. Callable from any thread, also after it has stopped.</summary>
    public ChatRelayStatistics GetStatistics()
    {
        var datagrams = new Dictionary<DatagramOutcome, long>();
        for (DatagramOutcome outcome = 0; (int)outcome < RelayCounters.OutcomeCount; outcome++)
            datagrams[outcome] = _machine.Counters[outcome];
        var notices = new Dictionary<NoticeOutcome, long>();
        for (NoticeOutcome outcome = 0; (int)outcome < RelayCounters.NoticeOutcomeCount; outcome++)
            notices[outcome] = _machine.Counters[outcome];
        var messages = new Dictionary<MessageOutcome, long>();
        for (MessageOutcome outcome = 0; (int)outcome < RelayCounters.MessageOutcomeCount; outcome++)
            messages[outcome] = _machine.Counters[outcome];
        return new ChatRelayStatistics(
            Uptime,
            _machine.ClientCount,
            datagrams,
            notices,
            _machine.Counters.Evicted,
            _transport.SendErrors.Total,
            _transport.ReceiveErrors.Total + Volatile.Read(ref _loopErrors),
            Volatile.Read(ref _faults))
        {
            SendErrorReasons = _transport.SendErrors.ToDictionary(),
            ReceiveErrorReasons = _transport.ReceiveErrors.ToDictionary(),
            Sessions = _machine.SessionCount,
            ReservedNames = _machine.ReservedNames,
            Messages = messages,
            Moved = _machine.Counters.Moved,
            MailMemory = _machine.MailMemory,
            ReassemblyMemory = _machine.ReassemblyMemory,
            StoreFailures = _store?.FailedGroups ?? 0,
            StoreError = _store?.LastError?.Message,
        };
    }

    /// <summary>Stops it. Its clients are not told; they notice by their next heartbeat.</summary>
    public Task StopAsync()
    {
        _stopping = true;
        _transport.Dispose();
        return Completion;
    }

    /// <inheritdoc cref="StopAsync"/>
    public async ValueTask DisposeAsync() => await StopAsync().ConfigureAwait(false);

    /// <inheritdoc cref="StopAsync"/>
    public void Dispose()
    {
        Task stopped = StopAsync();
        // An EventListener is called on the relay's own thread, which can't wait for itself.
        if (Thread.CurrentThread != _thread)
            stopped.GetAwaiter().GetResult();
    }

    private RelayTime Now => new(_clock.Now, Options.TimeProvider.GetUtcNow().ToUnixTimeMilliseconds());

    private void Run()
    {
        TimeSpan wait = MinWait;
        while (!_stopping)
        {
            try
            {
                _input.Clear();
                if (!_transport.Receive(_input, wait))
                    break;
                wait = Step(Now);
            }
            catch (Exception e)
            {
                _loopErrors++;
                ChatEventSource.Log.Fault(e.ToString());
                // So that an error that doesn't go away takes no processor.
                Thread.Sleep(MinWait);
            }
        }
        CloseStore();
        ChatMetrics.Remove(this);
        ChatEventSource.Log.RelayStopped(LocalEndPoint.ToString());
        _ranFor = _clock.Now;
        _completion.RunSynchronously(TaskScheduler.Default);
    }

    /// <summary>Does everything that is to be done now.</summary>
    /// <returns>How long nothing more is to be done, unless something arrives.</returns>
    private TimeSpan Step(RelayTime now)
    {
        for (int i = 0; i < _input.Count; i++)
        {
            try
            {
                _machine.Receive(_input.Address(i), _input.Data(i), now, _output);
            }
            catch (Exception e)
            {
                // A bug. One datagram never ends the relay.
                _faults++;
                ChatEventSource.Log.Fault(e.ToString());
            }
        }
        TakeCompleted(now);
        bool isMoreToSweep = _machine.Sweep(now);
        _machine.Tick(now);
        _machine.Flush(now, _output);
        SendOutput();
        PostCommands();
        TimeSpan next = _machine.NextTick;
        TimeSpan wait = isMoreToSweep ? MinWait : _machine.SweepInterval < MaxWait ? _machine.SweepInterval : MaxWait;
        if (next != TimeSpan.MaxValue && next - now.Now < wait)
            wait = next - now.Now;
        return wait < MinWait ? MinWait : wait;
    }

    private void TakeCompleted(RelayTime now)
    {
        if (_store is null || !_store.TryTakeCompleted(_commands))
            return;
        foreach (StoreCommand command in _commands)
            _machine.Complete(command, now, _output);
        _commands.Clear();
    }

    private void PostCommands()
    {
        if (_store is null)
            return;
        _machine.TakeStoreCommands(_commands);
        if (_commands.Count > 0)
            _store.Post(_commands);
        _commands.Clear();
    }

    /// <summary>Everything that the relay holds goes to the store before it is closed.</summary>
    private void CloseStore()
    {
        if (_store is null)
            return;
        try
        {
            _machine.Stop(Now);
            PostCommands();
        }
        catch (Exception e)
        {
            ChatEventSource.Log.Fault(e.ToString());
        }
        _store.Stop();
    }

    private void SendOutput()
    {
        try
        {
            if (_output.Count > 0)
                _transport.Send(_output);
        }
        finally
        {
            _output.Clear();
        }
    }
}
