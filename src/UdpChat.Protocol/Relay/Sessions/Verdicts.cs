using System;
using System.Collections.Generic;
using System.Linq;
using UdpChat.Protocol.Link;
using UdpChat.Protocol.Relay.Users;
using UdpChat.Protocol.Wire;

namespace UdpChat.Protocol.Relay.Sessions;

/// <summary>What a session's client is to be told of its messages, and is not known to have heard.</summary>
internal sealed class Verdicts
{
    private const int MaxQueueKept = 16;

    private Queue<Refusal>? _refusals;
    private Queue<(long EndOffset, Refusal Refusal)>? _refused;
    private Queue<User>? _opened;
    private Dictionary<string, int>? _unheard; // by recipient, the refusals for good that are not known to have been heard
    private bool _wasLarge;

    /// <summary>The numbers to be told as accepted, and as delivered.</summary>
    public RangeSet Accepted { get; } = new();

    /// <inheritdoc cref="Accepted"/>
    public RangeSet Delivered { get; } = new();

    /// <summary>The numbers to be told as accepted for a plain client, of which nothing more will be known.</summary>
    public RangeSet Final { get; } = new();

    /// <summary>How many there are.</summary>
    public int Count => (_refusals?.Count ?? 0) + (_refused?.Count ?? 0) + Accepted.Count + Delivered.Count + Final.Count;

    /// <summary>Whether there is nothing to be told.</summary>
    public bool IsEmpty => Count == 0 && _opened is not { Count: > 0 } && _unheard is not { Count: > 0 };

    /// <summary>Tells the sender that messages were not taken in, or are lost again.</summary>
    public void Refuse(in Refusal refusal)
    {
        (_refusals ??= new()).Enqueue(refusal);
        _wasLarge |= _refusals.Count > MaxQueueKept;
        if (!refusal.IsDecision)
            return;
        _unheard ??= [];
        string key = KeyOf(refusal.Name);
        _unheard[key] = (_unheard.TryGetValue(key, out int count) ? count : 0) + 1;
    }

    /// <summary>Whether a message to somebody was refused for good, and its sender may not know.</summary>
    public bool HasUnheardRefusal(byte[] name) => _unheard is { Count: > 0 } && _unheard.ContainsKey(KeyOf(name));

    /// <summary>Tells the sender that there is room for a recipient again.</summary>
    public void Open(User recipient)
    {
        (_opened ??= new()).Enqueue(recipient);
        _wasLarge |= _opened.Count > MaxQueueKept;
    }

    /// <summary>Writes verdicts to the link, as far as there is room.</summary>
    public void Write(ReliableLink link)
    {
        WriteRanges(link, "ACCEPTED: "u8, Accepted);
        WriteRanges(link, "@final ACCEPTED: "u8, Final);
        WriteRanges(link, "DELIVERED: "u8, Delivered);
        while (_refusals is { Count: > 0 } && link.Room >= Refusal.MaxBytes)
        {
            Refusal refusal = _refusals.Dequeue();
            link.Commit(refusal.Write(link.Reserve(Refusal.MaxBytes)));
            if (refusal.IsDecision || refusal.Code == RefusalCode.Expired)
            {
                (_refused ??= new()).Enqueue((link.WrittenOffset, refusal));
                _wasLarge |= _refused.Count > MaxQueueKept;
            }
        }
        while (_opened is { Count: > 0 } && link.Room >= LinkLimits.MaxPayloadBytes)
        {
            var writer = new AsciiWriter(link.Reserve(LinkLimits.MaxPayloadBytes));
            writer.Write("OPEN: "u8);
            writer.Write(_opened.Dequeue().Name);
            writer.Write((byte)'\n');
            link.Commit(writer.Length);
        }
    }

    /// <summary>Takes a refusal of which the sender is known to have been told.</summary>
    /// <param name="acknowledged">Up to where in the stream everything has arrived.</param>
    /// <param name="refusal">The refusal.</param>
    public bool TryTakeRefused(long acknowledged, out Refusal refusal)
    {
        refusal = default;
        if (_refused is not { Count: > 0 } || _refused.Peek().EndOffset > acknowledged)
            return false;
        refusal = _refused.Dequeue().Refusal;
        if (refusal.IsDecision)
        {
            string key = KeyOf(refusal.Name);
            if (--_unheard![key] == 0)
                _unheard.Remove(key);
        }
        return true;
    }

    /// <summary>The messages that were refused for good and whose sender may not know, the last first; nothing can be refused any more.</summary>
    public IEnumerable<long> TakeUnheard()
    {
        if (_unheard is not { Count: > 0 })
            return [];
        _unheard.Clear();
        return (_refused ?? []).Select(refused => refused.Refusal).Concat(_refusals ?? []).Where(refusal => refusal.IsDecision).Select(refusal => refusal.First).OrderByDescending(number => number);
    }

    /// <summary>Empty, it gives back what memory is more than most need.</summary>
    public void Trim()
    {
        Accepted.Clear();
        Delivered.Clear();
        Final.Clear();
        if (_wasLarge)
            (_refusals, _refused, _opened, _unheard, _wasLarge) = (null, null, null, null, false);
    }

    private static string KeyOf(byte[] name)
    {
        Span<byte> folded = stackalloc byte[ChatName.MaxFoldedBytes];
        return Utf8.GetString(folded.Slice(0, ChatName.Fold(name, folded)));
    }

    private static void WriteRanges(ReliableLink link, ReadOnlySpan<byte> verb, RangeSet ranges)
    {
        while (ranges.Count > 0 && link.Room >= LinkLimits.MaxPayloadBytes)
        {
            var writer = new AsciiWriter(link.Reserve(LinkLimits.MaxPayloadBytes).Slice(0, LinkLimits.MaxPayloadBytes - 1));
            writer.Write(verb);
            NumberRanges.WriteAndRemove(ref writer, ranges);
            link.Reserve(writer.Length + 1)[writer.Length] = (byte)'\n';
            link.Commit(writer.Length + 1);
        }
    }
}
