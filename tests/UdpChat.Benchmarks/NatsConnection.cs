using System;
using System.Buffers;
using System.Buffers.Text;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;

namespace UdpChat.Benchmarks;

/// <summary>A client's connection to NATS, for one thread; what is below its inbox comes to it.</summary>
internal sealed class NatsConnection : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly Socket _socket;
    private readonly string _inbox;
    private readonly byte[] _input = new byte[64 << 10];
    private readonly ArrayBufferWriter<byte> _output = new();
    private int _start, _end, _subscriptions;

    public NatsConnection(int port, string inbox)
    {
        _socket = TcpLoopback.Connect(port);
        _socket.ReceiveTimeout = (int)Patience.TotalMilliseconds;
        _inbox = inbox;
        _output.Write("CONNECT {\"verbose\":false}\r\n"u8);
        Subscribe($"{inbox}.*");
    }

    /// <summary>Whether something came that is not received yet.</summary>
    public bool HasMore => _socket.Available > 0;

    /// <summary>Subscribes to one more subject.</summary>
    public void Subscribe(string subject)
    {
        _output.Write(Encoding.ASCII.GetBytes($"SUB {subject} {++_subscriptions}\r\n"));
        Flush();
    }

    /// <summary>Receives what comes next; false if nothing comes for long.</summary>
    public bool Receive()
    {
        _input.AsSpan(_start.._end).CopyTo(_input);
        (_start, _end) = (0, _end - _start);
        int count = _socket.Receive(_input.AsSpan(_end), SocketFlags.None, out SocketError error);
        if (error is SocketError.TimedOut or SocketError.WouldBlock)
            return false;
        if (error != SocketError.Success || count == 0)
            throw new InvalidOperationException($"NATS closed the connection: {error}");
        _end += count;
        return true;
    }

    /// <summary>Reads the next message of what was received.</summary>
    public bool TryRead(out NatsMessage message)
    {
        message = default;
        while (true)
        {
            ReadOnlySpan<byte> rest = _input.AsSpan(_start.._end);
            int end = rest.IndexOf("\r\n"u8);
            if (end < 0)
                return false;
            ReadOnlySpan<byte> line = rest[..end];
            if (line.StartsWith("MSG "u8))
            {
                _ = Utf8Parser.TryParse(line[(line.LastIndexOf((byte)' ') + 1)..], out int length, out _);
                int next = end + 2 + length + 2;
                if (rest.Length < next)
                    return false;
                _start += next;
                message = new NatsMessage(line["MSG ".Length..], rest.Slice(end + 2, length));
                return true;
            }
            _start += end + 2;
            if (line.StartsWith("-ERR"u8))
                throw new InvalidOperationException($"NATS: {Encoding.ASCII.GetString(line)}");
            if (line.SequenceEqual("PING"u8))
            {
                _output.Write("PONG\r\n"u8);
                Flush();
            }
        }
    }

    /// <summary>Publishes a message with the next flush.</summary>
    public void Publish(ReadOnlySpan<byte> subject, ReadOnlySpan<byte> reply, ReadOnlySpan<byte> payload)
    {
        _output.Write("PUB "u8);
        _output.Write(subject);
        _output.Write(" "u8);
        _output.Write(reply);
        _output.Write(" "u8);
        _ = Utf8Formatter.TryFormat(payload.Length, _output.GetSpan(11), out int digits);
        _output.Advance(digits);
        _output.Write("\r\n"u8);
        _output.Write(payload);
        _output.Write("\r\n"u8);
    }

    /// <summary>Sends what was published.</summary>
    public void Flush()
    {
        _socket.Send(_output.WrittenSpan);
        _output.ResetWrittenCount();
    }

    /// <summary>Asks the server and waits for its answer, while no other message is expected.</summary>
    public JsonElement Request(string subject, string json = "")
    {
        Publish(Encoding.ASCII.GetBytes(subject), Encoding.ASCII.GetBytes($"{_inbox}.answer"), Encoding.ASCII.GetBytes(json));
        Flush();
        NatsMessage message;
        while (!TryRead(out message))
        {
            if (!Receive())
                throw new InvalidOperationException($"NATS does not answer {subject}.");
        }
        using var answer = JsonDocument.Parse(Encoding.UTF8.GetString(message.Payload));
        return answer.RootElement.TryGetProperty("error", out JsonElement error)
            ? throw new InvalidOperationException($"NATS answers {subject}: {error}")
            : answer.RootElement.Clone();
    }

    public void Dispose() => _socket.Dispose();
}
