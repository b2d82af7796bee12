using System;
using System.Collections.Generic;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using UdpChat.Core.Tests.Support;
using UdpChat.Protocol;
using UdpChat.Transport;

namespace UdpChat.Core.Tests.Transport;

/// <summary>What every transport of a relay does.</summary>
public abstract class DatagramTransportTests
{
    private protected abstract IDatagramTransport Create(RelaySocket socket);

    [Fact]
    public void A_datagram_that_can_not_be_sent_is_counted_and_the_rest_go()
    {
        using IDatagramTransport transport = Open(IPAddress.Loopback, 0, 1 << 16);
        PeerAddress self = EndPointConverter.ToPeerAddress(transport.LocalEndPoint);
        var output = new DatagramBatch(3, 100_000);
        Add(output, "one", self);
        Add(output, "to no port", self with { Port = 0 });
        Add(output, "three", self);

        transport.Send(output);

        Assert.Equal(1, transport.SendErrors.Total);
        Assert.Equal([("one", self), ("three", self)], ReceiveAll(transport));
    }

    [Fact]
    public void What_has_arrived_is_received_in_one_go_as_far_as_it_fits()
    {
        using IDatagramTransport transport = Open(IPAddress.Loopback, 0, 1 << 20);
        PeerAddress self = EndPointConverter.ToPeerAddress(transport.LocalEndPoint);
        int most = transport.CreateReceiveBatch().Capacity;
        for (int i = 0; i <= most; i++)
        {
            var output = new DatagramBatch(1, 100);
            Add(output, $"{i}", self);
            transport.Send(output);
        }

        (string Text, PeerAddress From)[] first = ReceiveAll(transport);

        Assert.Equal(most, first.Length);
        Assert.Equal("0", first[0].Text);
        Assert.Equal($"{most}", Receive(transport).Text);
    }

    [Fact]
    public void A_datagram_that_is_too_large_is_counted()
    {
        using IDatagramTransport transport = Open(IPAddress.Loopback, 0, 1 << 16);
        var output = new DatagramBatch(1, 100_000);
        Add(output, new string('x', 65_508), EndPointConverter.ToPeerAddress(transport.LocalEndPoint));

        transport.Send(output);

        Assert.Equal(1, transport.SendErrors.Total);
        Assert.Equal(1, transport.SendErrors.ToDictionary()[SocketError.MessageSize]);
    }

    [Fact]
    public void Waiting_in_vain_is_no_error()
    {
        using IDatagramTransport transport = Open(IPAddress.Loopback, 0, 1 << 16);
        DatagramBatch batch = transport.CreateReceiveBatch();

        Assert.True(transport.Receive(batch, TimeSpan.FromMilliseconds(1)));
        Assert.True(transport.Receive(batch, TimeSpan.Zero));

        Assert.Equal(0, batch.Count);
        Assert.Equal(0, transport.ReceiveErrors.Total);
    }

    [Fact]
    public async Task Closing_ends_a_receive_that_waits()
    {
        IDatagramTransport transport = Open(null, 0, 1 << 16);
        using var about = new ManualResetEventSlim();
        Task<bool> receive = Task.Run(() =>
        {
            about.Set();
            return transport.Receive(transport.CreateReceiveBatch(), TimeSpan.FromHours(1));
        });
        about.Wait();

        transport.Dispose();
        transport.Dispose();

        Assert.False(await receive.InTime());
        Assert.False(transport.Receive(transport.CreateReceiveBatch(), TimeSpan.FromHours(1)));
        var output = new DatagramBatch(1, 100);
        Add(output, "too late", EndPointConverter.ToPeerAddress(transport.LocalEndPoint));
        transport.Send(output);
        Assert.Equal(0, transport.SendErrors.Total);
    }

    [Fact]
    public void The_sender_of_a_datagram_is_known_with_its_port()
    {
        using IDatagramTransport transport = Open(null, 0, 1 << 16);
        using var sender = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        sender.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        sender.SendTo(Encoding.UTF8.GetBytes("hi"), new IPEndPoint(IPAddress.Loopback, transport.LocalEndPoint.Port));

        Assert.Equal(("hi", EndPointConverter.ToPeerAddress((IPEndPoint)sender.LocalEndPoint!)), Receive(transport));
    }

    [Fact]
    public async Task A_wake_ends_a_receive_that_waits_and_is_no_datagram()
    {
        using IDatagramTransport transport = Open(null, 0, 1 << 16);
        DatagramBatch batch = transport.CreateReceiveBatch();
        Task<bool> receive = Task.Run(() => transport.Receive(batch, TimeSpan.FromHours(1)));

        transport.Wake();

        Assert.True(await receive.InTime());
        Assert.Equal(0, batch.Count);
    }

    [Fact]
    public void More_than_fits_into_one_call_is_sent_in_order()
    {
        using IDatagramTransport transport = Open(IPAddress.Loopback, 0, 1 << 20);
        PeerAddress self = EndPointConverter.ToPeerAddress(transport.LocalEndPoint);
        var output = new DatagramBatch(150, 10_000);
        for (int i = 0; i < 150; i++)
            Add(output, $"{i}", i is 0 or 70 or 71 or 149 ? self with { Port = 0 } : self);

        transport.Send(output);

        Assert.Equal(4, transport.SendErrors.Total);
        int expected = 1;
        while (expected < 149)
        {
            foreach ((string text, _) in ReceiveAll(transport))
            {
                Assert.Equal($"{expected}", text);
                expected += expected == 69 ? 3 : 1;
            }
        }
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("::1")]
    public void Datagrams_of_all_sizes_arrive_whole(string address)
    {
        Assert.SkipUnless(address == "127.0.0.1" || Socket.OSSupportsIPv6, "There is no IPv6.");
        using IDatagramTransport transport = Open(IPAddress.Parse(address), 0, 1 << 20);
        PeerAddress self = EndPointConverter.ToPeerAddress(transport.LocalEndPoint);
        var output = new DatagramBatch(4, 200_000);
        string[] texts = ["", new('a', 65_507), "b", new('c', 1_200)];
        foreach (string text in texts)
            Add(output, text, self);

        transport.Send(output);

        int received = 0;
        while (received < texts.Length)
        {
            foreach ((string text, PeerAddress from) in ReceiveAll(transport))
            {
                Assert.Equal(texts[received++], text);
                Assert.Equal(self, from);
            }
        }
        Assert.Equal(0, transport.SendErrors.Total);
    }

