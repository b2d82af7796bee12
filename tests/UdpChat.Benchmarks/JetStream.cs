using System;
using System.IO;
using System.Threading;
using System.Threading.Tasks;

namespace UdpChat.Benchmarks;

/// <summary>NATS with a stream in a file: the server acknowledges each message to its sender, and the recipient to the server.</summary>
internal sealed class JetStream : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly RelayProcess _process;
    private readonly string _folder;
    private readonly JetStreamPublisher _publisher;
    private readonly JetStreamRecipient _recipient;
    private bool _stop;

    private JetStream(RelayProcess process, string folder)
    {
        (_process, _folder) = (process, folder);
        _publisher = new JetStreamPublisher(process.EndPoint.Port);
        _recipient = new JetStreamRecipient(process.EndPoint.Port);
    }

    /// <summary>Starts it in a folder of its own.</summary>
    public static async Task<JetStream> StartAsync(Settings settings, string program)
    {
        int port = TcpLoopback.FindPort();
        string folder = StoreFolder.Create();
        return new JetStream(await RelayProcess.StartAsync(settings, port, [program, "-a", "127.0.0.1", "-p", $"{port}", "-js", "-sd", folder]), folder);
    }

    /// <summary>Measures messages to a recipient, so many of them sent and not yet received.</summary>
    public async Task<Rate> MeasureAsync(int window, double seconds)
    {
        _publisher.CreateStream();
        _recipient.CreateConsumer();
        Rate rate = await MeasureAsync(() => Deliver(window), () => _recipient.Received, seconds);
        SpinWait.SpinUntil(() => _recipient.Confirmed == _publisher.Sent, Patience);
        Check(_recipient.Received, "received");
        Check(_recipient.Confirmed, "acknowledged by the recipient");
        return rate;
    }

    /// <summary>Measures messages that are only stored, so many of them sent and not yet acknowledged.</summary>
    public Task<Rate> MeasureStoredAsync(int window, double seconds)
    {
        _publisher.CreateStream();
        return MeasureAsync(() => Store(window), () => _publisher.Acknowledged, seconds);
    }

    public void Dispose()
    {
        _publisher.Dispose();
        _recipient.Dispose();
        _process.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private async Task<Rate> MeasureAsync(Action exchange, Func<long> count, double seconds)
    {
        Task exchanged = Task.Factory.StartNew(exchange, TaskCreationOptions.LongRunning);
        Rate rate = await Rate.MeasureAsync(count, _process, seconds);
        Volatile.Write(ref _stop, true);
        await exchanged;
        Check(_publisher.Acknowledged, "acknowledged");
        Check(_publisher.Kept, "stored");
        return rate;
    }

    private void Deliver(int window)
    {
        _publisher.Send(window);
        while (_recipient.Received < _publisher.Sent && _recipient.Receive() is > 0 and var came)
        {
            if (!Volatile.Read(ref _stop))
                _publisher.Send(came);
            _publisher.TakeAcknowledgements();
        }
        while (_publisher.Acknowledged < _publisher.Sent && _publisher.WaitForAcknowledgements())
        {
        }
    }

    private void Store(int window)
    {
        _publisher.Send(window);
        long before = 0;
        while (_publisher.Acknowledged < _publisher.Sent && _publisher.WaitForAcknowledgements())
        {
            if (!Volatile.Read(ref _stop))
                _publisher.Send(_publisher.Acknowledged - before);
            before = _publisher.Acknowledged;
        }
    }

    private void Check(long count, string what)
    {
        if (count != _publisher.Sent)
            throw new InvalidOperationException($"JetStream: {_publisher.Sent} messages were sent, {count} {what}.");
    }
}
