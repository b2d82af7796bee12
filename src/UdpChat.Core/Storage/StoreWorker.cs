using System;
using System.Collections.Generic;
using System.Threading;
using UdpChat.Diagnostics;
using UdpChat.Protocol.Relay.Storage;

namespace UdpChat.Storage;

/// <summary>
/// Does a relay's store commands on a thread of its own, so that the relay's loop never waits for a disk. All that has
/// come in while one group was written is the next group: the slower the disk, the larger the groups.
/// </summary>
internal sealed class StoreWorker : IDisposable
{
    /// <summary>How many commands one group has at most, so that the first of them don't wait for ever more; what was posted together may be more.</summary>
    public const int MaxGroup = 4096;

    private readonly IChatStore _store;
    private readonly Action _wake;
    private readonly Thread _thread;
    private readonly object _queueLock = new();
    private readonly object _completedLock = new();
    private readonly List<StoreCommand> _group = new(MaxGroup);
    private List<StoreCommand> _queue = [], _taken = [];
    private List<int> _queueEnds = [], _takenEnds = []; // of what was posted together, and stays together
    private readonly List<StoreCommand> _completed = [];
    private volatile bool _hasCompleted; // so that who asks takes the lock only for something
    private bool _stopping, _hasStopped;
    private long _failedGroups;
    private volatile Exception? _lastError;

    /// <param name="store">The store, which must have been loaded; from now on the worker's.</param>
    /// <param name="wake">Called on the worker's thread after commands were completed.</param>
    public StoreWorker(IChatStore store, Action wake)
    {
        _store = store;
        _wake = wake;
        _thread = new Thread(Run) { IsBackground = true, Name = "UdpChat store" };
        _thread.Start();
    }

    /// <summary>How many groups failed so far.</summary>
    public long FailedGroups => Volatile.Read(ref _failedGroups);

    /// <summary>Why the last group failed that did, if any; it stays when later ones succeed.</summary>
    public Exception? LastError => _lastError;

    /// <summary>Hands a command over. After <see cref="Stop"/> it fails.</summary>
    public void Post(StoreCommand command)
    {
        lock (_queueLock)
        {
            if (!_hasStopped)
            {
                _queue.Add(command);
                _queueEnds.Add(_queue.Count);
                Monitor.Pulse(_queueLock);
                return;
            }
        }
        Fail(command);
    }

    /// <summary>Hands commands over, in their order. They are in one group.</summary>
    public void Post(IReadOnlyList<StoreCommand> commands)
    {
        lock (_queueLock)
        {
            if (!_hasStopped)
            {
                _queue.AddRange(commands);
                _queueEnds.Add(_queue.Count);
                Monitor.Pulse(_queueLock);
                return;
            }
        }
        for (int i = 0; i < commands.Count; i++)
            Fail(commands[i]);
    }

    /// <summary>Takes back what is done, or has failed, in the order in which it was posted.</summary>
    /// <returns>False if there is nothing.</returns>
    public bool TryTakeCompleted(List<StoreCommand> into)
    {
        if (!_hasCompleted)
            return false;
        lock (_completedLock)
        {
            into.AddRange(_completed);
            _completed.Clear();
            _hasCompleted = false;
            return true;
        }
    }

    /// <summary>Does what was posted, closes the store and ends the thread; what was done then can still be taken.</summary>
    public void Stop()
    {
        lock (_queueLock)
        {
            _stopping = true;
            Monitor.Pulse(_queueLock);
        }
        _thread.Join();
    }

    /// <inheritdoc cref="Stop"/>
    public void Dispose() => Stop();

    private void Run()
    {
        while (TryTakeQueue())
        {
            int start = 0;
            for (int i = 0; i < _takenEnds.Count; i++)
            {
                if (i + 1 < _takenEnds.Count && _takenEnds[i + 1] - start <= MaxGroup)
                    continue;
                for (int j = start; j < _takenEnds[i]; j++)
                    _group.Add(_taken[j]);
                start = _takenEnds[i];
                Execute();
                _group.Clear();
            }
            _takenEnds.Clear();
            _taken.Clear();
        }
        try
        {
            _store.Dispose();
        }
        catch (Exception e)
        {
            ChatEventSource.Log.Fault(e.ToString());
        }
    }

    /// <summary>Waits for commands, and takes all there are.</summary>
    /// <returns>False if there are none and there will be none.</returns>
    private bool TryTakeQueue()
    {
        lock (_queueLock)
        {
            while (_queue.Count == 0 && !_stopping)
                Monitor.Wait(_queueLock);
            (_queue, _taken) = (_taken, _queue);
            (_queueEnds, _takenEnds) = (_takenEnds, _queueEnds);
            _hasStopped = _taken.Count == 0;
            return !_hasStopped;
        }
    }

    private void Execute()
    {
        try
        {
            _store.Execute(_group);
        }
        catch (Exception e)
        {
            foreach (StoreCommand command in _group)
                command.HasFailed = true;
            _lastError = e;
            Interlocked.Increment(ref _failedGroups);
            ChatEventSource.Log.StoreFailed(_group.Count, e.ToString());
        }
        lock (_completedLock)
        {
            _completed.AddRange(_group);
            _hasCompleted = true;
        }
        try
        {
            _wake();
        }
        catch (Exception e)
        {
            ChatEventSource.Log.Fault(e.ToString());
        }
    }

    private void Fail(StoreCommand command)
    {
        command.HasFailed = true;
        lock (_completedLock)
        {
            _completed.Add(command);
            _hasCompleted = true;
        }
    }
}
