using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using UdpChat.Protocol.Relay;
using UdpChat.Protocol.Relay.Storage;

namespace UdpChat.Protocol.Tests.Relay.Extended;

/// <summary>A relay that is given datagrams one by one, at a time that the test decides, and for whose store the test answers.</summary>
internal sealed class ExtendedRelayFixture
{
    /// <summary>When it starts: 2026-11-23 19:00 UTC, in milliseconds since 1970.</summary>
    public const long StartedAt = 1_795_460_400_000;

    private readonly DatagramBatch _output = new(1_024, 1 << 20);
    private readonly List<Answer> _sent = [];
    private readonly List<StoreCommand> _taken = [];

    public ExtendedRelayFixture(RelayOptions? options = null, bool hasStore = false)
    {
        HasStore = hasStore;
        Options = options ?? new RelayOptions();
        Machine = new RelayMachine(Options, new CountingRandom(), Clock, hasStore ? new StoreContent { Id = 0xFEDC_BA98_7654_3210 } : null);
    }

    public RelayMachine Machine { get; }

    public RelayOptions Options { get; }

    public bool HasStore { get; }

    /// <summary>The time since the start.</summary>
    public TimeSpan Now { get; private set; }

    /// <summary>What became of the last datagram.</summary>
    public DatagramOutcome Outcome { get; private set; }

    /// <summary>The time of the next call, as the relay wants it.</summary>
    private RelayTime Clock => new(Now, StartedAt + (long)Now.TotalMilliseconds);

    /// <summary>Gives it a datagram, which is counted once.</summary>
    public void Receive(in PeerAddress from, string datagram)
    {
        long before = Counted();
        Outcome = Machine.Receive(from, Encoding.UTF8.GetBytes(datagram), Clock, _output);
        Assert.Equal(before + 1, Counted());
        Flush();
    }

    /// <summary>Gives it a datagram.</summary>
    /// <returns>What it sends to where that came from; null if nothing.</returns>
    public string? Ask(in PeerAddress from, string datagram)
    {
        SentTo(from);
        Receive(from, datagram);
        return SentTo(from).SingleOrDefault();
    }

    /// <summary>What it has sent to an address since this was asked last.</summary>
    public string[] SentTo(PeerAddress to)
    {
        string[] sent = [.. _sent.Where(answer => answer.To == to).Select(answer => answer.Text)];
        _sent.RemoveAll(answer => answer.To == to);
        return sent;
    }

    /// <summary>Goes on by a time, and calls the relay whenever it is due.</summary>
    public void Run(double seconds)
    {
        TimeSpan end = Now + TimeSpan.FromSeconds(seconds);
        TimeSpan sweep = Now + Machine.SweepInterval;
        while (Now < end)
        {
            TimeSpan due = Machine.NextTick < sweep ? Machine.NextTick : sweep;
            Now = due > end ? end : due > Now ? due : Now;
            Machine.Tick(Clock);
            if (Now >= sweep)
            {
                Machine.Sweep(Clock);
                sweep = Now + Machine.SweepInterval;
            }
            Flush();
        }
    }

    /// <summary>Takes what the relay wants from its store now, and shows it. It is the store's until <see cref="Complete"/>.</summary>
    public string[] TakeCommands()
    {
        int before = _taken.Count;
        Machine.TakeStoreCommands(_taken);
        return [.. _taken.Skip(before).Select(Show)];
    }

    /// <summary>The store answers all that was taken.</summary>
    /// <param name="fails">Whether nothing of it was done.</param>
    /// <param name="answer">Fills in results.</param>
    public void Complete(bool fails = false, Action<StoreCommand>? answer = null)
    {
        foreach (StoreCommand command in _taken)
        {
            command.HasFailed = fails;
            answer?.Invoke(command);
            Machine.Complete(command, Clock, _output);
        }
        _taken.Clear();
        Flush();
    }

    /// <summary>The store does what the relay wants, until that wants nothing more.</summary>
    /// <returns>What that was.</returns>
    public string[] RunStore(bool fails = false, Action<StoreCommand>? answer = null)
    {
        var all = new List<string>();
        while (TakeCommands() is { Length: > 0 } commands)
        {
            all.AddRange(commands);
            Complete(fails, answer);
        }
        return [.. all];
    }

    private static string Show(StoreCommand command) => command.Kind switch
    {
        StoreCommandKind.SaveUser => $"SaveUser {Encoding.UTF8.GetString(command.Saved!.Name)} {command.Saved.Incarnation} {command.Saved.Decided}",
        StoreCommandKind.RemoveUser => $"RemoveUser {Encoding.UTF8.GetString(command.Saved!.Name)}",
        StoreCommandKind.UpdateUser => $"UpdateUser {command.Incarnation} {command.Decided}",
        StoreCommandKind.SaveMail => $"SaveMail {Encoding.UTF8.GetString(command.Mail!.Sender)} {command.Mail.Number}: {Encoding.UTF8.GetString(command.Mail.Text)}",
        StoreCommandKind.RemoveMail => $"RemoveMail {command.Sequence}",
        StoreCommandKind.ReadMail => $"ReadMail after {command.Sequence}",
        StoreCommandKind.ExpireMail => "ExpireMail",
        _ => $"{command.Kind} {Encoding.UTF8.GetString(command.Sender)} {command.FirstNumber}-{command.LastNumber}",
    };

    private long Counted() => Enumerable.Range(0, RelayCounters.OutcomeCount).Sum(outcome => Machine.Counters[(DatagramOutcome)outcome]);

    private void Flush()
    {
        Machine.Flush(Clock, _output);
        for (int i = 0; i < _output.Count; i++)
            _sent.Add(new Answer(_output.Address(i), _output.Data(i).ToArray()));
        _output.Clear();
    }

    /// <summary>Two keys, then 1, 2, 3 ...: the ids of sessions, and challenges.</summary>
    private sealed class CountingRandom : IRandomSource
    {
        private int _drawn;

        public ulong NextUInt64() => ++_drawn > 2 ? (ulong)_drawn - 2 : ulong.MaxValue / (ulong)_drawn;
    }
}
