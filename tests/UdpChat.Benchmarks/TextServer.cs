using System;
using System.Net.Sockets;
using System.Text;
using System.Threading;
using System.Threading.Tasks;

namespace UdpChat.Benchmarks;

/// <summary>A server of a text protocol over TCP, that gives two lines for each message: so many messages under way, pipelined.</summary>
internal sealed class TextServer : IDisposable
{
    private readonly RelayProcess _process;
    private readonly Socket _sender, _receiver;
    private readonly byte[] _message;

    private TextServer(RelayProcess process, Socket sender, Socket receiver, string message)
    {
        (_process, _sender, _receiver) = (process, sender, receiver);
        _message = Encoding.ASCII.GetBytes(message);
    }

    /// <summary>Starts NATS with one publisher and one subscriber.</summary>
    public static async Task<TextServer> StartNatsAsync(Settings settings, string program)
    {
        int port = TcpLoopback.FindPort();
        RelayProcess process = await RelayProcess.StartAsync(settings, port, [program, "-a", "127.0.0.1", "-p", $"{port}"]);
        Socket receiver = TcpLoopback.Connect(port), sender = TcpLoopback.Connect(port);
        Hello(receiver, "CONNECT {\"verbose\":false}\r\nSUB m 1\r\nPING\r\n", "PONG\r\n");
        Hello(sender, "CONNECT {\"verbose\":false}\r\nPING\r\n", "PONG\r\n");
        return new TextServer(process, sender, receiver, $"PUB m {Clients.Text.Length}\r\n{Clients.Text}\r\n");
    }

    /// <summary>Starts Redis, which writes every entry of a stream to the disk before it answers.</summary>
    public static async Task<TextServer> StartRedisAsync(Settings settings, string program, string folder)
    {
        int port = TcpLoopback.FindPort();
        RelayProcess process = await RelayProcess.StartAsync(settings, port,
            [program, "--bind", "127.0.0.1", "--port", $"{port}", "--dir", folder, "--save", "", "--appendonly", "yes", "--appendfsync", "always", "--auto-aof-rewrite-percentage", "0"]);
        Socket socket = TcpLoopback.Connect(port);
        Hello(socket, "PING\r\n", "+PONG\r\n");
        return new TextServer(process, socket, socket, $"*5\r\n$4\r\nXADD\r\n$1\r\nb\r\n$1\r\n*\r\n$1\r\nt\r\n${Clients.Text.Length}\r\n{Clients.Text}\r\n");
    }

    /// <summary>Measures it.</summary>
    public async Task<Rate> MeasureAsync(int window, double seconds)
    {
        long received = 0;
        bool stop = false;
        byte[] messages = new byte[window * _message.Length];
        for (int i = 0; i < window; i++)
            _message.CopyTo(messages, i * _message.Length);
        var thread = new Thread(() =>
        {
            byte[] buffer = new byte[64 << 10];
            int lines = 0;
            _sender.Send(messages);
            while (!Volatile.Read(ref stop))
            {
                lines += buffer.AsSpan(0, _receiver.Receive(buffer)).Count((byte)'\n');
                int came = lines / 2;
                lines -= came * 2;
                Volatile.Write(ref received, received + came);
                _sender.Send(messages.AsSpan(0, came * _message.Length));
            }
        });
        thread.Start();
        Rate rate = await Rate.MeasureAsync(() => Volatile.Read(ref received), _process, seconds);
        Volatile.Write(ref stop, true);
        thread.Join();
        return rate;
    }

    public void Dispose()
    {
        _sender.Dispose();
        _receiver.Dispose();
        _process.Dispose();
    }

    /// <summary>Sends what begins a connection and reads until it is answered.</summary>
    private static void Hello(Socket socket, string text, string last)
    {
        socket.Send(Encoding.ASCII.GetBytes(text));
        byte[] buffer = new byte[4096];
        string answer = "";
        while (!answer.EndsWith(last, StringComparison.Ordinal))
        {
            int count = socket.Receive(buffer);
            if (count == 0)
                throw new InvalidOperationException($"The server closed the connection: {answer}");
            answer += Encoding.ASCII.GetString(buffer, 0, count);
        }
    }
}
