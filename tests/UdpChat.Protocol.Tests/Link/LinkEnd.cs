using System;
using System.Collections.Generic;
using System.Text;
using UdpChat.Protocol.Link;
using UdpChat.Protocol.Wire;

namespace UdpChat.Protocol.Tests.Link;

/// <summary>One side of a link, as its user drives it; it checks all that it sends and takes.</summary>
internal sealed class LinkEnd : ILinkUser
{
    public const ulong Session = 0x89ab_cdef_0123_4567;

    private readonly byte[] _buffer = new byte[LinkLimits.MaxDatagramBytes];
    private readonly Queue<string> _waiting = new(); // lines for which there was no room yet
    private long _lastNumber;

    public LinkEnd(LinkPool? pool = null) => Link = pool is null ? new ReliableLink(Session, this, Budget) : new ReliableLink(Session, this, pool);

    public ReliableLink Link { get; }

    public MemoryBudget Budget { get; } = new(64 << 20);

    /// <summary>The lines that the user has written, and those that have arrived from the other side.</summary>
    public List<string> Written { get; } = [];

    /// <inheritdoc cref="Written"/>
    public List<string> Received { get; } = [];

    /// <summary>How many datagrams went out, and how many bytes they had.</summary>
    public int SentDatagrams { get; private set; }

    /// <inheritdoc cref="SentDatagrams"/>
    public long SentBytes { get; private set; }

    /// <summary>Is told each line that arrives.</summary>
    public Action<string>? OnLine { get; set; }

    /// <summary>Whether everything that was written is known to have arrived, and nothing is left to do.</summary>
    public bool IsQuiet => _waiting.Count == 0 && !Link.HasOutput && !Link.IsWaiting && Link.NextTimeout == TimeSpan.MaxValue
        && Link.UnsentBytes == 0 && Link.AcknowledgedOffset == Link.WrittenOffset && Budget.Used == 0;

    /// <summary>Writes a line, now or when there is room.</summary>
    public void Write(string line)
    {
        Written.Add(line);
        _waiting.Enqueue(line);
        Fill();
    }

    /// <summary>The next datagram, or null.</summary>
    public byte[]? Next(TimeSpan now)
    {
        Fill();
        bool hasOutput = Link.HasOutput;
        int length = Link.WriteDatagram(_buffer, now);
        Assert.True(hasOutput || length == 0);
        return length == 0 ? null : Check(length);
    }

    /// <summary>A datagram with a line that belongs to no stream.</summary>
    public byte[] Control(string line, TimeSpan now) => Check(Link.WriteControl(_buffer, Encoding.UTF8.GetBytes(line), now));

    /// <summary>Takes in a datagram as a session does.</summary>
    /// <returns>What the link made of it; null if it has no header.</returns>
    public LinkOutcome? Receive(byte[] datagram, TimeSpan now)
    {
        if (!LinkHeader.TryRead(datagram, out LinkHeader header))
            return null;
        LinkOutcome outcome = Link.Receive(header, now);
        if (outcome == LinkOutcome.Received && header.Offset < 0)
        {
            if (header.Lines.StartsWith("ACK:"u8))
                Link.Note(header.Number);
            else
                Link.AcknowledgeNow(header.Number, now);
        }
        return outcome;
    }

    /// <inheritdoc/>
    public void LineReceived(ReadOnlySpan<byte> line, TimeSpan now)
    {
        string text = Encoding.Latin1.GetString(line);
        if (text.StartsWith(';'))
            text = $"@{text.Substring(1)}"; // It was the first of its datagram.
        Received.Add(text);
        OnLine?.Invoke(text);
    }

    private void Fill()
    {
        while (_waiting.Count > 0 && Link.Room >= LinkLimits.MaxPayloadBytes)
        {
            string line = _waiting.Dequeue();
            int length = Encoding.UTF8.GetBytes($"{line}\n", Link.Reserve(LinkLimits.MaxPayloadBytes));
            Link.Commit(length);
        }
    }

    private byte[] Check(int length)
    {
        Assert.InRange(length, 1, LinkLimits.MaxDatagramBytes);
        byte[] datagram = _buffer.AsSpan(0, length).ToArray();
        Assert.True(LinkHeader.TryRead(datagram, out LinkHeader header), Encoding.UTF8.GetString(datagram));
        Assert.Equal(Session, header.Session);
        Assert.Equal(_lastNumber + 1, header.Number);
        _lastNumber = header.Number;
        SentDatagrams++;
        SentBytes += length;
        return datagram;
    }
}
