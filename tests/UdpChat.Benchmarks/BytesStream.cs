using System.Collections.Generic;
using System.Text;
using System.Threading;
using System.Threading.Tasks;

namespace UdpChat.Benchmarks;

/// <summary>Messages from one client to another as bytes, without an object each: what has arrived lets the next go.</summary>
internal sealed class BytesStream : MessageStream
{
    private static readonly byte[] To = "b"u8.ToArray(), Text = Encoding.ASCII.GetBytes(Clients.Text);

    private readonly int _window;
    private ChatClient _a = null!, _b = null!;
    private long _sent, _received, _last, _disordered;
    private bool _stop;

    private BytesStream(int window) => _window = window;

    public override long Received => Volatile.Read(ref _received);

    /// <summary>Connects the clients.</summary>
    public static async Task<MessageStream> OpenAsync(RelayProcess relay, int window)
    {
        var stream = new BytesStream(window);
        stream._b = Clients.Create("b", relay.EndPoint);
        stream._b.MessageBytesReceived += stream.OnReceived;
        await stream._b.ConnectAsync();
        stream._a = await Clients.ConnectAsync("a", relay.EndPoint);
        return stream;
    }

    public override void Start()
    {
        for (int i = 0; i < _window; i++)
            Send();
    }

    public override async Task StopAsync(Dictionary<string, object> figures, CancellationToken cancellationToken)
    {
        Volatile.Write(ref _stop, true);
        while ((_a.OutboxCount > 0 || _a.GetStatistics().MessagesDelivered < Volatile.Read(ref _sent)) && !cancellationToken.IsCancellationRequested)
            await Task.Delay(1, CancellationToken.None);
        Add(figures, _sent, _sent - _a.OutboxCount, Received, _disordered, _a, _b);
        figures["delivered"] = _a.GetStatistics().MessagesDelivered;
    }

    public override async ValueTask DisposeAsync()
    {
        await _a.DisposeAsync();
        await _b.DisposeAsync();
    }

    private void OnReceived(ChatClient client, in ChatMessageBytes message)
    {
        // They are numbered without a gap, from 1.
        if (message.Number != _last + 1)
            _disordered++;
        _last = message.Number;
        Volatile.Write(ref _received, _received + 1);
        if (!Volatile.Read(ref _stop))
            Send();
    }

    private void Send()
    {
        _sent++;
        _a.SendAsync(To, Text).AsTask().Wait(); // It waits for nothing: the outbox is larger than the window.
    }
}