    [Fact]
    public void Datagrams_to_one_address_stay_what_they_are_whatever_their_sizes()
    {
        using IDatagramTransport transport = Open(IPAddress.Loopback, 0, 1 << 20);
        PeerAddress self = EndPointConverter.ToPeerAddress(transport.LocalEndPoint);
        int[] sizes = [.. Enumerable.Repeat(1200, 18), 700, 700, 700, 0, 0, 5, 5, 6, 6, 5, 4, 4, 3000, 3000, 100];
        var output = new DatagramBatch(sizes.Length, 100_000);
        string[] texts = [.. sizes.Select((size, i) => new string((char)('!' + i), size))];
        foreach (string text in texts)
            Add(output, text, self);

        transport.Send(output);

        var received = new List<string>();
        while (received.Count < texts.Length)
            received.AddRange(ReceiveAll(transport).Select(one => one.Text));
        Assert.Equal(texts, received);
        Assert.Equal(0, transport.SendErrors.Total);
    }

    [Fact]
    public void Each_of_many_to_one_address_that_can_not_be_sent_is_counted()
    {
        using IDatagramTransport transport = Open(IPAddress.Loopback, 0, 1 << 20);
        PeerAddress self = EndPointConverter.ToPeerAddress(transport.LocalEndPoint);
        var output = new DatagramBatch(9, 1000);
        foreach (string text in new[] { "a1", "a2", "a3", "x1", "x2", "x3", "b1", "b2", "b3" })
            Add(output, text, text[0] == 'x' ? self with { Port = 0 } : self);

        transport.Send(output);
        transport.Send(output);

        Assert.Equal(6, transport.SendErrors.Total);
        string[] taken = ["a1", "a2", "a3", "b1", "b2", "b3"];
        Assert.Equal([.. taken, .. taken], ReceiveAll(transport).Select(one => one.Text));
    }

    [Fact]
    public void What_one_sends_to_another_as_one_arrives_as_many()
    {
        using IDatagramTransport from = Open(IPAddress.Loopback, 0, 1 << 20), to = Open(IPAddress.Loopback, 0, 1 << 20);
        PeerAddress sender = EndPointConverter.ToPeerAddress(from.LocalEndPoint), receiver = EndPointConverter.ToPeerAddress(to.LocalEndPoint);
        string[] texts = [.. Enumerable.Range(0, 41).Select(i => new string((char)('0' + i), i == 40 ? 70 : 1_000))];
        var output = new DatagramBatch(texts.Length, 100_000);
        foreach (string text in texts)
            Add(output, text, receiver);

        from.Send(output);

        var received = new List<(string, PeerAddress)>();
        while (received.Count < texts.Length)
            received.AddRange(ReceiveAll(to));
        Assert.Equal(texts.Select(text => (text, sender)), received);
    }

    [Fact]
    public void Wakes_are_left_out_however_many_they_are_and_what_comes_with_them_is_not()
    {
        using IDatagramTransport transport = Open(IPAddress.Loopback, 0, 1 << 20);
        PeerAddress self = EndPointConverter.ToPeerAddress(transport.LocalEndPoint);
        string[] texts = ["a", "b", "c"];
        foreach (string text in texts)
        {
            var output = new DatagramBatch(1, 100);
            Add(output, text, self);
            transport.Wake();
            transport.Wake();
            transport.Send(output);
            transport.Wake();
        }

        var received = new List<(string, PeerAddress)>();
        DatagramBatch batch = transport.CreateReceiveBatch();
        while (received.Count < texts.Length)
        {
            batch.Clear();
            Assert.True(transport.Receive(batch, TimeSpan.FromSeconds(30)));
            for (int i = 0; i < batch.Count; i++)
                received.Add((Encoding.UTF8.GetString(batch.Data(i)), batch.Address(i)));
        }
        Assert.Equal(texts.Select(text => (text, self)), received);
    }

    private protected static void Add(DatagramBatch batch, string text, PeerAddress to)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        bytes.CopyTo(batch.Reserve(bytes.Length));
        batch.Commit(bytes.Length, to);
    }

    private protected IDatagramTransport Open(IPAddress? address, int port, int receiveBufferBytes) =>
        Create(RelaySocket.Open(address, port, receiveBufferBytes));

    private static (string Text, PeerAddress From) Receive(IDatagramTransport transport) => Assert.Single(ReceiveAll(transport));

    private protected static (string Text, PeerAddress From)[] ReceiveAll(IDatagramTransport transport)
    {
        DatagramBatch batch = transport.CreateReceiveBatch();
        Assert.True(transport.Receive(batch, TimeSpan.FromSeconds(30)));
        Assert.NotEqual(0, batch.Count);
        var all = new (string Text, PeerAddress From)[batch.Count];
        for (int i = 0; i < all.Length; i++)
            all[i] = (Encoding.UTF8.GetString(batch.Data(i)), batch.Address(i));
        return all;
    }
}
