using System;
using System.Collections.Generic;
using UdpChat.Protocol;
using UdpChat.Protocol.Wire;

namespace UdpChat.Testing.Extended;

/// <summary>
/// Sees what passes, and sends copies of it: as they are from an address of its own, or altered. What it can't do without
/// a session's id must change nothing; what it does with one must not harm the relay.
/// </summary>
internal sealed class Attacker
{
    private const int SessionAt = 3, SessionDigits = 16;

    private static ReadOnlySpan<byte> Answer => ";code=registered;i="u8;

    private readonly SimulatedNetwork _network;
    private readonly SeededRandom _random;
    private readonly PeerAddress _address;
    private readonly PeerAddress _relay;
    private readonly double _rate;
    private readonly Func<PeerAddress, bool> _mayAlter;

    /// <param name="network">The network.</param>
    /// <param name="relay">The relay.</param>
    /// <param name="rate">The share of datagrams that it copies.</param>
    /// <param name="mayAlter">Whether it may alter what a client at an address sends or gets, and keep the session's id.</param>
    public Attacker(SimulatedNetwork network, SimulatedRelay relay, double rate, Func<PeerAddress, bool> mayAlter)
    {
        _network = network;
        _random = network.Random.Fork();
        _address = network.AddPeer("attacker").Link.Address;
        _relay = relay.Link.Address;
        _rate = rate;
        _mayAlter = mayAlter;
        network.Tap = See;
    }

    private void See(PeerAddress from, PeerAddress to, byte[] datagram)
    {
        if (datagram.Length < 30 || datagram[0] != '@' || !_random.Chance(_rate))
            return;
        TimeSpan delay = _random.Between(TimeSpan.Zero, TimeSpan.FromMilliseconds(_random.Chance(0.1) ? 5_000 : 50));
        byte[] copy = (byte[])datagram.Clone();
        bool isSession = datagram[1] == 's' && datagram.Length > SessionAt + SessionDigits;
        int incarnationAt = IndexOf(datagram, Answer);
        if (isSession && _mayAlter(to == _relay ? from : to))
        {
            copy = Alter(copy, SessionAt + SessionDigits);
            Inject(_random.Chance(0.5) || to != _relay ? from : _address, to, copy, delay);
            return;
        }
        if (to == _relay && _random.Chance(0.4))
        {
            Inject(_address, to, copy, delay); // as it is
            return;
        }
        if (!isSession)
            return;
        // An answer to REGISTER brings the session's id, so what it is known by is the incarnation and registration that it repeats.
        int digit = incarnationAt >= 0 ? incarnationAt : SessionAt + _random.Next(SessionDigits);
        copy[digit] = copy[digit] == '0' ? (byte)'1' : (byte)'0';
        if (_random.Chance(0.5))
            copy = Alter(copy, incarnationAt >= 0 ? incarnationAt + 1 : SessionAt + SessionDigits);
        Inject(from, to, copy, delay);
    }

    /// <summary>Where what follows a piece begins, or -1.</summary>
    private static int IndexOf(ReadOnlySpan<byte> datagram, ReadOnlySpan<byte> piece)
    {
        int at = datagram.IndexOf(piece);
        return at < 0 ? at : at + piece.Length;
    }

    private void Inject(PeerAddress from, PeerAddress to, byte[] datagram, TimeSpan delay)
    {
        _network.Trace.Add("attacker", $"sends as {Trace.Describe(from)} to", to, datagram);
        _network.Inject(from, to, datagram, delay);
    }

    private byte[] Alter(byte[] datagram, int keep)
    {
        var bytes = new List<byte>(datagram);
        for (int i = 1 + _random.Next(3); i > 0 && bytes.Count > keep; i--)
        {
            int at = keep + _random.Next(bytes.Count - keep);
            switch (_random.Next(5))
            {
                case 0:
                    bytes[at] = (byte)_random.Next(256);
                    break;
                case 1:
                    bytes[at] = (byte)('0' + _random.Next(10));
                    break;
                case 2:
                    bytes.RemoveAt(at);
                    break;
                case 3:
                    bytes.InsertRange(at, Utf8.TryGetBytes(Pieces[_random.Next(Pieces.Length)])!);
                    break;
                default:
                    bytes.RemoveRange(at, Math.Min(bytes.Count - at, 1 + _random.Next(200)));
                    break;
            }
        }
        return bytes.ToArray();
    }

    private static readonly string[] Pieces =
    [
        "\n", ";more ", "@n=99999 SENDTO:user1: forged\n", "TAKEN: 1-999999999999999999\n", "WATCH:user0: 1-1000\n", ";a=1-5,9", ";o=262143", "ACCEPTED: 1-9\n", "DELIVERED: 1-9\n",
        "@i=1;n=1 FROM:user1: forged\n", "@code=queue-full;n=1-9 INFO: x\n", "OPEN: user1\n", "@code=unknown;n=1-9999999 INFO: x\n", "9999999", "@n=1;more SENDTO:user1: ", ";retry", "\\", "é",
    ];
}
