using System;
using System.Buffers;
using UdpChat.Protocol.Relay.Mail;

namespace UdpChat.Protocol.Relay.Sessions;

/// <summary>The messages that were written to a session and are not taken, by their count in it.</summary>
internal sealed class Deliveries
{
    private const int MinCapacity = 16;

    private HeldMail?[] _mail = [];
    private long _first = 1; // the count of the oldest that is not taken
    private long _delivered = 1; // of the oldest that is not known to be delivered

    /// <summary>The count of the oldest message that is not taken.</summary>
    public long First => _first;

    /// <summary>The count of the next message.</summary>
    public long Next { get; private set; } = 1;

    /// <summary>How many messages were written and not taken, and how many bytes they have.</summary>
    public long Count { get; private set; }

    /// <inheritdoc cref="Count"/>
    public long Bytes { get; private set; }

    /// <summary>Begins with a count, without messages.</summary>
    public void Begin(long next) => Next = _first = _delivered = next;

    /// <summary>Adds a message.</summary>
    public void Add(HeldMail mail)
    {
        int used = (int)(Next - _first);
        if (used == _mail.Length)
            Grow(used);
        _mail[Next & (_mail.Length - 1)] = mail;
        Next++;
        Count++;
        Bytes += mail.Length;
    }

    /// <summary>The oldest message that is not known to be delivered and ends before an offset; null if there is none.</summary>
    public HeldMail? TakeDelivered(long offset)
    {
        for (; _delivered < Next; _delivered++)
        {
            if (_delivered < _first || _mail[_delivered & (_mail.Length - 1)] is not { } mail)
                continue; // taken already
            if (mail.EndOffset > offset)
                return null;
            _delivered++;
            return mail;
        }
        return null;
    }

    /// <summary>Takes the message with a count; null if it was taken before, or there never was one.</summary>
    public HeldMail? Take(long count)
    {
        if (count < _first || count >= Next)
            return null;
        ref HeldMail? place = ref _mail[count & (_mail.Length - 1)];
        HeldMail? mail = place;
        place = null;
        if (mail is not null)
        {
            Count--;
            Bytes -= mail.Length;
        }
        while (_first < Next && _mail[_first & (_mail.Length - 1)] is null)
            _first++;
        if (_first == Next)
            Release();
        return mail;
    }

    /// <summary>Forgets all.</summary>
    public void Release()
    {
        if (_mail.Length > 0)
            ArrayPool<HeldMail?>.Shared.Return(_mail, clearArray: true);
        _mail = [];
        _first = Next;
        Count = Bytes = 0;
    }

    private void Grow(int used)
    {
        // The pool's arrays are powers of two, as the ring has to be.
        HeldMail?[] larger = ArrayPool<HeldMail?>.Shared.Rent(Math.Max(MinCapacity, used * 2));
        for (long i = _first; i < Next; i++)
            larger[i & (larger.Length - 1)] = _mail[i & (_mail.Length - 1)];
        if (_mail.Length > 0)
            ArrayPool<HeldMail?>.Shared.Return(_mail, clearArray: true);
        _mail = larger;
    }
}
