using System;
using System.Buffers.Text;
using System.Text;
using System.Threading;

namespace UdpChat.Benchmarks;

/// <summary>Publishes to a stream of JetStream, and counts what the server acknowledges.</summary>
internal sealed class JetStreamPublisher(int port) : IDisposable
{
    private static readonly byte[] Subject = "b"u8.ToArray(), Text = Encoding.ASCII.GetBytes(Clients.Text);

    private readonly NatsConnection _connection = new(port, "inbox");
    private long _acknowledged;

    /// <summary>How many messages were sent.</summary>
    public long Sent { get; private set; }

    /// <summary>How many of them the server has acknowledged, each in its turn.</summary>
    public long Acknowledged => Volatile.Read(ref _acknowledged);

    /// <summary>How many messages the stream keeps.</summary>
    public long Kept => _connection.Request("$JS.API.STREAM.INFO.b").GetProperty("state").GetProperty("messages").GetInt64();

    /// <summary>Makes the stream, in a file and without limits.</summary>
    public void CreateStream() => _connection.Request("$JS.API.STREAM.CREATE.b", """{"name":"b","subjects":["b"],"storage":"file","retention":"limits"}""");

    /// <summary>Sends more messages.</summary>
    public void Send(long count)
    {
        if (count == 0)
            return;
        Span<byte> reply = stackalloc byte["inbox.".Length + 20];
        "inbox."u8.CopyTo(reply);
        for (; count > 0; count--)
        {
            Sent++;
            _ = Utf8Formatter.TryFormat(Sent, reply["inbox.".Length..], out int digits);
            _connection.Publish(Subject, reply[..("inbox.".Length + digits)], Text);
        }
        _connection.Flush();
    }

    /// <summary>Takes the acknowledgements that are here already.</summary>
    public void TakeAcknowledgements()
    {
        while (_connection.HasMore)
            WaitForAcknowledgements();
    }

    /// <summary>Waits for acknowledgements; false if none comes for long.</summary>
    public bool WaitForAcknowledgements()
    {
        if (!_connection.Receive())
            return false;
        long acknowledged = _acknowledged;
        while (_connection.TryRead(out NatsMessage message))
        {
            acknowledged++;
            if (!Utf8Parser.TryParse(message.Subject["inbox.".Length..], out long number, out _) || number != acknowledged || !message.Payload.StartsWith("{\"stream\":\"b\""u8))
                throw new InvalidOperationException($"JetStream did not acknowledge message {acknowledged}: {Encoding.UTF8.GetString(message.Subject)} {Encoding.UTF8.GetString(message.Payload)}");
        }
        Volatile.Write(ref _acknowledged, acknowledged);
        return true;
    }

    public void Dispose() => _connection.Dispose();
}
