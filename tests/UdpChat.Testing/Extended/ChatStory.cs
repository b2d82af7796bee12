using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using UdpChat.Protocol.Relay;
using UdpChat.Protocol.Wire;

namespace UdpChat.Testing.Extended;

/// <summary>
/// A relay, with a store or without, and clients of both profiles, while chance loses, moves, kills and fills everything;
/// then the network heals, and all has to be settled.
/// </summary>
internal sealed class ChatStory
{
    private static readonly TimeSpan LongestDelay = TimeSpan.FromSeconds(5); // of what was sent before the network has healed

    private static readonly string[] Pieces = ["hi", ": ", "\n", "\r\n", " ", "é", "\\", "\\n", "SENDTO:", "FROM:Bob: ", "😀", "INFO: ", "\0", "@", ";more", "\t"];

    private readonly SimulatedNetwork _network;
    private readonly SeededRandom _random;
    private readonly double _maxLoss;
    private readonly bool _isReordered;
    private readonly bool _isSpoiled;
    private readonly bool _hasFailingStore;
    private readonly bool _isHarsh;
    private readonly List<SimulatedMember> _members = [];
    private readonly List<SimulatedPlainMember> _plain = [];
    private readonly string[] _names;
    private int _letters;

    public ChatStory(SimulatedNetwork network)
    {
        _network = network;
        _random = network.Random.Fork();
        bool hasStore = _random.Chance(0.6);
        _maxLoss = _random.Chance(0.2) ? 0 : _random.NextDouble() * 0.5;
        _isReordered = _random.Chance(0.3);
        _isSpoiled = _random.Chance(0.1);
        _hasFailingStore = hasStore && _random.Chance(0.4);
        _isHarsh = _random.Chance(0.7);
        bool isSmall = _random.Chance(0.4);
        bool expires = _random.Chance(0.1);
        var options = new RelayOptions
        {
            ClientTimeout = TimeSpan.FromSeconds(_random.Chance(0.3) ? 10 : 60),
            MailboxMessages = isSmall ? 2 + _random.Next(20) : 10_000,
            MailboxBytes = isSmall && _random.Chance(0.3) ? 20_000 + _random.Next(200_000) : 4 << 20,
            MaxMailMemoryBytes = isSmall && _random.Chance(0.3) ? 200_000 + _random.Next(200_000) : 256 << 20,
            MaxReassemblyBytes = 1 << 20,
            StoreDelay = TimeSpan.FromMilliseconds(_random.Chance(0.3) ? 0 : _random.Next(500)),
            MailLifetime = expires ? TimeSpan.FromMinutes(1) : TimeSpan.FromDays(7),
        };
        bool isSlow = _random.Chance(0.15); // a store whose groups are small must be quick, or it never keeps up
        Relay = network.AddRelay(new RelaySettings
        {
            Options = options,
            StepDelay = TimeSpan.FromMilliseconds(_random.Chance(0.5) ? 0 : _random.Next(3)),
            Store = !hasStore ? null : new SimulatedStore(network, new StoreSettings
            {
                MinDelay = TimeSpan.FromMilliseconds(_random.Next(5)),
                MaxDelay = TimeSpan.FromMilliseconds(5 + _random.Next(isSlow ? 2_000 : 50)),
                MaxGroup = isSlow || _random.Chance(0.5) ? 4096 : 1 + _random.Next(8),
            }),
        });
        Oracle = new DeliveryOracle(network, Relay) { IsSmall = isSmall, Expires = expires, StoreFails = _hasFailingStore };
        bool isOurs = _random.Chance(0.6);
        int count = 2 + _random.Next(5);
        for (int i = 0; i < count; i++)
        {
            if (i >= 2 && _random.Chance(0.25))
                _plain.Add(new SimulatedPlainMember(network, $"user{i}", Relay, Oracle, Conditions()));
            else
                _members.Add(new SimulatedMember(network, $"user{i}", Relay, Oracle, _random.Fork(), Conditions(), isSmall, isOurs));
        }
        _names = [.. _members.Select(member => member.Name), .. _plain.Select(member => member.Name)];
        if (_isSpoiled)
            Oracle.Spoiled.UnionWith(_members.Where((_, i) => i == 0 || _random.Chance(0.3)).Select(member => member.Name));
        if (_isSpoiled || _random.Chance(0.3))
            _ = new Attacker(network, Relay, 0.02 + _random.NextDouble() * 0.2, address => _members.Any(member => Oracle.Spoiled.Contains(member.Name) && member.Link.Address == address));
        network.Trace.Add("story", $"store {hasStore} (fails {_hasFailingStore}), loss {_maxLoss:P0}, spoiled {_isSpoiled}, mailbox {options.MailboxMessages}, {options.MailboxBytes}, mail memory {options.MaxMailMemoryBytes}");
        foreach (SimulatedMember member in _members)
            member.Start();
        foreach (SimulatedPlainMember member in _plain)
            member.Register();
    }

