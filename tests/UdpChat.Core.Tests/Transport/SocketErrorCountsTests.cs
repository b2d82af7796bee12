using System.Collections.Generic;
using System.Net.Sockets;
using UdpChat.Transport;

namespace UdpChat.Core.Tests.Transport;

public class SocketErrorCountsTests
{
    [Fact]
    public void Each_reason_is_counted_and_all_together()
    {
        var counts = new SocketErrorCounts();
        Assert.Equal(0, counts.Total);
        Assert.Empty(counts.ToDictionary());

        counts.Add(SocketError.HostUnreachable);
        counts.Add(SocketError.MessageSize);
        counts.Add(SocketError.HostUnreachable);

        Assert.Equal(3, counts.Total);
        Assert.Equal(new Dictionary<SocketError, long> { [SocketError.HostUnreachable] = 2, [SocketError.MessageSize] = 1 }, counts.ToDictionary());
    }

    [Fact]
    public void What_was_read_once_does_not_change()
    {
        var counts = new SocketErrorCounts();
        counts.Add(SocketError.HostUnreachable);
        IReadOnlyDictionary<SocketError, long> before = counts.ToDictionary();

        counts.Add(SocketError.HostUnreachable);

        Assert.Equal(1, before[SocketError.HostUnreachable]);
    }
}
