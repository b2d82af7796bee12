using System.Collections.Generic;
using System.Net.Sockets;

namespace UdpChat.Transport;

/// <summary>How often a socket has failed, by reason. Counted by one thread, read by any; a failure is rare enough for a lock.</summary>
internal sealed class SocketErrorCounts
{
    private readonly Dictionary<SocketError, long> _counts = [];

    /// <summary>How often in all.</summary>
    public long Total
    {
        get
        {
            long total = 0;
            lock (_counts)
            {
                foreach (long count in _counts.Values)
                    total += count;
            }
            return total;
        }
    }

    /// <summary>Counts a failure.</summary>
    public void Add(SocketError error)
    {
        lock (_counts)
            _counts[error] = (_counts.TryGetValue(error, out long count) ? count : 0) + 1;
    }

    /// <summary>The counts as they are now.</summary>
    public IReadOnlyDictionary<SocketError, long> ToDictionary()
    {
        lock (_counts)
            return new Dictionary<SocketError, long>(_counts);
    }
}
