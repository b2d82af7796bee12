using System;
using System.Text;
using BenchmarkDotNet.Attributes;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using UdpChat.Protocol;
using UdpChat.Protocol.Client;
using UdpChat.Protocol.Relay;
using UdpChat.Protocol.Relay.Sessions;
using UdpChat.Protocol.Wire;

namespace UdpChat.Benchmarks;

/// <summary>What the steps on the way of a datagram cost, one by one.</summary>
[MemoryDiagnoser]
public class Micro
{
    private const int Clients = 300_000;

    private readonly byte[] _plain = Encoding.ASCII.GetBytes("SENDTO:u000001: " + Benchmarks.Clients.Text);
    private readonly byte[] _extended = Encoding.ASCII.GetBytes("@s=0123456789abcdef;d=123456;o=7890123;a=123400-123450;w=3 to b " + Benchmarks.Clients.Text);
    private readonly byte[] _destination = new byte[256];
    private readonly byte[] _name = Encoding.ASCII.GetBytes("u000001");
    private readonly byte[] _text = Encoding.ASCII.GetBytes(Benchmarks.Clients.Text);
    private readonly byte[][] _folded = new byte[Clients][];
    private readonly ClientRegistry _registry = new(new KeyedHash(1, 2));
    private readonly TimerWheel _wheel = new();
    private readonly Timer _timer = new();
    private readonly Outbox _outbox = new(new ClientOptions { Name = "a" }, new NoEvents());
    private int _next;
    private TimeSpan _now;

    /// <summary>Runs all of them, in this process.</summary>
    internal static void Run() =>
        BenchmarkRunner.Run<Micro>(DefaultConfig.Instance.AddJob(Job.ShortRun.WithToolchain(InProcessEmitToolchain.Instance)));

    /// <summary>Fills the registry.</summary>
    [GlobalSetup]
    public void Fill()
    {
        for (int i = 0; i < Clients; i++)
        {
            byte[] name = Encoding.ASCII.GetBytes($"u{i:D6}");
            _registry.Add(PeerAddress.FromIPv4((uint)i, 9000), name, 0);
            _folded[i] = new byte[ChatName.MaxFoldedBytes];
            Array.Resize(ref _folded[i], ChatName.Fold(name, _folded[i]));
        }
    }

    /// <summary>Reads SENDTO.</summary>
    [Benchmark]
    public int ParsePlain() => PlainMessage.Parse(_plain).Text.Length;

    /// <summary>Writes FROM.</summary>
    [Benchmark]
    public int WriteFrom() => PlainWriter.From(_destination, _name, _text);

    /// <summary>Reads an extended header.</summary>
    [Benchmark]
    public bool ReadLinkHeader() => LinkHeader.TryRead(_extended, out _);

    /// <summary>Finds one of 300,000 by its address, another each time.</summary>
    [Benchmark]
    public int FindByAddress() => _registry.Find(PeerAddress.FromIPv4((uint)Next(), 9000));

    /// <summary>Finds one of 300,000 by its name, another each time.</summary>
    [Benchmark]
    public int FindByName() => _registry.FindFolded(_folded[Next()]);

    /// <summary>Sets a timer that goes off at once, and takes it.</summary>
    [Benchmark]
    public bool SetAndTakeTimer()
    {
        _now += TimerWheel.Tick;
        _wheel.Set(_timer, _now);
        return _wheel.TakeDue(_now) is not null;
    }

    /// <summary>A message is sent and accepted.</summary>
    [Benchmark]
    public bool AddAndAccept() => _outbox.Accepted(_outbox.Add(_name, _text, default, isKept: false).Number, isFinal: true) is not null;

    /// <summary>A step that leaves no neighbour in a cache.</summary>
    private int Next() => _next = (_next + 104_729) % Clients;

    private sealed class Timer : WheelTimer;

    private sealed class NoEvents : IClientEvents
    {
        public void Connected() { }

        public void Reconnecting(ReconnectReason reason) { }

        public void ConnectFailed(ConnectFailure failure) { }

        public void PathWanted() { }

        public void EchoReturned() { }

        public void MessageReceived(ReadOnlySpan<byte> from, ReadOnlySpan<byte> text, in MessageOrigin origin, long ticket) { }

        public void MessageChanged(OutgoingMessage message) { }

        public void NoticeReceived(ReadOnlySpan<byte> text, ReadOnlySpan<byte> code) { }

        public void Replaced() { }

        public void Left() { }
    }
}
