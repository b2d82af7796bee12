using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;

namespace UdpChat.Benchmarks;

/// <summary>Messages from one client to another as objects, sent by one thread that waits for room in the window.</summary>
internal sealed class ObjectStream : MessageStream
{
    private readonly SemaphoreSlim _slots;
    private readonly Queue<ChatMessage> _unaccepted = new();
    private ChatClient _a = null!, _b = null!;
    private Task _sending = Task.CompletedTask;
    private long _sent, _accepted, _received, _last, _disordered;
    private bool _stop;

    private ObjectStream(int window) => _slots = new SemaphoreSlim(window);

    public override long Received => Volatile.Read(ref _received);

    /// <summary>Connects the clients.</summary>
    public static async Task<MessageStream> OpenAsync(RelayProcess relay, int window)
    {
        var stream = new ObjectStream(window);
        stream._b = await Clients.ConnectAsync("b", relay.EndPoint, (_, message) => stream.OnReceived(message));
        stream._a = await Clients.ConnectAsync("a", relay.EndPoint);
        return stream;
    }

    public override void Start() => _sending = Task.Factory.StartNew(SendAllAsync, TaskCreationOptions.LongRunning).Unwrap();

    public override async Task StopAsync(Dictionary<string, object> figures, CancellationToken cancellationToken)
    {
        Volatile.Write(ref _stop, true);
        await _sending;
        foreach (ChatMessage message in _unaccepted)
            await message.WaitAsync(ChatMessageState.Accepted, cancellationToken);
        CountAccepted();
        while (Received < _sent && !cancellationToken.IsCancellationRequested)
            await Task.Delay(1, CancellationToken.None);
        Add(figures, _sent, _accepted, Received, _disordered, _a, _b);
    }

    public override async ValueTask DisposeAsync()
    {
        await _a.DisposeAsync();
        await _b.DisposeAsync();
        _slots.Dispose();
    }

    private void OnReceived(ChatMessage message)
    {
        // They are numbered without a gap, from 1.
        if (message.Number != _last + 1)
            _disordered++;
        _last = message.Number;
        Volatile.Write(ref _received, _received + 1);
        _slots.Release();
    }

    private async Task SendAllAsync()
    {
        while (!Volatile.Read(ref _stop))
        {
            await _slots.WaitAsync();
            _unaccepted.Enqueue(await _a.SendAsync("b", Clients.Text));
            _sent++;
            CountAccepted();
        }
    }

    private void CountAccepted()
    {
        while (_unaccepted.TryPeek(out ChatMessage? first) && first.State is ChatMessageState.Accepted or ChatMessageState.Delivered)
        {
            _unaccepted.Dequeue();
            _accepted++;
        }
    }
}
