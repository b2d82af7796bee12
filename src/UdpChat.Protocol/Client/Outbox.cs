using System;
using System.Collections.Generic;
using UdpChat.Protocol.Wire;

namespace UdpChat.Protocol.Client;

/// <summary>The messages of a client's user that are not decided, by number; and those that are accepted and watched.</summary>
internal sealed class Outbox(ClientOptions options, IClientEvents events)
{
    /// <summary>How far the numbers go beyond the first that is undecided.</summary>
    public const int MaxNumberSpan = 65_536;

    /// <summary>How many accepted messages are watched until they are delivered; the oldest beyond stay accepted.</summary>
    public const int MaxWatched = 100_000;

    private readonly Dictionary<string, Recipient> _recipients = new(StringComparer.Ordinal);
    private readonly Dictionary<long, OutgoingMessage> _watched = [];
    private readonly Queue<long> _watchedOrder = new();
    private readonly Stack<OutgoingMessage> _unused = new();
    private OutgoingMessage?[] _ring = new OutgoingMessage?[64];
    private readonly Recipient?[] _recent = new Recipient?[64]; // by their names as they are written
    private long _bytes;

    /// <summary>How many messages whose memory can be used again are kept.</summary>
    private const int MaxUnused = 4_096;

    /// <summary>How many recipients are remembered to whom nothing is undecided.</summary>
    private const int MaxIdleRecipients = 256;

    /// <summary>How many messages are not decided.</summary>
    public int Count { get; private set; }

    /// <summary>The smallest number that is not decided; the next one if all are.</summary>
    public long First { get; private set; } = 1;

    /// <summary>The number of the next message.</summary>
    public long Next { get; private set; } = 1;

    /// <summary>The recipients of messages that are not decided.</summary>
    public IEnumerable<Recipient> Recipients => _recipients.Values;

    /// <summary>The accepted messages of which it is not known whether they are delivered.</summary>
    public IEnumerable<OutgoingMessage> Watched => _watched.Values;

    /// <summary>The message with a number, if it is accepted and not known to be delivered.</summary>
    public OutgoingMessage? FindWatched(long number) => _watched.TryGetValue(number, out OutgoingMessage? message) ? message : null;

    /// <summary>Whether another message of this size has to wait.</summary>
    public bool IsFull(int size) => Count >= options.OutboxCapacity || (Count > 0 && _bytes + size > options.OutboxBytes);

    /// <summary>Adds a message.</summary>
    /// <param name="to">The recipient's name.</param>
    /// <param name="text">The text.</param>
    /// <param name="now">The time.</param>
    /// <param name="isKept">Whether the caller looks at the message after it is decided.</param>
    public OutgoingMessage Add(ReadOnlySpan<byte> to, ReadOnlySpan<byte> text, TimeSpan now, bool isKept = true)
    {
        Recipient recipient = FindOrAdd(to);
        OutgoingMessage message = !isKept && _unused.Count > 0 ? _unused.Pop() : new OutgoingMessage();
        message.Begin(Next++, recipient, text, now, isKept);
        if (Next - First > _ring.Length)
            Grow();
        _ring[message.Number & (_ring.Length - 1)] = message;
        recipient.Messages++;
        _bytes += message.Size;
        Count++;
        return message;
    }

    /// <summary>The message with a number, if it is not decided.</summary>
    public OutgoingMessage? Find(long number) => number >= First && number < Next ? _ring[number & (_ring.Length - 1)] : null;

    /// <summary>The recipient with a name, if anything is undecided to it.</summary>
    public Recipient? FindRecipient(ReadOnlySpan<byte> name) => _recipients.TryGetValue(KeyOf(name), out Recipient? found) ? found : null;

    /// <summary>A message went out in the plain profile.</summary>
    public void SentPlain(OutgoingMessage message)
    {
        message.State = OutgoingState.Sent;
        message.IsFinal = true;
        Remove(message);
        events.MessageChanged(message);
        End(message);
    }

    /// <summary>The relay holds a message.</summary>
    /// <param name="number">Its number.</param>
    /// <param name="isFinal">Whether nothing more will be known of it.</param>
    /// <returns>The message, if that is news.</returns>
    public OutgoingMessage? Accepted(long number, bool isFinal)
    {
        if (Find(number) is not { } message)
            return null;
        message.State = OutgoingState.Accepted;
        message.IsFinal = isFinal;
        Remove(message);
        message.ForgetText();
        events.MessageChanged(message);
        if (isFinal)
            End(message);
        else
            Watch(message);
        return message;
    }

    /// <summary>A message is in its recipient's client.</summary>
    /// <returns>The message, if it was not even accepted before.</returns>
    public OutgoingMessage? Delivered(long number)
    {
        OutgoingMessage? undecided = Find(number);
        OutgoingMessage? message = undecided;
        if (undecided is not null)
            Remove(undecided);
        else if (_watched.TryGetValue(number, out message))
            _watched.Remove(number);
        if (message is null)
            return null;
        message.State = OutgoingState.Delivered;
        message.IsFinal = true;
        events.MessageChanged(message);
        End(message);
        return undecided;
    }

