using System.Collections.Generic;

namespace UdpChat.State;

/// <summary>
/// What happened on a connection in the background and no cmdlet has told yet: the first <see cref="Capacity"/> remarks
/// of each kind, and how many more there were.
/// </summary>
internal sealed class RemarkQueue
{
    /// <summary>How many warnings wait at most, and how many other remarks.</summary>
    public const int Capacity = 100;

    private readonly Queue<ConnectionRemark> _remarks = new();
    private int _warnings;
    private long _warningsLeftOut;
    private long _dropped;

    /// <summary>Adds a remark.</summary>
    public void Add(ConnectionRemark remark)
    {
        lock (_remarks)
        {
            bool hasRoom = remark.IsWarning ? _warnings < Capacity : _remarks.Count - _warnings < Capacity;
            if (hasRoom)
                _remarks.Enqueue(remark);
            if (remark.IsWarning && hasRoom)
                _warnings++;
            else if (remark.IsWarning)
                _warningsLeftOut++;
        }
    }

    /// <summary>Notes that a message was dropped because the inbox was full.</summary>
    public void AddDropped()
    {
        lock (_remarks)
            _dropped++;
    }

    /// <summary>Takes the oldest remark.</summary>
    /// <returns>Null if there is none.</returns>
    public ConnectionRemark? TryTake()
    {
        lock (_remarks)
        {
            if (_remarks.Count > 0)
            {
                ConnectionRemark remark = _remarks.Dequeue();
                _warnings -= remark.IsWarning ? 1 : 0;
                return remark;
            }
            if (Take(ref _warningsLeftOut) is > 0 and var leftOut)
                return new ConnectionRemark(true, $"There were {leftOut} more warnings than the {Capacity} that are kept for the next cmdlet.");
            if (Take(ref _dropped) is > 0 and var dropped)
                return new ConnectionRemark(true, $"{dropped} messages were dropped because the inbox was full; take them more often, with Receive-ChatMessage.");
            return null;
        }
    }

    private static long Take(ref long count)
    {
        long taken = count;
        count = 0;
        return taken;
    }
}
