using System;
using System.Net;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;
using UdpChat.Core.Tests.Support;
using UdpChat.Protocol.Client;

namespace UdpChat.Core.Tests.Client;

public class ConnectTests
{
    private static readonly IPAddress A = IPAddress.Parse("192.0.2.1"), B = IPAddress.Parse("2001:db8::2");

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_client_is_connected_when_its_echo_is_back_whether_the_relay_welcomes_it_or_not(bool welcomes)
    {
        await using var session = new FakeSession(relay: new FakeRelay { Welcomes = welcomes });

        await session.Client.ConnectAsync().InTime();

        FakeClientTransport socket = await session.Relay.Opened.NextAsync();
        Assert.Equal("REGISTER: Bob", await socket.Sent.NextAsync());
        Assert.StartsWith("SENDTO:Bob: UdpChat echo ", await socket.Sent.NextAsync(), StringComparison.Ordinal);
        Assert.Equal(ChatConnectionState.Connected, session.Client.State);
        Assert.Equal(ChatConnectionState.Connected, (await session.States.NextAsync()).State);
        Assert.Equal(socket.LocalEndPoint, session.Client.LocalEndPoint);
        Assert.Equal(new IPEndPoint(A, 9000), session.Client.RemoteEndPoint);
        Assert.Equal(session.Client.Options.Server, session.Client.Server);
    }

    [Fact]
    public async Task The_welcome_has_been_told_when_connecting_returns()
    {
        await using FakeSession session = await FakeSession.ConnectAsync();

        Assert.Equal("Welcome Bob.", Assert.Single(session.Notices.TakeAll()));
    }

    [Theory]
    [InlineData("")]
    [InlineData("two words")]
    [InlineData("a:b")]
    [InlineData("12345678901234567890123456789012345678901234567890123456789012345")]
    public void A_bad_name_is_refused_before_anything_is_sent(string name)
    {
        var relay = new FakeRelay();

        ChatNameException exception = Assert.Throws<ChatNameException>(() => relay.CreateClient(new ChatClientOptions { Name = name, Server = new("chat.example", 9000) }));

        Assert.Equal(name, exception.Name);
        Assert.Matches("; (give|remove|a name has at most 64 bytes)", exception.Message);
        Assert.False(ChatClient.IsValidName(name));
        Assert.Equal(0, relay.LookUps);
    }

    [Fact]
    public void A_name_with_half_a_surrogate_pair_is_refused()
    {
        var options = new ChatClientOptions { Name = "B\uD83D", Server = new("chat.example", 9000) };

        Assert.Equal("The name has half a surrogate pair, which UTF-8 can't express; remove it.", Assert.Throws<ChatNameException>(() => new ChatClient(options)).Message);
        Assert.False(ChatClient.IsValidName(options.Name));
    }

    [Fact]
    public void A_name_is_brought_to_its_composed_form()
    {
        using ChatClient client = new FakeRelay().CreateClient(new ChatClientOptions { Name = "Rene\u0301", Server = new("chat.example", 9000) });

        Assert.Equal("Ren\u00E9", client.Name);
        Assert.True(ChatClient.IsValidName("Rene\u0301"));
    }

    [Fact]
    public async Task A_name_that_the_relay_refuses_is_said_with_the_relays_words()
    {
        await using var session = new FakeSession(relay: new FakeRelay { Refusal = "The name Bob is taken, please choose another." });

        ChatNameRefusedException exception = await Assert.ThrowsAsync<ChatNameRefusedException>(() => session.Client.ConnectAsync().InTime());

        Assert.Equal("The relay at chat.example:9000 did not register Bob; see what it said, and choose another name or try later. It said: The name Bob is taken, please choose another.", exception.Message);
        Assert.Equal("The name Bob is taken, please choose another.", exception.Notice);
        Assert.Equal(ChatConnectionState.Disconnected, session.Client.State);
        Assert.True((await session.Relay.Opened.NextAsync()).IsDisposed);
    }

