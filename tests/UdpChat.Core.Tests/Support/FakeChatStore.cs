using System.Collections.Generic;
using System.Linq;
using System.Threading;
using UdpChat.Protocol.Relay.Storage;
using UdpChat.Storage;

namespace UdpChat.Core.Tests.Support;

/// <summary>A store that notes the groups it is given, each time it is let.</summary>
internal sealed class FakeChatStore : IChatStore
{
    private readonly SemaphoreSlim _permits = new(0);

    /// <summary>The groups it was given, as sequence numbers.</summary>
    public Recorder<string> Groups { get; } = new();

    /// <summary>The group that it is given while this is set fails.</summary>
    public ChatStoreException? Failure { get; set; }

    public bool IsDisposed { get; private set; }

    /// <summary>On which threads it was called.</summary>
    public HashSet<int> Threads { get; } = [];

    /// <summary>Lets it do so many groups more.</summary>
    public void Allow(int groups) => _permits.Release(groups);

    public StoreContent Load() => new() { Id = 1 };

    public void Execute(IReadOnlyList<StoreCommand> group)
    {
        Threads.Add(System.Environment.CurrentManagedThreadId);
        Groups.Add(string.Join(' ', group.Select(c => c.Sequence)));
        _permits.Wait();
        if (Failure is not null)
            throw Failure;
    }

    public void Dispose()
    {
        Threads.Add(System.Environment.CurrentManagedThreadId);
        IsDisposed = true;
    }
}
