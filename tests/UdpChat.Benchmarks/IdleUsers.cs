using System;
using System.Diagnostics;
using System.Threading;
using System.Threading.Tasks;

namespace UdpChat.Benchmarks;

/// <summary>Very many users who do nothing but stay: each sends something every 30 s, spread evenly over them, and is answered.</summary>
internal abstract class IdleUsers : IDisposable
{
    private const int DatagramBytes = 512; // a registration of the extended profile

    private static readonly TimeSpan Silence = TimeSpan.FromMilliseconds(50), Patience = TimeSpan.FromSeconds(1);

    private readonly RelayProcess _relay;
    private readonly Pace _pace;
    private long _answered;
    private bool _stop;

    protected IdleUsers(RelayProcess relay, int users)
    {
        _relay = relay;
        _pace = new Pace(users);
        Socket = new UserSocket(relay.EndPoint, Silence, DatagramBytes);
    }

    /// <summary>How many datagrams were sent in all, since they were registered.</summary>
    public long Sent { get; private set; }

    /// <summary>How many of them were not answered.</summary>
    public long Unanswered => Sent - _answered;

    /// <summary>From where they send.</summary>
    protected UserSocket Socket { get; }

    /// <summary>Measures the relay once it has settled.</summary>
    /// <param name="settle">How many seconds it has for that.</param>
    /// <param name="seconds">For how long.</param>
    public async Task<Rate> MeasureAsync(double settle, double seconds)
    {
        var thread = new Thread(Run) { IsBackground = true };
        thread.Start();
        await Task.Delay(TimeSpan.FromSeconds(settle));
        Rate rate = await Rate.MeasureAsync(() => Volatile.Read(ref _answered), _relay, seconds);
        Volatile.Write(ref _stop, true);
        thread.Join();
        return rate;
    }

    public void Dispose() => Socket.Dispose();

    /// <summary>Adds to the batch what keeps a user there.</summary>
    protected abstract void Add(int user);

    /// <summary>Whether this answers what a user has sent last.</summary>
    protected abstract bool IsAnswer(ReadOnlySpan<byte> datagram);

    /// <summary>Never sleeps: each datagram goes at its time and not with others, and waking this thread is not the relay's work.</summary>
    private void Run()
    {
        _pace.Start();
        while (!Volatile.Read(ref _stop))
        {
            while (_pace.TryTake(Stopwatch.GetTimestamp(), out int user))
            {
                Add(user);
                Sent++;
            }
            Socket.Flush();
            Count();
        }
        long stopped = Stopwatch.GetTimestamp();
        while (Unanswered > 0 && Stopwatch.GetElapsedTime(stopped) < Patience)
            Count();
    }

    private void Count()
    {
        int count = Socket.ReceiveNow();
        for (int i = 0; i < count; i++)
        {
            if (IsAnswer(Socket[i]))
                Volatile.Write(ref _answered, _answered + 1);
        }
    }
}
