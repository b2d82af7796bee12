using System;
using System.Threading;

namespace UdpChat.Benchmarks;

/// <summary>Gets the messages of a stream of JetStream and acknowledges each.</summary>
internal sealed class JetStreamRecipient(int port) : IDisposable
{
    private readonly NatsConnection _connection = new(port, "to");
    private long _received;

    /// <summary>How many messages came.</summary>
    public long Received => Volatile.Read(ref _received);

    /// <summary>How many of them the server knows to be acknowledged, without a gap from the first.</summary>
    public long Confirmed => _connection.Request("$JS.API.CONSUMER.INFO.b.to").GetProperty("ack_floor").GetProperty("stream_seq").GetInt64();

    /// <summary>Lets the server send what the stream keeps and will keep.</summary>
    public void CreateConsumer()
    {
        _connection.Subscribe("messages"); // by its name: the server does not count a wildcard as a wish for a consumer's messages
        _connection.Request("$JS.API.CONSUMER.DURABLE.CREATE.b.to",
            """{"stream_name":"b","config":{"durable_name":"to","deliver_subject":"messages","deliver_policy":"all","ack_policy":"explicit","max_ack_pending":65536}}""");
    }

    /// <summary>Waits for messages, acknowledges them and says how many came; 0 if none comes for long.</summary>
    public int Receive()
    {
        int came = 0;
        while (came == 0 && _connection.Receive())
        {
            for (; _connection.TryRead(out NatsMessage message); came++)
                _connection.Publish(message.Reply, default, default);
        }
        _connection.Flush();
        Volatile.Write(ref _received, _received + came);
        return came;
    }

    public void Dispose() => _connection.Dispose();
}