    public SimulatedRelay Relay { get; }

    public DeliveryOracle Oracle { get; }

    /// <summary>Lets things go wrong for a while.</summary>
    public void Suffer(TimeSpan duration)
    {
        TimeSpan end = _network.Now + duration;
        for (int step = 0; _network.Now < end; step++)
        {
            Happen(_members[_random.Next(_members.Count)]);
            _network.Run(_random.Between(TimeSpan.Zero, TimeSpan.FromSeconds(_random.Chance(0.1) ? 5 : 0.5)));
            if (Relay.IsRunning)
                Oracle.CheckRelay(isEmpty: false);
        }
    }

    /// <summary>Makes an end of all that is wrong.</summary>
    public void Heal()
    {
        _network.Trace.Add("network", "heals");
        if (Relay.Store is { } store)
            store.IsFailing = false;
        if (!Relay.IsRunning)
            Relay.Start();
        _network.Tap = null;
        foreach (SimulatedPlainMember member in _plain)
            member.Link.Become(LinkConditions.Clean);
        foreach (SimulatedMember member in _members)
        {
            member.Link.State = LinkState.Up;
            member.Link.Become(LinkConditions.Clean);
            if (member.IsPaused)
                member.Resume();
            if (!member.IsRunning)
                member.Start();
            member.Mood = UserMood.Eager;
        }
        _network.Run(LongestDelay);
    }

    /// <summary>Waits until all is settled, and judges it.</summary>
    public void Settle(TimeSpan limit)
    {
        for (TimeSpan end = _network.Now + limit; _network.Now < end && !IsSettled(); _network.Run(TimeSpan.FromMilliseconds(100)))
            Oracle.CheckRelay(isEmpty: false);
        _network.Trace.Add("story", IsSettled() ? "is settled" : "is not settled");
        if (_isSpoiled)
            return;
        Oracle.Judge(IsAlive);
        foreach (SimulatedMember member in _members)
            member.CheckIdle();
        Oracle.CheckRelay(isEmpty: true);
        if (Relay.Store is { } store && store.Mail.Any())
            throw new SimulationException($"All is settled, but the store holds {string.Join(", ", store.Mail.Select(mail => mail.Sequence))}.");
    }

    /// <summary>Checks that messages pass again, and that nothing stays when all have left.</summary>
    public void IsWell()
    {
        foreach (SimulatedMember from in _members)
        {
            foreach (SimulatedMember to in _members)
                Send(from, to.Name);
        }
        Settle(TimeSpan.FromSeconds(20));
        foreach (SimulatedMember member in _members)
            member.Close();
        foreach (SimulatedPlainMember member in _plain)
            member.Leave();
        _network.Run(_isSpoiled ? Relay.Options.ClientTimeout + Relay.Options.ClientTimeout : TimeSpan.FromSeconds(2));
        if (Relay.Machine.ClientCount != 0)
            throw new SimulationException($"All have left, and the relay has {Relay.Machine.ClientCount} clients.");
        if (Relay.Machine.ReassemblyMemory != 0)
            throw new SimulationException($"All have left, and reassembly uses {Relay.Machine.ReassemblyMemory} bytes.");
        Oracle.CheckRelay(isEmpty: !_isSpoiled);
    }

    private bool IsAlive(string name, int life) => _members.FirstOrDefault(member => member.Name == name) is { } member ? member.IsRunning && member.Life == life : life == 0;

