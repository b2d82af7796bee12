using System;
using System.Linq;
using System.Text;
using UdpChat.Protocol.Relay;
using UdpChat.Protocol.Relay.Sessions;

namespace UdpChat.Protocol.Tests.Relay.Extended;

/// <summary>What a session keeps while nothing is under way in it.</summary>
public class SessionMemoryTests
{
    private readonly ExtendedRelayFixture _relay = new();
    private readonly WirePeer _bob, _annie;

    public SessionMemoryTests()
    {
        _bob = new WirePeer(_relay, 1, "Bob").Connect();
        _annie = new WirePeer(_relay, 2, "Annie").Connect();
    }

    [Fact]
    public void A_session_that_is_idle_again_after_messages_has_given_back_what_they_needed()
    {
        Assert.True(Session("Bob").IsResting && Session("Annie").IsResting);
        for (int number = 1; number < 5; number++)
        {
            _bob.Say($"@n={number} SENDTO:Annie: hi");
            Assert.Contains("FROM:Bob: hi", Assert.Single(_annie.Heard()), StringComparison.Ordinal);
            Assert.False(Session("Bob").IsResting || Session("Annie").IsResting);
            _annie.Acknowledge();
            _annie.Say($"TAKEN: {number}");
            Assert.Equal([$"ACCEPTED: {number}", $"DELIVERED: {number}"], _bob.Heard());
            _bob.Acknowledge();
            _relay.Run(1);
            Assert.True(Session("Bob").IsResting && Session("Annie").IsResting);
        }
    }

    [Fact]
    public void What_a_session_gave_back_serves_another_from_where_that_was()
    {
        WirePeer carol = new WirePeer(_relay, 3, "Carol").Connect(), dave = new WirePeer(_relay, 4, "Dave").Connect();
        _bob.Say("@n=1 SENDTO:Annie: hi");
        _annie.Heard();
        _annie.Acknowledge();
        _annie.Say("TAKEN: 1");
        _bob.Heard();
        _bob.Acknowledge();
        _relay.Run(1);
        carol.Say("@n=1 SENDTO:Dave: hi");
        dave.Say("@n=1 SENDTO:Carol: hi");
        carol.Say("TAKEN: 1");
        dave.Say("TAKEN: 1");
        Assert.Equal(["ACCEPTED: 1", "@i=1000;n=1 FROM:Dave: hi", "DELIVERED: 1"], carol.Heard());
        Assert.Equal(0, _relay.Machine.MailMemory);
    }

    [Fact]
    public void A_message_that_was_not_taken_is_remembered()
    {
        _bob.Say("@n=1 SENDTO:Annie: hi");
        _annie.Heard();
        _annie.Acknowledge();
        _relay.Run(1);
        Assert.False(Session("Annie").IsResting);
        _annie.Say("TAKEN: 1");
        Assert.Contains("DELIVERED: 1", _bob.Heard());
        Assert.Equal(0, _relay.Machine.MailMemory);
    }

    [Fact]
    public void A_refusal_is_remembered_until_its_sender_knows_it()
    {
        _relay.Run(61); // the relay knows all who were there before it
        _bob.Connect();
        _bob.Say("@n=1 SENDTO:Nobody: hi");
        _relay.Run(1);
        Assert.Single(_bob.Heard());
        Assert.False(Session("Bob").IsResting);
        _bob.Acknowledge();
        _relay.Run(1);
        Assert.True(Session("Bob").IsResting);
    }

    [Fact]
    public void Sessions_are_found_by_their_ids_whichever_others_have_left()
    {
        WirePeer[] peers = [.. Enumerable.Range(3, 1_000).Select(i => new WirePeer(_relay, i, $"u{i}").Connect())];
        for (int i = 0; i < peers.Length; i++)
        {
            if (i % 10 != 3)
                peers[i].SayAside($"UNREGISTER: u{i + 3}");
        }
        Assert.Equal(102, _relay.Machine.SessionCount);
        for (int i = 0; i < peers.Length; i++)
        {
            peers[i].SayAside($"HEARTBEAT: u{i + 3}");
            Assert.Equal(i % 10 == 3 ? DatagramOutcome.Session : DatagramOutcome.SessionUnknown, _relay.Outcome);
        }
    }

#if NET8_0
    [Theory]
    [InlineData(0)]
    [InlineData(1)] // the sessions rest after each message
    public void Nothing_is_allocated_for_a_message(double pause)
    {
        var output = new DatagramBatch(64, 1 << 16);
        // The runtime itself may allocate now and then, while it optimizes; a relay that allocates does so in every round.
        long[] allocated = new long[10];
        long number = 0, sent = 2, taken = 2, said = 0, told = 0;
        double now = 0;
        for (int round = 0; round < allocated.Length; round++)
        {
            for (int i = 0; i < 200; i++)
            {
                number++;
                string from = $"@n={number} SENDTO:Annie: hi\n", to = $"TAKEN: {number}\n";
                allocated[round] += Receive(_bob, $"@s={_bob.Session};d={sent++};o={said};{from[1..]}");
                allocated[round] += Receive(_annie, $"@s={_annie.Session};d={taken++};o={told};a=1-{Heard("Annie")} {to}");
                allocated[round] += Receive(_bob, $"@s={_bob.Session};d={sent++};a=1-{Heard("Bob")} ACK:");
                (said, told, now) = (said + from.Length, told + to.Length, now + pause);
            }
        }
        Assert.Contains(0, allocated);
        Assert.Equal(number, _relay.Machine.Counters[MessageOutcome.Taken]);
        Assert.Equal(pause > 0, Session("Bob").IsResting);

        long Receive(WirePeer from, string text)
        {
            byte[] datagram = Encoding.UTF8.GetBytes(text);
            var clock = new RelayTime(TimeSpan.FromSeconds(now), ExtendedRelayFixture.StartedAt);
            output.Clear();
            long before = GC.GetAllocatedBytesForCurrentThread();
            _relay.Machine.Receive(from.Address, datagram, clock, output);
            _relay.Machine.Flush(clock, output);
            if (pause > 0)
            {
                var later = new RelayTime(clock.Now + TimeSpan.FromSeconds(0.1), clock.Unix);
                _relay.Machine.Tick(later);
                _relay.Machine.Flush(later, output);
                _relay.Machine.Sweep(later);
                now += 0.2; // They rest now and then, not with each sweep.
            }
            return GC.GetAllocatedBytesForCurrentThread() - before;
        }

        long Heard(string name) => Session(name).Link.LastNumber;
    }
#endif

    private RelaySession Session(string name) => _relay.Machine.Users.Find(Encoding.UTF8.GetBytes(name))!.Session!;
}
