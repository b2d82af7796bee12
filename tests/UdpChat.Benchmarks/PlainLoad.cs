using System;
using System.Buffers.Text;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Threading;
using System.Threading.Tasks;

namespace UdpChat.Benchmarks;

/// <summary>
/// Many users of the plain profile, 64 of them busy: each has one message of 64 bytes under way to the next, and sends another
/// when that has come, or the same again after a silence.
/// </summary>
internal sealed class PlainLoad : IDisposable
{
    /// <summary>How many send.</summary>
    public const int Busy = 64;

    /// <summary>How many there can be: as many as the reference has room for, and names of six digits.</summary>
    public const int MaxUsers = 1_000_000;

    private const int SequenceBytes = 8;
    private const int SequenceInSent = 7 + UserName.Bytes + 2, SequenceInReceived = 5 + UserName.Bytes + 2;
    private static readonly TimeSpan Silence = TimeSpan.FromMilliseconds(50);

    private readonly RelayProcess _relay;
    private readonly UserSocket _socket;
    private readonly int _users;
    private readonly byte[][] _messages = new byte[Busy][];
    private readonly int[] _sequences = new int[Busy];
    private readonly long[] _sentAt = new long[Busy];
    private readonly NamedDatagram _heartbeat = new("HEARTBEAT: ");
    private readonly Pace _pace;
    private bool _keepsAlive;
    private long _received;
    private bool _stop;

    /// <summary>Registers users with a relay.</summary>
    public PlainLoad(RelayProcess relay, int users)
    {
        _relay = relay;
        _socket = new UserSocket(relay.EndPoint, Silence);
        _users = users;
        _pace = new Pace(users);
        var register = new NamedDatagram("REGISTER: ");
        _socket.AskForAll(users, user => _socket.Add(user, register.For(user)));
    }

    /// <summary>How many messages were sent again.</summary>
    public long Repeated { get; private set; }

    /// <summary>How many heartbeats were sent.</summary>
    public long Heartbeats { get; private set; }

    /// <summary>Works until the relay's just-in-time compiler is done.</summary>
    public Task WarmUpAsync() => MeasureAsync(2);

    /// <summary>Measures the relay.</summary>
    /// <param name="seconds">For how long.</param>
    /// <param name="keepsAlive">Whether all users send their heartbeats.</param>
    public async Task<Rate> MeasureAsync(double seconds, bool keepsAlive = false)
    {
        _stop = false;
        _keepsAlive = keepsAlive;
        var thread = new Thread(Run) { IsBackground = true };
        thread.Start();
        Rate rate = await Rate.MeasureAsync(() => Volatile.Read(ref _received), _relay, seconds);
        Volatile.Write(ref _stop, true);
        thread.Join();
        return rate;
    }

    public void Dispose() => _socket.Dispose();

    private void Run()
    {
        for (int i = 0; i < Busy; i++)
        {
            _messages[i] = Encoding.ASCII.GetBytes($"SENDTO:{UserName.Of(UserOf((i + 1) % Busy))}: {Clients.Text}");
            Send(i, Stopwatch.GetTimestamp());
        }
        _socket.Flush();
        _pace.Start();
        long checkedAt = Stopwatch.GetTimestamp();
        while (!Volatile.Read(ref _stop))
        {
            int count = _socket.Receive();
            long now = Stopwatch.GetTimestamp();
            for (int i = 0; i < count; i++)
                Receive(_socket[i], now);
            if (Stopwatch.GetElapsedTime(checkedAt, now) > Silence)
            {
                SendAgain(now);
                checkedAt = now;
            }
            while (_keepsAlive && _pace.TryTake(now, out int user))
            {
                _socket.Add(user, _heartbeat.For(user));
                Heartbeats++;
            }
            _socket.Flush();
        }
    }

    /// <summary>Takes a message that was waited for: its sender sends the next.</summary>
    private void Receive(ReadOnlySpan<byte> datagram, long now)
    {
        // FROM:u000000: 00000000xxxx...
        if (datagram.Length != SequenceInReceived + Clients.Text.Length || !datagram.StartsWith("FROM:"u8)
            || !UserName.TryRead(datagram.Slice(5), out int user)
            || !Utf8Parser.TryParse(datagram.Slice(SequenceInReceived, SequenceBytes), out int sequence, out _))
        {
            return;
        }
        int sender = user / (_users / Busy);
        if (sender >= Busy || sequence != _sequences[sender])
            return;
        Volatile.Write(ref _received, _received + 1);
        _sequences[sender]++;
        Send(sender, now);
    }

    private void SendAgain(long now)
    {
        for (int i = 0; i < Busy; i++)
        {
            if (Stopwatch.GetElapsedTime(_sentAt[i], now) > Silence)
            {
                Repeated++;
                Send(i, now);
            }
        }
    }

    private void Send(int sender, long now)
    {
        _sequences[sender].TryFormat(_messages[sender].AsSpan(SequenceInSent, SequenceBytes), out _, "D8", CultureInfo.InvariantCulture);
        _sentAt[sender] = now;
        _socket.Add(UserOf(sender), _messages[sender]);
    }

    private int UserOf(int busy) => busy * (_users / Busy);
}
