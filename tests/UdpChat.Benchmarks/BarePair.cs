using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Threading;
using System.Threading.Tasks;

namespace UdpChat.Benchmarks;

/// <summary>Two clients of the plain profile, each a blocking socket, which promise nothing.</summary>
internal sealed class BarePair : IDisposable
{
    private static readonly TimeSpan Silence = TimeSpan.FromMilliseconds(50);

    private readonly RelayProcess _relay;
    private readonly Socket _a, _b;
    private readonly byte[] _toA = Encoding.ASCII.GetBytes("SENDTO:a: " + Clients.Text);
    private readonly byte[] _toB = Encoding.ASCII.GetBytes("SENDTO:b: " + Clients.Text);
    private readonly byte[] _buffer = new byte[2048];

    public BarePair(RelayProcess relay)
    {
        _relay = relay;
        _a = Register("a", relay.EndPoint);
        _b = Register("b", relay.EndPoint);
    }

    /// <summary>One sender, one recipient, so many messages sent and not yet received; what is lost is counted and not sent again.</summary>
    public async Task<(Rate Rate, long Lost)> MeasureAsync(int window, double seconds)
    {
        long sent = 0, received = 0, lost = 0;
        bool stop = false;
        using var slots = new SemaphoreSlim(window);
        var sender = new Thread(() =>
        {
            while (!Volatile.Read(ref stop))
            {
                if (!slots.Wait(Silence))
                    continue;
                _a.Send(_toB);
                Interlocked.Increment(ref sent);
            }
        });
        var receiver = new Thread(() =>
        {
            byte[] buffer = new byte[2048];
            while (!Volatile.Read(ref stop))
            {
                if (TryReceive(_b, buffer))
                {
                    Interlocked.Increment(ref received);
                    slots.Release();
                }
                else if (Interlocked.Read(ref sent) - received - lost is > 0 and long gone)
                {
                    lost += gone;
                    slots.Release((int)gone);
                }
            }
        });
        _b.ReceiveTimeout = (int)Silence.TotalMilliseconds;
        receiver.Start();
        sender.Start();
        Rate rate = await Rate.MeasureAsync(() => Interlocked.Read(ref received), _relay, seconds);
        Volatile.Write(ref stop, true);
        sender.Join();
        receiver.Join();
        while (TryReceive(_b, _buffer))
        {
            // What was still under way.
        }
        return (rate, lost);
    }

    /// <summary>Lets the second client answer every message.</summary>
    public void StartAnswering()
    {
        _b.ReceiveTimeout = 0;
        new Thread(Answer) { IsBackground = true }.Start();
    }

    /// <summary>Lets a message go back and forth so many times, and adds how long each took in microseconds.</summary>
    public void Play(int count, List<double> times)
    {
        for (int i = 0; i < count; i++)
        {
            long start = Stopwatch.GetTimestamp();
            _a.Send(_toB);
            _a.Receive(_buffer.AsSpan());
            times.Add(Stopwatch.GetElapsedTime(start).TotalMicroseconds);
        }
    }

    public void Dispose()
    {
        _a.Dispose();
        _b.Dispose();
    }

    private static Socket Register(string name, IPEndPoint relay)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp) { ReceiveBufferSize = 8 << 20 };
        socket.Connect(relay);
        socket.Send(Encoding.ASCII.GetBytes("REGISTER: " + name));
        socket.Receive(new byte[2048]);
        return socket;
    }

    private static bool TryReceive(Socket socket, byte[] buffer)
    {
        try
        {
            return socket.Receive(buffer.AsSpan(), SocketFlags.None) > 0;
        }
        catch (SocketException e) when (e.SocketErrorCode is SocketError.TimedOut or SocketError.WouldBlock)
        {
            return false;
        }
    }

    private void Answer()
    {
        byte[] buffer = new byte[2048];
        try
        {
            while (true)
            {
                _b.Receive(buffer.AsSpan());
                _b.Send(_toA);
            }
        }
        catch (SocketException)
        {
            // Closed.
        }
    }
}
