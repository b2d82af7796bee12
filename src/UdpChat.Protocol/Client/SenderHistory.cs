using System;
using System.Collections.Generic;
using UdpChat.Protocol.Wire;

namespace UdpChat.Protocol.Client;

/// <summary>The last number that was taken in from each sender and incarnation, for the latest 10,000 of them.</summary>
internal sealed class SenderHistory
{
    private const int MaxSenders = 10_000;

    private readonly Dictionary<(string Name, long Incarnation), LinkedListNode<Sender>> _senders = [];
    private readonly LinkedList<Sender> _order = new(); // the one that was heard last stands last

    /// <summary>A sender, remembered from now on.</summary>
    /// <param name="name">The name as it was written.</param>
    /// <param name="incarnation">The incarnation.</param>
    public Sender Get(ReadOnlySpan<byte> name, long incarnation)
    {
        Span<byte> folded = stackalloc byte[ChatName.MaxFoldedBytes];
        string key = name.Length > WireLimits.MaxRawNameBytes ? Utf8.GetString(name) : Utf8.GetString(folded.Slice(0, ChatName.Fold(name, folded)));
        if (_senders.TryGetValue((key, incarnation), out LinkedListNode<Sender>? node))
        {
            _order.Remove(node);
            _order.AddLast(node);
            return node.Value;
        }
        if (_order.Count >= MaxSenders)
        {
            Sender oldest = _order.First!.Value;
            _senders.Remove((oldest.Key, oldest.Incarnation));
            _order.RemoveFirst();
        }
        var sender = new Sender(key, incarnation);
        _senders.Add((key, incarnation), _order.AddLast(sender));
        return sender;
    }

    /// <summary>A sender and the last number that was taken in from it.</summary>
    public sealed class Sender(string key, long incarnation)
    {
        /// <summary>The name as names are compared.</summary>
        public string Key => key;

        /// <summary>The incarnation.</summary>
        public long Incarnation => incarnation;

        /// <summary>The last number.</summary>
        public long LastNumber { get; set; }
    }
}
