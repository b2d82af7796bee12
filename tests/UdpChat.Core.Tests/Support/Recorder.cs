using System;
using System.Collections.Generic;
using System.Threading.Channels;
using System.Threading.Tasks;

namespace UdpChat.Core.Tests.Support;

/// <summary>Notes what happens on other threads, so that a test can wait for it.</summary>
internal sealed class Recorder<T>
{
    private readonly Channel<T> _channel = Channel.CreateUnbounded<T>();

    public void Add(T item) => _channel.Writer.TryWrite(item);

    /// <summary>The next one, waiting for it.</summary>
    public Task<T> NextAsync() => _channel.Reader.ReadAsync().InTime();

    /// <summary>The next one that matches; those before it are passed over.</summary>
    public async Task<T> NextAsync(Predicate<T> match)
    {
        while (true)
        {
            T next = await NextAsync();
            if (match(next))
                return next;
        }
    }

    /// <summary>All that is there now.</summary>
    public IReadOnlyList<T> TakeAll()
    {
        var all = new List<T>();
        while (_channel.Reader.TryRead(out T? item))
            all.Add(item);
        return all;
    }
}
