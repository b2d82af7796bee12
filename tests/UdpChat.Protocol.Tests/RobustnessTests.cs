using System;
using CsCheck;
using UdpChat.Protocol.Client;
using UdpChat.Protocol.Tests.Client;
using UdpChat.Protocol.Tests.Relay;
using UdpChat.Protocol.Wire;

namespace UdpChat.Protocol.Tests;

/// <summary>No datagram can end anything. The fixtures check at each that it is counted once, and how much it makes a relay or client send.</summary>
public class RobustnessTests
{
    [Fact]
    public void Any_datagram_of_one_or_two_bytes_can_be_read_and_received()
    {
        var relay = new RelayFixture(RelayFixture.WithoutNoticeLimits);
        relay.Register(1, "Bob");
        relay.Register(2, "Lily\n");
        var client = new ClientFixture();
        client.Connect();
        Span<byte> datagram = stackalloc byte[2];
        for (int value = 0; value <= 0xFFFF; value++)
        {
            datagram[0] = (byte)value;
            datagram[1] = (byte)(value >> 8);
            for (int length = value <= 0xFF ? 1 : 2; length <= 2; length++)
            {
                PlainMessage.Parse(datagram.Slice(0, length));
                for (int peer = 1; peer <= 3; peer++)
                    relay.Receive(peer, datagram.Slice(0, length));
                client.Receive(datagram.Slice(0, length));
            }
        }
        Assert.Equal(relay.Received, relay.Counted);
        Assert.Equal(2, relay.Machine.ClientCount);
        Assert.Equal(ChatConnectionState.Connected, client.Machine.State);
    }

    [Fact]
    public void Any_datagram_can_be_read() => Datagrams.Any.Sample(datagram =>
    {
        PlainMessage message = PlainMessage.Parse(datagram);
        Assert.True(message.Name.Length + message.Text.Length <= datagram.Length);
        Assert.True(message.Kind is PlainMessageKind.SendTo or PlainMessageKind.From or PlainMessageKind.Info || message.Text.IsEmpty);
        if (message.Kind is not (PlainMessageKind.Empty or PlainMessageKind.NotText or PlainMessageKind.Extended or PlainMessageKind.Malformed))
            Assert.True(Utf8.IsValid(message.Name) && Utf8.IsValid(message.Text));
    }, iter: 20_000);

    [Fact]
    public void A_relay_lives_through_any_datagrams() => Gen.Select(Gen.Int[0, 5], Gen.Int[0, 20], Datagrams.Any).Array[0, 200].Sample(steps =>
    {
        var relay = new RelayFixture(RelayFixture.WithoutNoticeLimits);
        foreach ((int peer, int seconds, byte[] datagram) in steps)
        {
            relay.Now += TimeSpan.FromSeconds(seconds);
            relay.Receive(peer, datagram);
            relay.Machine.Sweep(relay.Clock);
            Assert.InRange(relay.Machine.ClientCount, 0, 6);
        }
        Assert.Equal(steps.Length, relay.Counted);
    }, iter: 300);

    [Fact]
    public void A_client_lives_through_any_datagrams() => Gen.Select(Gen.Int[0, 3_000], Datagrams.Any).Array[0, 200].Sample(steps =>
    {
        var client = new ClientFixture();
        client.Open();
        foreach ((int milliseconds, byte[] datagram) in steps)
        {
            client.RunTo(client.Now + TimeSpan.FromMilliseconds(milliseconds));
            client.Receive(datagram);
        }
    }, iter: 300);
}
