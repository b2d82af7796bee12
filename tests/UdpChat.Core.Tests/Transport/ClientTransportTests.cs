using System;
using System.Collections.Generic;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Threading.Tasks;
using UdpChat.Core.Tests.Support;
using UdpChat.Protocol;
using UdpChat.Transport;

namespace UdpChat.Core.Tests.Transport;

/// <summary>What every transport of a client does.</summary>
public abstract class ClientTransportTests
{
    private protected abstract IClientTransport Create(Socket socket);

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("::1")]
    public async Task Datagrams_go_both_ways_and_only_the_relay_is_heard(string address)
    {
        IPAddress ip = IPAddress.Parse(address);
        using Socket relay = Bind(ip), stranger = Bind(ip);
        using IClientTransport transport = Open((IPEndPoint)relay.LocalEndPoint!);

        Assert.Equal(SocketError.Success, transport.Send(Batch("one", "two")));
        byte[] buffer = new byte[100];
        SocketReceiveFromResult one = await relay.ReceiveFromAsync(buffer, new IPEndPoint(ip, 0)).InTime();
        SocketReceiveFromResult two = await relay.ReceiveFromAsync(buffer, new IPEndPoint(ip, 0)).InTime();
        stranger.SendTo(Encoding.ASCII.GetBytes("from a stranger"), transport.LocalEndPoint);
        relay.SendTo(Encoding.ASCII.GetBytes("from the relay"), transport.LocalEndPoint);
        DatagramBatch received = transport.CreateReceiveBatch();
        SocketError error = await ReceiveAsync(transport, received);

        Assert.Equal((3, 3), (one.ReceivedBytes, two.ReceivedBytes));
        Assert.Equal(transport.LocalEndPoint, one.RemoteEndPoint);
        Assert.Equal(relay.LocalEndPoint, transport.RemoteEndPoint);
        Assert.Equal(SocketError.Success, error);
        Assert.Equal("from the relay", Encoding.ASCII.GetString(received.Data(0)));
    }

    [Fact]
    public async Task A_refused_datagram_is_reported_to_who_receives()
    {
        using IClientTransport transport = Open(LoopbackRelay.Closed());

        transport.Send(Batch("hi"));

        Assert.Equal(SocketError.ConnectionRefused, await ReceiveAsync(transport, transport.CreateReceiveBatch()));
    }

    [Fact]
    public void An_error_about_an_earlier_datagram_does_not_keep_the_next_from_leaving()
    {
        using IClientTransport transport = Open(LoopbackRelay.Closed());

        Assert.Equal(SocketError.Success, transport.Send(Batch("refused")));
        Assert.Equal(SocketError.Success, transport.Send(Batch("refused as well, which the system tells with the one after it")));
    }

    [Fact]
    public void An_error_about_an_earlier_datagram_does_not_keep_several_from_leaving()
    {
        using IClientTransport transport = Open(LoopbackRelay.Closed());

        Assert.Equal(SocketError.Success, transport.Send(Batch("refused")));
        Assert.Equal(SocketError.Success, transport.Send(Batch("refused as well,", "which the system tells", "with the one after it")));
    }

    [Fact]
    public void One_of_several_that_is_too_large_is_reported_and_the_others_arrive()
    {
        using Socket relay = Bind(IPAddress.Loopback);
        using IClientTransport transport = Open((IPEndPoint)relay.LocalEndPoint!);

        relay.ReceiveTimeout = 30_000; // only a failure takes that
        SocketError error = transport.Send(Batch("one", "two", new string('x', 65_530), "three", "four"));

        Assert.Equal(SocketError.MessageSize, error);
        byte[] buffer = new byte[100];
        Assert.Equal(["one", "two", "three", "four"], Enumerable.Range(0, 4).Select(_ => Encoding.ASCII.GetString(buffer, 0, relay.Receive(buffer))));
    }

    [Fact]
    public void A_datagram_that_is_too_large_is_reported()
    {
        using Socket relay = Bind(IPAddress.Loopback);
        using IClientTransport transport = Open((IPEndPoint)relay.LocalEndPoint!);

        Assert.Equal(SocketError.MessageSize, transport.Send(Batch(new string('x', 65_508), "the next goes")));
    }

    [Fact]
    public async Task A_closed_socket_reports_that_it_was_closed()
    {
        using Socket relay = Bind(IPAddress.Loopback);
        IClientTransport transport = Open((IPEndPoint)relay.LocalEndPoint!);
        Task<SocketError> receive = ReceiveAsync(transport, transport.CreateReceiveBatch());

        transport.Dispose();

        Assert.Equal(SocketError.OperationAborted, await receive.InTime());
        Assert.Equal(SocketError.OperationAborted, await ReceiveAsync(transport, transport.CreateReceiveBatch()));
        Assert.Equal(SocketError.OperationAborted, transport.Send(Batch("hi")));
    }

    [Fact]
    public void An_address_to_which_there_is_no_way_is_said_when_it_is_opened()
    {
        // A connected UDP socket needs no packet to find that out. IPv4's broadcast address is not allowed.
        Assert.Throws<SocketException>(() => Open(new IPEndPoint(IPAddress.Broadcast, 9)));
    }

    [Fact]
    public async Task Many_datagrams_of_one_size_arrive_one_by_one()
    {
        using Socket relay = Bind(IPAddress.Loopback);
        using IClientTransport transport = Open((IPEndPoint)relay.LocalEndPoint!);
        string[] texts = [.. Enumerable.Range(0, 40).Select(i => new string((char)('0' + i), i < 39 ? 1_000 : 500))];
        // By another of its kind, which lets the system cut them where it can.
        relay.Connect(transport.LocalEndPoint);
        using IClientTransport sender = Create(relay);

        sender.Send(Batch(texts));

        var received = new List<string>();
        while (received.Count < texts.Length)
        {
            DatagramBatch batch = transport.CreateReceiveBatch();
            Assert.Equal(SocketError.Success, await ReceiveAsync(transport, batch));
            received.AddRange(Enumerable.Range(0, batch.Count).Select(i => Encoding.UTF8.GetString(batch.Data(i))));
        }
        Assert.Equal(texts, received);
    }

    private IClientTransport Open(IPEndPoint relay) => Create(ClientTransport.Connect(relay));

    private static Task<SocketError> ReceiveAsync(IClientTransport transport, DatagramBatch batch) =>
        Task.Run(() => transport.ReceiveAsync(batch).AsTask()).InTime();

    private static Socket Bind(IPAddress address)
    {
        var socket = new Socket(address.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        socket.Bind(new IPEndPoint(address, 0));
        return socket;
    }

    private static DatagramBatch Batch(params string[] datagrams)
    {
        var batch = new DatagramBatch(datagrams.Length, 200_000);
        foreach (string datagram in datagrams)
        {
            byte[] bytes = Encoding.UTF8.GetBytes(datagram);
            bytes.CopyTo(batch.Reserve(bytes.Length));
            batch.Commit(bytes.Length, default);
        }
        return batch;
    }
}