    private bool IsSettled()
    {
        if (!Relay.IsIdle || _members.Any(member => !member.IsSettled))
            return false;
        try
        {
            Oracle.Judge(IsAlive);
            Oracle.CheckRelay(isEmpty: true);
            return true;
        }
        catch (SimulationException)
        {
            return false;
        }
    }

    private LinkConditions Conditions()
    {
        LinkConditions conditions = LinkConditions.Hostile(_random, _maxLoss);
        return _isReordered && _random.Chance(0.3) ? conditions with { MaxDelay = TimeSpan.FromSeconds(1 + _random.Next(4)) } : conditions;
    }

    private void Happen(SimulatedMember member)
    {
        int what = _random.Next(_isHarsh ? 60 : 120);
        switch (what)
        {
            case 0:
                member.Link.ChangePort();
                break;
            case 1:
                member.Link.ChangeAddress();
                break;
            case 2:
                member.Link.State = _random.Chance(0.5) ? LinkState.Cut : LinkState.Unplugged;
                break;
            case 3 or 4 or 5:
                member.Link.State = LinkState.Up;
                break;
            case 6:
                member.Link.Become(Conditions());
                break;
            case 7 when !member.IsPaused:
                member.Pause();
                if (_random.Chance(0.02))
                    _network.Run(_random.Between(TimeSpan.Zero, TimeSpan.FromHours(8)));
                break;
            case 7 or 8 or 9 when member.IsPaused:
                member.Resume();
                break;
            case 10 when member.IsRunning:
                member.Kill();
                break;
            case 11 when member.IsRunning && !member.IsPaused && _random.Chance(0.5):
                member.Close();
                break;
            case 10 or 11 or 12 or 13 when !member.IsRunning:
                member.Start();
                break;
            case 14 when Relay.IsRunning && _random.Chance(0.4):
                EndRelay();
                break;
            case 14 or 15 or 16 when !Relay.IsRunning:
                Relay.Start();
                break;
            case 17 when Relay.IsRunning && _random.Chance(0.4):
                EndRelay();
                Relay.Start();
                break;
            case 18 when _hasFailingStore:
                Relay.Store!.IsFailing = !Relay.Store.IsFailing;
                _network.Trace.Add("store", Relay.Store.IsFailing ? "is full" : "has room");
                break;
            case 19 or 20:
                member.Mood = (UserMood)_random.Next(3);
                break;
            case 21:
                for (int i = _random.Next(100); i >= 0; i--)
                    Send(member, _names[_random.Next(_names.Length)]);
                break;
            case 22:
                Send(member, "nobody");
                break;
            case 23:
                Send(member, _names[_random.Next(_members.Count)], _random.Next(WireLimits.MaxTextBytes));
                break;
            case 24 or 25 when _plain.Count > 0:
                SimulatedPlainMember plain = _plain[_random.Next(_plain.Count)];
                plain.Register();
                plain.Send(_names[_random.Next(_names.Length)], RandomText(0));
                break;
            default:
                Send(member, _names[_random.Next(_names.Length)]);
                break;
        }
    }

    private void EndRelay()
    {
        if (_random.Chance(0.3))
        {
            Oracle.RelayDies(IsAlive);
            Relay.Shut();
            return;
        }
        Oracle.RelayDies(IsAlive);
        Relay.Stop();
    }

    private void Send(SimulatedMember from, string to, int length = 0)
    {
        if (from.IsRunning && !from.IsPaused)
            from.Send(to, RandomText(length));
    }

    /// <summary>A text like no other, of pieces that are apt to be mistaken for something else.</summary>
    private string RandomText(int length)
    {
        var text = new StringBuilder();
        for (int i = _random.Next(6); i > 0; i--)
            text.Append(Pieces[_random.Next(Pieces.Length)]);
        text.Append('#').Append(++_letters).Append('#');
        for (int i = _random.Next(6); i > 0; i--)
            text.Append(Pieces[_random.Next(Pieces.Length)]);
        int bytes = Utf8.TryGetBytes(text.ToString())!.Length;
        while (bytes < length - 20)
        {
            string piece = _random.Chance(0.9) ? "0123456789" : Pieces[_random.Next(Pieces.Length)];
            text.Append(piece);
            bytes += Utf8.TryGetBytes(piece)!.Length;
        }
        return text.ToString();
    }
}
