using System;
using System.Text;
using UdpChat.Protocol.Relay;
using UdpChat.Testing;

namespace UdpChat.Protocol.Tests.Relay;

/// <summary>A relay that is given datagrams one by one, at a time that the test decides.</summary>
internal sealed class RelayFixture(RelayOptions? options = null)
{
    private readonly DatagramBatch _output = new(1, RelayMachine.MaxAnswerBytes);

    /// <summary>A relay that never holds back a notice.</summary>
    public static RelayOptions WithoutNoticeLimits { get; } = new() { NoticesPerSecond = 0, NoticesPerSecondPerPrefix = 0 };

    public RelayMachine Machine { get; } = new(options ?? new RelayOptions(), new SeededRandom(1));

    /// <summary>The time of the next call.</summary>
    public TimeSpan Now { get; set; }

    /// <summary>How many datagrams it was given.</summary>
    public long Received { get; private set; }

    /// <summary>What became of the last datagram.</summary>
    public DatagramOutcome Outcome { get; private set; }

    /// <summary>The sum of its counters over all outcomes.</summary>
    public long Counted
    {
        get
        {
            long sum = 0;
            for (DatagramOutcome outcome = 0; (int)outcome < RelayCounters.OutcomeCount; outcome++)
                sum += Machine.Counters[outcome];
            return sum;
        }
    }

    /// <summary>The address of one of the test's peers, each at another IPv4 address.</summary>
    public static PeerAddress Peer(int number) => PeerAddress.FromIPv4(0x0A00_0000 + (uint)number, 4000);

    public Answer? Receive(PeerAddress from, ReadOnlySpan<byte> datagram)
    {
        _output.Clear();
        Received++;
        long before = Counted;
        Outcome = Machine.Receive(from, datagram, Clock, _output);
        Assert.Equal(before + 1, Counted);
        Assert.InRange(_output.Count, 0, 1);
        return _output.Count == 0 ? null : new Answer(_output.Address(0), _output.Data(0).ToArray());
    }

    public Answer? Receive(int peer, ReadOnlySpan<byte> datagram) => Receive(Peer(peer), datagram);

    public Answer? Receive(int peer, string datagram) => Receive(Peer(peer), Encoding.UTF8.GetBytes(datagram));

    /// <summary>Registers a peer under a name, which has to succeed.</summary>
    public void Register(int peer, string name)
    {
        Receive(peer, $"REGISTER: {name}");
        Assert.True(Outcome is DatagramOutcome.Registered or DatagramOutcome.Renamed, $"{name}: {Outcome}");
    }

    /// <summary>The time of the next call, as the relay wants it.</summary>
    public RelayTime Clock => new(Now, 0);

    /// <summary>What a notice has to say: to a REGISTER always that there is the extended profile, too.</summary>
    public static string NoticeTo(string datagram, string notice) =>
        !datagram.StartsWith("REGISTER", StringComparison.Ordinal) ? notice
        : notice.EndsWith('\n') ? notice[..^1] + " (extended profile available)\n"
        : notice + " (extended profile available)";

    /// <summary>Gives it a datagram that has to have this outcome and this answer, to the one who sent it.</summary>
    public void Answers(int peer, string datagram, DatagramOutcome outcome, string answer)
    {
        answer = NoticeTo(datagram, answer);
        Answer? given = Receive(peer, datagram);
        Assert.Equal((outcome, answer, Peer(peer)), (Outcome, given?.Text, given?.To ?? default));
    }

    /// <summary>Gives it a datagram that has to be forwarded.</summary>
    public void Forwards(int peer, string datagram, int recipient, string forwarded)
    {
        Answer? given = Receive(peer, datagram);
        Assert.Equal((DatagramOutcome.Forwarded, forwarded, Peer(recipient)), (Outcome, given?.Text, given?.To ?? default));
    }

    /// <summary>Gives it a datagram that has to be counted and not answered.</summary>
    public void Ignores(int peer, ReadOnlySpan<byte> datagram, DatagramOutcome outcome)
    {
        Answer? given = Receive(peer, datagram);
        Assert.Equal((outcome, null), (Outcome, given?.Text));
    }
}