    /// <summary>A message has failed.</summary>
    /// <param name="number">Its number.</param>
    /// <param name="code">Why.</param>
    /// <param name="words">What the relay says to it, or nothing.</param>
    /// <param name="mayHaveArrived">Whether it may have arrived; null if that is so exactly if it was ever sent.</param>
    /// <returns>The message, if it was not accepted before.</returns>
    public OutgoingMessage? Fail(long number, FailureCode code, string words, bool? mayHaveArrived)
    {
        OutgoingMessage? undecided = Find(number);
        OutgoingMessage? message = undecided;
        if (undecided is not null)
            Remove(undecided);
        else if (_watched.TryGetValue(number, out message))
            _watched.Remove(number);
        if (message is null)
            return null;
        message.State = OutgoingState.Failed;
        message.IsFinal = true;
        message.Code = code;
        message.Words = words;
        message.MayHaveArrived = (mayHaveArrived ?? message.Sessions > 0) || message.WasSentElsewhere;
        events.MessageChanged(message);
        End(message);
        return undecided;
    }

    /// <summary>The relay is another one now, or was started anew.</summary>
    public void RelayChanged()
    {
        for (long number = First; number < Next; number++)
        {
            if (Find(number) is { Sessions: > 0 } message)
                message.WasSentElsewhere = true;
        }
    }

    /// <summary>All that is not decided and not delivered fails.</summary>
    public void FailAll(FailureCode code)
    {
        for (long number = First; number < Next; number++)
            Fail(number, code, "", null);
    }

    /// <summary>Of all that was accepted and is not known to be delivered nothing more will be known.</summary>
    public void EndWatch()
    {
        foreach (OutgoingMessage message in _watched.Values)
        {
            message.IsFinal = true;
            events.MessageChanged(message);
            End(message);
        }
        _watched.Clear();
    }

    /// <summary>All that was accepted and is not known to be delivered fails: the relay has lost it, or can't be asked.</summary>
    public void FailWatched(FailureCode code)
    {
        foreach (long number in new List<long>(_watched.Keys))
            Fail(number, code, "", true);
    }

    /// <summary>Forgets what a session has said of messages that are not decided.</summary>
    public void Reset()
    {
        foreach (Recipient recipient in new List<Recipient>(_recipients.Values))
        {
            recipient.Reset();
            Forget(recipient);
        }
        for (long number = First; number < Next; number++)
        {
            if (Find(number) is { } message)
                message.IsUnderWay = message.IsRetry = false;
        }
    }

    private static string KeyOf(ReadOnlySpan<byte> name)
    {
        Span<byte> folded = stackalloc byte[ChatName.MaxFoldedBytes];
        return name.Length > WireLimits.MaxRawNameBytes ? "" : Utf8.GetString(folded.Slice(0, ChatName.Fold(name, folded)));
    }

    private Recipient FindOrAdd(ReadOnlySpan<byte> to)
    {
        ref Recipient? place = ref RecentPlace(to);
        if (place is { } recent && to.SequenceEqual(recent.Name))
            return recent;
        string key = KeyOf(to);
        if (!_recipients.TryGetValue(key, out Recipient? recipient))
            _recipients.Add(key, recipient = new Recipient(to.ToArray(), key));
        if (to.SequenceEqual(recipient.Name))
            place = recipient;
        return recipient;
    }

    private ref Recipient? RecentPlace(ReadOnlySpan<byte> name) => ref _recent[(name.Length + 31 * name[0] + 7 * name[name.Length - 1]) & (_recent.Length - 1)];

    /// <summary>Forgets a recipient to whom nothing is undecided.</summary>
    private void Forget(Recipient recipient)
    {
        if (recipient.Messages > 0)
            return;
        _recipients.Remove(recipient.Key);
        ref Recipient? place = ref RecentPlace(recipient.Name);
        if (place == recipient)
            place = null;
    }

    private void Remove(OutgoingMessage message)
    {
        _ring[message.Number & (_ring.Length - 1)] = null;
        _bytes -= message.Size;
        Count--;
        Recipient recipient = message.Recipient;
        if (message.IsUnderWay)
            recipient.UnderWay--;
        message.IsUnderWay = false;
        if (--recipient.Messages == 0 && !recipient.IsBlocked && _recipients.Count > MaxIdleRecipients)
            Forget(recipient);
        while (First < Next && _ring[First & (_ring.Length - 1)] is null)
            First++;
    }

    /// <summary>Nothing more will be known of a message. It stays as it is until the next one is added.</summary>
    private void End(OutgoingMessage message)
    {
        message.ForgetText();
        if (message.IsKept || message.IsHeld || _unused.Count >= MaxUnused)
            return;
        message.Tag = null; // It may not be used again for long.
        message.Words = "";
        _unused.Push(message);
    }

    private void Watch(OutgoingMessage message)
    {
        _watched.Add(message.Number, message);
        _watchedOrder.Enqueue(message.Number);
        while (_watched.Count > MaxWatched)
            _watched.Remove(_watchedOrder.Dequeue());
        if (_watchedOrder.Count <= 2 * MaxWatched)
            return;
        // Most are not watched any more; those that are keep their places.
        for (int i = _watchedOrder.Count; i > 0; i--)
        {
            long number = _watchedOrder.Dequeue();
            if (_watched.ContainsKey(number))
                _watchedOrder.Enqueue(number);
        }
    }

    private void Grow()
    {
        var larger = new OutgoingMessage?[_ring.Length * 2];
        for (long number = First; number < Next - 1; number++)
            larger[number & (larger.Length - 1)] = _ring[number & (_ring.Length - 1)];
        _ring = larger;
    }
}
