using System;

namespace UdpChat.Protocol.Relay;

/// <summary>
/// Limits the rate of something by key, in constant memory: the generic cell rate algorithm (ITU-T I.371, the same as a
/// token bucket) over a fixed table of buckets, which keys share by a secret hash. Nobody can fill the table, and who
/// shares a bucket with a flood can't choose to, or be chosen.
/// </summary>
internal sealed class RateLimiter
{
    private readonly KeyedHash _hash;
    private readonly long[] _full; // by bucket: when it will be full again, in ticks of TimeSpan
    private readonly long _interval;
    private readonly long _burst;

    /// <param name="hash">The secret hash.</param>
    /// <param name="buckets">How many buckets there are: a power of two.</param>
    /// <param name="perSecond">How often a second each lets pass; 0 means without limit.</param>
    /// <param name="burst">How many a full one lets pass at once.</param>
    public RateLimiter(KeyedHash hash, int buckets, int perSecond, int burst)
    {
        _hash = hash;
        _full = new long[perSecond == 0 ? 0 : buckets];
        _interval = perSecond == 0 ? 0 : Math.Max(1, TimeSpan.TicksPerSecond / perSecond);
        _burst = burst * _interval;
    }

    /// <summary>Whether one more may pass now; nothing is taken yet.</summary>
    public bool Allows(ulong key, TimeSpan now) => _interval == 0 || _full[Bucket(key)] - now.Ticks <= _burst - _interval;

    /// <summary>Takes one from the bucket.</summary>
    public void Take(ulong key, TimeSpan now)
    {
        if (_interval == 0)
            return;
        ref long full = ref _full[Bucket(key)];
        full = Math.Max(full, now.Ticks) + _interval;
    }

    private int Bucket(ulong key) => _full.Length == 1 ? 0 : (int)_hash.Of(key, 0, 0) & (_full.Length - 1);
}
