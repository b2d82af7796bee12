using System;
using UdpChat.Protocol.Wire;

namespace UdpChat.Protocol.Link;

/// <summary>Which datagrams a link has received, to know them again, and which are to be acknowledged and when.</summary>
internal struct ReceivedDatagrams()
{
    private DatagramNumbers _received, _toAcknowledge;
    private long _forgotten = -1; // all numbers received up to this one are
    private TimeSpan _since;      // when the first came of those that were not acknowledged
    private int _waiting;         // not acknowledged

    /// <summary>The largest number received, or -1.</summary>
    public readonly long Largest => _received.Last;

    /// <summary>Whether an acknowledgement is to go out at once.</summary>
    public bool IsAcknowledgeDue;

    /// <summary>When an acknowledgement is to go out; never if <see cref="TimeSpan.MaxValue"/>.</summary>
    public readonly TimeSpan AcknowledgeDue => _waiting > 0 ? _since + LinkLimits.MaxAckDelay : TimeSpan.MaxValue;

    /// <summary>Whether it is not known whether a number has come.</summary>
    public readonly bool IsForgotten(long number) => number <= _forgotten;

    /// <summary>Whether a number has come.</summary>
    public readonly bool Contains(long number) => _received.Contains(number);

    /// <summary>Notes a number that wants no acknowledgement.</summary>
    public void Note(long number, LinkPool pool)
    {
        _received.Add(number, pool);
        if (_received.Count > LinkLimits.MaxReceivedRanges)
            Forget(_received[0].Last, pool);
    }

    /// <summary>Notes a number that is to be acknowledged.</summary>
    public void Add(long number, bool hasGap, TimeSpan now, LinkPool pool)
    {
        bool isNext = number == _received.Last + 1;
        // What has not come for so long, though what was sent later has, won't come.
        if (_waiting == 0 && now - _since > LinkLimits.MaxProbeTimeout && _received.Count > 1)
            Forget(_received[_received.Count - 1].First - 1, pool);
        Note(number, pool);
        _toAcknowledge.Add(number, pool);
        if (_toAcknowledge.Count > LinkLimits.MaxAcknowledgedRanges)
            _toAcknowledge.RemoveThrough(_toAcknowledge[0].Last, pool);
        if (_waiting++ == 0)
            _since = now;
        // Every second one, and what tells of a gap, at once (RFC 9000, 13.2).
        if (_waiting >= 2 || !isNext || hasGap)
            IsAcknowledgeDue = true;
    }

    /// <summary>The other side knows that all up to a number has arrived.</summary>
    public void NoLongerAcknowledge(long number, LinkPool pool) => _toAcknowledge.RemoveThrough(number, pool);

    /// <summary>Writes the acknowledgement, if one is to be made.</summary>
    /// <param name="writer">Takes it.</param>
    /// <param name="maxLength">How long what the writer has may become.</param>
    /// <param name="now">The time.</param>
    /// <returns>The number up to which it has all that there is to acknowledge, or -1.</returns>
    public long Write(ref AsciiWriter writer, int maxLength, TimeSpan now)
    {
        const int MaxWaited = 8;
        if (_waiting == 0)
            return -1;
        writer.Write(";a="u8);
        int count = _toAcknowledge.Count;
        int left = count;
        while (left > 0)
        {
            int length = writer.Length;
            if (left < count)
                writer.Write((byte)',');
            NumberRanges.Write(ref writer, _toAcknowledge[left - 1]);
            if (left < count && writer.Length + MaxWaited > maxLength)
            {
                writer.Truncate(length);
                break;
            }
            left--;
        }
        long waited = (now - _since).Ticks / TimeSpan.TicksPerMillisecond;
        if (waited > 0)
        {
            writer.Write(";w="u8);
            writer.Write(Math.Min(waited, 99_999));
        }
        _waiting = 0;
        IsAcknowledgeDue = false;
        return left == 0 ? _toAcknowledge.Last : -1;
    }

    private void Forget(long number, LinkPool pool)
    {
        _forgotten = number;
        _received.RemoveThrough(number, pool);
    }
}