    [Fact]
    public async Task A_relay_that_only_says_not_registered_is_said_to_have_answered()
    {
        await using var session = new FakeSession(relay: new FakeRelay { Refusal = "never said", Welcomes = false });
        Task connecting = session.Client.ConnectAsync();
        for (int seconds = 0; seconds < 10; seconds++)
            await session.AdvanceAsync(TimeSpan.FromSeconds(0.5));

        ChatConnectTimeoutException exception = await Assert.ThrowsAsync<ChatConnectTimeoutException>(() => connecting.InTime());

        Assert.Equal("You are not registered, please register again.", exception.Notice);
        Assert.Contains("answered, but no message came back", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_host_without_an_address_is_said_at_once()
    {
        await using var session = new FakeSession(o => o with { Server = new("relay.invalid", 9000) }, new FakeRelay { LookUpFailure = new SocketException((int)SocketError.HostNotFound) });

        ChatHostNotFoundException exception = await Assert.ThrowsAsync<ChatHostNotFoundException>(() => session.Client.ConnectAsync().InTime());

        Assert.Equal("There is no host relay.invalid; check the name, and whether there is a network.", exception.Message);
        Assert.Equal(new ChatServerAddress("relay.invalid", 9000), exception.Server);
        Assert.IsType<SocketException>(exception.InnerException);
        Assert.Equal(ChatConnectionState.Disconnected, session.Client.State);
    }

    [Fact]
    public async Task A_host_name_that_is_too_long_for_a_resolver_is_a_host_without_an_address()
    {
        string host = string.Join('.', "1".PadLeft(60, 'a'), "2".PadLeft(60, 'a'), "3".PadLeft(60, 'a'), "4".PadLeft(60, 'a'), "5".PadLeft(60, 'a'));
        using var client = new ChatClient(new ChatClientOptions { Name = "Bob", Server = new(host, 9000) });

        await Assert.ThrowsAsync<ChatHostNotFoundException>(() => client.ConnectAsync().InTime());
    }

    [Fact]
    public async Task A_relay_that_refuses_twice_can_not_be_reached()
    {
        await using var session = new FakeSession();
        session.Relay.Unreachable[A] = SocketError.ConnectionRefused;

        Task connect = session.Client.ConnectAsync();
        await session.AdvanceAsync(TimeSpan.Zero);
        Assert.False(connect.IsCompleted);
        await session.AdvanceAsync(TimeSpan.FromSeconds(0.5));

        ChatServerUnreachableException exception = await Assert.ThrowsAsync<ChatServerUnreachableException>(() => connect.InTime());
        Assert.Equal("chat.example:9000 can't be reached: nothing listens there; check the address and port, and whether the relay runs.", exception.Message);
    }

    [Fact]
    public async Task An_address_without_a_route_can_not_be_reached()
    {
        await using var session = new FakeSession();
        session.Relay.OpenErrors[A] = SocketError.NetworkUnreachable;

        ChatServerUnreachableException exception = await Assert.ThrowsAsync<ChatServerUnreachableException>(() => session.AdvanceUntilAsync(session.Client.ConnectAsync()).InTime());

        Assert.EndsWith("; check the network.", exception.Message, StringComparison.Ordinal);
        Assert.Equal(SocketError.NetworkUnreachable, Assert.IsType<SocketException>(exception.InnerException).SocketErrorCode);
    }

    [Fact]
    public async Task A_relay_that_comes_up_between_two_tries_is_reached()
    {
        await using var session = new FakeSession();
        session.Relay.Unreachable[A] = SocketError.ConnectionRefused;
        Task connect = session.Client.ConnectAsync();
        await session.AdvanceAsync(TimeSpan.Zero);

        session.Relay.Unreachable.Clear();
        await session.AdvanceAsync(TimeSpan.FromSeconds(0.5));

        await connect.InTime();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_next_address_of_a_host_is_tried_at_once_when_one_fails(bool failsToOpen)
    {
        await using var session = new FakeSession(relay: new FakeRelay { Addresses = [A, B] });
        (failsToOpen ? session.Relay.OpenErrors : session.Relay.Unreachable)[A] = SocketError.ConnectionRefused;

        await session.Client.ConnectAsync().InTime();

        Assert.Equal(new IPEndPoint(B, 9000), session.Client.RemoteEndPoint);
    }

    [Fact]
    public async Task The_next_address_of_a_host_is_tried_when_one_is_silent_for_a_round()
    {
        await using var session = new FakeSession(o => o with { Server = new("chat.example", 9000) }, new FakeRelay { Addresses = [A, B], IsSilent = true });
        Task connect = session.Client.ConnectAsync();
        FakeClientTransport first = await session.Relay.Opened.NextAsync();
        await session.AdvanceAsync(TimeSpan.FromSeconds(2.5));

        FakeClientTransport second = await session.Relay.Opened.NextAsync();
        session.Relay.IsSilent = false;
        await session.AdvanceUntilAsync(connect);

        Assert.Equal(A, first.RemoteEndPoint.Address);
        Assert.True(first.IsDisposed);
        Assert.Contains("UNREGISTER: Bob", first.Sent.TakeAll());
        Assert.Equal(B, second.RemoteEndPoint.Address);
        Assert.Equal(B, session.Client.RemoteEndPoint!.Address);
    }

    [Fact]
    public async Task A_host_whose_addresses_all_refuse_can_not_be_reached()
    {
        await using var session = new FakeSession(relay: new FakeRelay { Addresses = [A, B] });
        session.Relay.Unreachable[A] = session.Relay.Unreachable[B] = SocketError.ConnectionRefused;

        await Assert.ThrowsAsync<ChatServerUnreachableException>(() => session.AdvanceUntilAsync(session.Client.ConnectAsync()).InTime());
    }

    [Fact]
    public async Task A_silent_relay_times_out_after_the_connect_timeout_and_not_before()
    {
        await using var session = new FakeSession(relay: new FakeRelay { IsSilent = true });
        Task connect = session.Client.ConnectAsync();

        await session.AdvanceAsync(TimeSpan.FromSeconds(4.999));
        Assert.Equal(ChatConnectionState.Connecting, session.Client.State);
        await session.AdvanceAsync(TimeSpan.FromSeconds(0.001));

        ChatConnectTimeoutException exception = await Assert.ThrowsAsync<ChatConnectTimeoutException>(() => connect.InTime());
        Assert.Equal("Nothing answered at chat.example:9000 within 5 s; check the address and port, and whether a relay runs there and UDP can reach it.", exception.Message);
        Assert.Null(exception.Notice);
        Assert.Equal(ChatConnectionState.Disconnected, session.Client.State);
    }

    [Fact]
    public async Task A_relay_that_answers_but_passes_no_message_is_said_so_when_time_is_up()
    {
        await using var session = new FakeSession(relay: new FakeRelay { IsSilent = true });
        Task connect = session.Client.ConnectAsync();
        FakeClientTransport socket = await session.Relay.Opened.NextAsync();
        socket.Deliver("INFO: Busy, come later.");
        await session.AdvanceAsync(TimeSpan.FromSeconds(5));

        ChatConnectTimeoutException exception = await Assert.ThrowsAsync<ChatConnectTimeoutException>(() => connect.InTime());

        Assert.Equal("The relay at chat.example:9000 answered, but no message came back through it within 5 s; try again, or with a longer timeout. It said: Busy, come later.", exception.Message);
    }

    [Fact]
    public async Task A_connect_that_timed_out_frees_the_name()
    {
        await using var session = new FakeSession(relay: new FakeRelay { IsSilent = true });
        Task connect = session.Client.ConnectAsync();
        FakeClientTransport socket = await session.Relay.Opened.NextAsync();

        await session.AdvanceAsync(TimeSpan.FromSeconds(5));
        await Assert.ThrowsAsync<ChatConnectTimeoutException>(() => connect.InTime());

        Assert.Equal("UNREGISTER: Bob", socket.Sent.TakeAll()[^1]);
        Assert.True(socket.IsDisposed);
    }

    [Fact]
    public async Task The_connect_timeout_counts_while_the_name_is_looked_up()
    {
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var session = new FakeSession(relay: new FakeRelay { LookUpGate = gate.Task });
        Task connect = session.Client.ConnectAsync();

        session.Time.Advance(TimeSpan.FromSeconds(5));

        await Assert.ThrowsAsync<ChatConnectTimeoutException>(() => connect.InTime());
        gate.SetResult();
    }

    [Fact]
    public async Task An_address_that_is_found_too_late_is_not_used()
    {
        var gate = new TaskCompletionSource(); // Who continues it runs the rest of the look-up.
        await using var session = new FakeSession(relay: new FakeRelay { LookUpGate = gate.Task });
        Task connect = session.Client.ConnectAsync();
        await session.Client.DisconnectAsync().InTime();
        await Assert.ThrowsAsync<ChatDisconnectedException>(() => connect.InTime());

        gate.SetResult();

        Assert.Equal(1, session.Relay.LookUps);
        Assert.Empty(session.Relay.Opened.TakeAll());
    }

    [Fact]
    public async Task An_answer_that_comes_while_the_name_is_looked_up_again_ends_the_search()
    {
        await using var session = new FakeSession(relay: new FakeRelay { IsSilent = true });
        Task connect = session.Client.ConnectAsync();
        FakeClientTransport socket = await session.Relay.Opened.NextAsync();
        string echo = await socket.Sent.NextAsync(s => s.StartsWith("SENDTO:", StringComparison.Ordinal));
        var gate = new TaskCompletionSource(); // Who continues it runs the rest of the look-up.
        session.Relay.LookUpGate = gate.Task;
        await session.AdvanceAsync(TimeSpan.FromSeconds(2.5));
        Assert.Equal(2, session.Relay.LookUps);

        socket.Deliver(echo.Replace("SENDTO:", "FROM:", StringComparison.Ordinal));
        await connect.InTime();
        gate.SetResult();

        Assert.Empty(session.Relay.Opened.TakeAll());
        Assert.False(socket.IsDisposed);
    }

    [Fact]
    public async Task Cancelling_a_connect_leaves_the_relay()
    {
        using var cancel = new CancellationTokenSource();
        await using var session = new FakeSession(relay: new FakeRelay { IsSilent = true });
        Task connect = session.Client.ConnectAsync(cancel.Token);
        FakeClientTransport socket = await session.Relay.Opened.NextAsync();

        await cancel.CancelAsync();

        OperationCanceledException exception = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => connect.InTime());
        Assert.Equal(cancel.Token, exception.CancellationToken);
        Assert.Equal("UNREGISTER: Bob", socket.Sent.TakeAll()[^1]);
        Assert.True(socket.IsDisposed);
        Assert.Equal(ChatConnectionState.Disconnected, session.Client.State);
    }

    [Fact]
    public async Task A_connect_that_is_cancelled_beforehand_does_nothing()
    {
        await using var session = new FakeSession();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => session.Client.ConnectAsync(new CancellationToken(canceled: true)));

        Assert.Equal(0, session.Relay.LookUps);
        await session.Client.ConnectAsync().InTime();
    }

    [Fact]
    public async Task A_client_connects_once()
    {
        await using FakeSession session = await FakeSession.ConnectAsync();

        await Assert.ThrowsAsync<InvalidOperationException>(() => session.Client.ConnectAsync());

        Assert.Equal(ChatConnectionState.Connected, session.Client.State);
        await session.Client.DisconnectAsync().InTime();
        await Assert.ThrowsAsync<InvalidOperationException>(() => session.Client.ConnectAsync());
    }
}
