using System;
using System.Globalization;
using System.Text;
using UdpChat.Protocol;
using UdpChat.Protocol.Wire;

namespace UdpChat.Testing;

/// <summary>The latest of what has happened in a simulation, to be read when it has gone wrong.</summary>
/// <param name="now">The clock.</param>
/// <param name="capacity">How many entries are kept.</param>
internal sealed class Trace(Func<TimeSpan> now, int capacity)
{
    private const int MaxShownBytes = 100;

    private readonly Entry[] _entries = new Entry[capacity];
    private long _count;

    /// <summary>Notes what a host did or met.</summary>
    public void Add(string host, string what) => Add(host, what, default, null);

    /// <summary>Notes what became of a datagram. It is kept as it is and put into words only if somebody reads it.</summary>
    public void Add(string host, string what, in PeerAddress other, byte[]? datagram) =>
        _entries[_count++ % _entries.Length] = new Entry(now(), host, what, other, datagram);

    /// <summary>An address in the usual notation.</summary>
    public static string Describe(in PeerAddress address) => address.IsIPv4
        ? $"{address.IPv4 >> 24}.{(byte)(address.IPv4 >> 16)}.{(byte)(address.IPv4 >> 8)}.{(byte)address.IPv4}:{address.Port}"
        : $"[{address.High:x16}{address.Low:x16}]:{address.Port}";

    /// <summary>A datagram as text if it is text, otherwise as hexadecimal digits; the beginning of it if it is long.</summary>
    public static string Describe(byte[] datagram)
    {
        var shown = new StringBuilder();
        if (Utf8.IsValid(datagram))
        {
            string text = Utf8.GetString(datagram);
            foreach (char c in text.Length > MaxShownBytes ? text.Substring(0, MaxShownBytes) : text)
                shown.Append(char.IsControl(c) ? "\\x" + ((int)c).ToString("x2", CultureInfo.InvariantCulture) : c.ToString());
        }
        else
        {
            shown.Append("hex ");
            for (int i = 0; i < datagram.Length && i < MaxShownBytes / 2; i++)
                shown.Append(datagram[i].ToString("x2", CultureInfo.InvariantCulture));
        }
        return datagram.Length > MaxShownBytes / 2 ? $"'{shown}' ({datagram.Length} bytes)" : $"'{shown}'";
    }

    /// <summary>The story, a line for each entry.</summary>
    public override string ToString()
    {
        var story = new StringBuilder();
        long first = Math.Max(0, _count - _entries.Length);
        if (first > 0)
            story.Append("... ").Append(first).AppendLine(" earlier entries");
        for (long i = first; i < _count; i++)
            story.AppendLine(_entries[i % _entries.Length].ToString());
        return story.ToString();
    }

    private readonly struct Entry(TimeSpan time, string host, string what, PeerAddress other, byte[]? datagram)
    {
        private readonly TimeSpan _time = time;
        private readonly string _host = host;
        private readonly string _what = what;
        private readonly PeerAddress _other = other;
        private readonly byte[]? _datagram = datagram;

        public override string ToString()
        {
            string line = $"{_time.ToString(@"d\.hh\:mm\:ss\.fff", CultureInfo.InvariantCulture)}  {_host,-10} {_what}";
            return _datagram is null ? line : $"{line} {Describe(_other)} {Describe(_datagram)}";
        }
    }
}
