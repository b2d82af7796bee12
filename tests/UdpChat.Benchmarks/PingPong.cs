using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Text;
using System.Threading.Tasks;

namespace UdpChat.Benchmarks;

/// <summary>Two clients of ours between which one message goes back and forth.</summary>
internal sealed class PingPong : IAsyncDisposable
{
    private static readonly byte[] NameOfA = "a"u8.ToArray(), NameOfB = "b"u8.ToArray(), Text = Encoding.ASCII.GetBytes(Clients.Text);

    private readonly ChatClient _a, _b;
    private List<double> _times = [];
    private TaskCompletionSource _done = new();
    private long _start;
    private int _left;

    private PingPong(RelayProcess relay, bool asBytes)
    {
        _a = Clients.Create("a", relay.EndPoint);
        _b = Clients.Create("b", relay.EndPoint);
        if (asBytes)
        {
            _a.MessageBytesReceived += (ChatClient _, in ChatMessageBytes _) => OnReturned();
            _b.MessageBytesReceived += (ChatClient b, in ChatMessageBytes _) => b.SendAsync(NameOfA, Text).AsTask().Wait();
        }
        else
        {
            _a.MessageReceived += (_, _) => OnReturned();
            _b.MessageReceived += (_, message) => _b.SendAsync("a", message.Text).AsTask().Wait();
        }
    }

    /// <summary>Connects the clients.</summary>
    public static async Task<PingPong> OpenAsync(RelayProcess relay, bool asBytes)
    {
        var pair = new PingPong(relay, asBytes);
        await pair._b.ConnectAsync();
        await pair._a.ConnectAsync();
        return pair;
    }

    /// <summary>Lets a message go back and forth so many times, and adds how long each took in microseconds.</summary>
    public Task PlayAsync(int count, List<double> times)
    {
        (_left, _times, _done) = (count, times, new(TaskCreationOptions.RunContinuationsAsynchronously));
        Ping();
        return _done.Task;
    }

    public async ValueTask DisposeAsync()
    {
        await _a.DisposeAsync();
        await _b.DisposeAsync();
    }

    private void Ping()
    {
        _start = Stopwatch.GetTimestamp();
        _a.SendAsync(NameOfB, Text).AsTask().Wait(); // It waits for nothing: there is room.
    }

    private void OnReturned()
    {
        _times.Add(Stopwatch.GetElapsedTime(_start).TotalMicroseconds);
        if (--_left > 0)
            Ping();
        else
            _done.SetResult();
    }
}
