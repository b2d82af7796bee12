using System.Collections.Generic;
using System.Linq;
using System.Text;
using CsCheck;
using UdpChat.Protocol.Relay;

namespace UdpChat.Protocol.Tests.Relay;

public class NoReflectionTests
{
    [Fact]
    public void Nothing_that_a_relay_sends_is_ever_answered()
    {
        string[] provocations =
        [
            "REGISTER: Bob", "REGISTER: Bob\n", "REGISTER: ", "REGISTER: a b", "HEARTBEAT: x", "SENDTO:Bob: hi", "SENDTO:Nobody: hi",
            "SENDTO:Bob: \n", "hello", "hello\n", "UNREGISTER: Bob",
        ];
        Gen.OneOfConst(provocations).Array[1, 20].Sample(datagrams =>
        {
            var relay = new RelayFixture(RelayFixture.WithoutNoticeLimits);
            var echo = new RelayFixture(RelayFixture.WithoutNoticeLimits);
            foreach (string datagram in datagrams)
            {
                if (relay.Receive(1, datagram) is { } answer)
                {
                    Assert.Null(echo.Receive(1, answer.Bytes));
                    Assert.Null(relay.Receive(1, answer.Bytes));
                    Assert.Equal(DatagramOutcome.RelayMessage, relay.Outcome);
                }
            }
        }, iter: 300);
    }

    [Theory]
    [InlineData("FROM:")]
    [InlineData("FROM:Bob: ")]
    [InlineData("INFO: ")]
    public void A_relays_message_is_not_answered_even_if_it_is_not_UTF_8(string head)
    {
        var relay = new RelayFixture();
        relay.Ignores(1, [.. Encoding.UTF8.GetBytes(head), 0xE9], DatagramOutcome.RelayMessage);
        relay.Ignores(1, [.. Encoding.UTF8.GetBytes(head), 0xE9, (byte)'\n'], DatagramOutcome.RelayMessage);
    }

    [Fact]
    public void Two_relays_that_are_made_to_talk_to_each_other_fall_silent()
    {
        // Relay B is registered with relay A under its own address by a forged datagram, and told of messages by forged ones.
        var a = new RelayFixture(RelayFixture.WithoutNoticeLimits);
        var b = new RelayFixture(RelayFixture.WithoutNoticeLimits);
        const int AtA = 1, AtB = 2;
        foreach (string forged in new[] { "REGISTER: Bob", "SENDTO:Bob: SENDTO:Bob: hi", "SENDTO:Bob: REGISTER: x", "?", "HEARTBEAT: y" })
        {
            var toA = new Queue<byte[]>([Encoding.UTF8.GetBytes(forged)]);
            var toB = new Queue<byte[]>([Encoding.UTF8.GetBytes(forged)]);
            int exchanged = 0;
            while (toA.Count + toB.Count > 0)
            {
                if (toA.Count > 0 && a.Receive(AtB, toA.Dequeue()) is { } fromA)
                    toB.Enqueue(fromA.Bytes);
                if (toB.Count > 0 && b.Receive(AtA, toB.Dequeue()) is { } fromB)
                    toA.Enqueue(fromB.Bytes);
                Assert.InRange(++exchanged, 1, 4);
            }
        }
    }

    [Fact]
    public void A_notice_to_a_stranger_is_hardly_larger_than_what_was_sent() => Datagrams.Any.Array[1, 20].Sample(datagrams =>
    {
        var relay = new RelayFixture(RelayFixture.WithoutNoticeLimits);
        relay.Register(2, "Annie");
        foreach (byte[] datagram in datagrams)
        {
            Answer? answer = relay.Receive(1, datagram);
            if (answer is null || answer.Text.StartsWith("FROM:", System.StringComparison.Ordinal))
                continue;
            Assert.Equal(RelayFixture.Peer(1), answer.To);
            Assert.StartsWith("INFO: ", answer.Text);
            string[] repeating = ["INFO: Welcome ", "INFO: The name ", "INFO: There is no user "];
            int name = repeating.Any(head => answer.Text.StartsWith(head, System.StringComparison.Ordinal)) ? 64 : 0;
            Assert.InRange(answer.Bytes.Length, 1, 100 + name + 1);
        }
    }, iter: 500);
}
