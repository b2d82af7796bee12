using System;
using System.Threading;
using System.Threading.Tasks;
using UdpChat.Core.Tests.Support;
using UdpChat.Protocol.Client;

namespace UdpChat.Core.Tests.Client;

public class RoundTripTests
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(0.5);

    [Fact]
    public async Task A_round_trip_takes_as_long_as_the_echo()
    {
        await using FakeSession session = await FakeSession.ConnectAsync();
        session.Relay.IsSilent = true;

        Task<TimeSpan?> roundTrip = session.Client.RoundTripAsync(Timeout);
        string echo = await session.Socket.Sent.NextAsync();
        session.Time.Advance(TimeSpan.FromMilliseconds(150));
        session.Socket.Deliver(ToAnswer(echo));

        Assert.Equal(TimeSpan.FromMilliseconds(150), await roundTrip.InTime());
    }

    [Fact]
    public async Task Notices_about_what_was_sent_before_have_been_told_when_it_ends()
    {
        await using FakeSession session = await FakeSession.ConnectAsync();
        session.Relay.IsSilent = true;
        session.Notices.TakeAll();

        Task<TimeSpan?> roundTrip = session.Client.RoundTripAsync(Timeout);
        string echo = await session.Socket.Sent.NextAsync();
        session.Socket.Deliver("INFO: There is no user Annie here, your message was not sent.");
        session.Socket.Deliver(ToAnswer(echo));
        await roundTrip.InTime();

        Assert.Equal("There is no user Annie here, your message was not sent.", Assert.Single(session.Notices.TakeAll()));
        Assert.Equal(2, session.Client.GetStatistics().NoticesReceived);
    }

    [Fact]
    public async Task A_round_trip_without_an_answer_ends_with_its_timeout()
    {
        await using FakeSession session = await FakeSession.ConnectAsync();
        session.Relay.IsSilent = true;

        Task<TimeSpan?> roundTrip = session.Client.RoundTripAsync(Timeout);
        session.Time.Advance(Timeout - TimeSpan.FromMilliseconds(1));
        Assert.False(roundTrip.IsCompleted);
        session.Time.Advance(TimeSpan.FromMilliseconds(1));

        Assert.Null(await roundTrip.InTime());
        Assert.Equal(ChatConnectionState.Connected, session.Client.State);
    }

    [Fact]
    public async Task The_echo_of_one_round_trip_does_not_end_a_later_one()
    {
        await using FakeSession session = await FakeSession.ConnectAsync();
        session.Relay.IsSilent = true;

        Task<TimeSpan?> first = session.Client.RoundTripAsync(Timeout);
        string firstEcho = await session.Socket.Sent.NextAsync();
        Task<TimeSpan?> second = session.Client.RoundTripAsync(Timeout);
        string secondEcho = await session.Socket.Sent.NextAsync();
        session.Socket.Deliver(ToAnswer(firstEcho));
        session.Socket.Deliver("INFO: told behind the first echo");
        await session.Notices.NextAsync(n => n == "told behind the first echo");
        Assert.False(second.IsCompleted);
        session.Socket.Deliver(ToAnswer(secondEcho));

        Assert.NotNull(await first.InTime());
        Assert.NotNull(await second.InTime());
    }

    [Fact]
    public async Task An_echo_that_a_later_round_trip_has_overtaken_still_shows_that_the_relay_is_there()
    {
        await using FakeSession session = await FakeSession.ConnectAsync();
        session.Relay.IsSilent = true;

        // Each echo comes back after 3 s, and each second a new one is asked for.
        var echoes = new System.Collections.Generic.Queue<string>();
        for (int second = 0; second < 30; second++)
        {
            session.Socket.Sent.TakeAll();
            _ = session.Client.RoundTripAsync(Timeout);
            echoes.Enqueue(await session.Socket.Sent.NextAsync());
            if (echoes.Count > 3)
                session.Socket.Deliver(ToAnswer(echoes.Dequeue()));
            await session.AdvanceAsync(TimeSpan.FromSeconds(1));
        }

        Assert.Equal(ChatConnectionState.Connected, session.Client.State);
        Assert.Empty(session.States.TakeAll());
    }

    [Fact]
    public async Task A_client_that_is_not_connected_makes_no_round_trip()
    {
        await using var session = new FakeSession();

        Assert.Null(await session.Client.RoundTripAsync(Timeout).InTime());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_round_trip_ends_with_the_connection(bool byUser)
    {
        await using FakeSession session = await FakeSession.ConnectAsync();
        session.Relay.IsSilent = true;
        Task<TimeSpan?> roundTrip = session.Client.RoundTripAsync(TimeSpan.FromHours(1));
        await session.Socket.Sent.NextAsync();

        if (byUser)
            await session.Client.DisconnectAsync().InTime();
        else
            session.Socket.Deliver("INFO: You are not registered, please register again.");

        Assert.Null(await roundTrip.InTime());
    }

    [Fact]
    public async Task A_round_trip_can_be_cancelled()
    {
        await using FakeSession session = await FakeSession.ConnectAsync();
        using var cancel = new CancellationTokenSource();
        session.Relay.IsSilent = true;
        Task<TimeSpan?> roundTrip = session.Client.RoundTripAsync(Timeout, cancel.Token);

        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => roundTrip.InTime());
    }

    private static string ToAnswer(string echo) => echo.Replace("SENDTO:", "FROM:", StringComparison.Ordinal);
}
