using System;
using System.Threading.Tasks;
using UdpChat.Core.Tests.Support;
using UdpChat.Protocol.Client;

namespace UdpChat.Core.Tests.Extended;

/// <summary>Whose a name is in the extended profile, and how its owner leaves.</summary>
public class NameTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_name_is_taken_for_who_has_another_token_whether_its_owner_is_there_or_away(bool isThere)
    {
        await using ChatRelay relay = LoopbackRelay.Start();
        ChatClient owner = await relay.ConnectAsync("Bob");
        if (!isThere)
            await owner.DisconnectAsync().InTime();
        await using var other = new ChatClient(relay.ExtendedOptions("BOB"));

        ChatNameRefusedException exception = await Assert.ThrowsAsync<ChatNameRefusedException>(() => other.ConnectAsync().InTime());

        Assert.StartsWith("This name is reserved until ", exception.Notice, StringComparison.Ordinal);
        await owner.DisconnectAsync().InTime();
    }

    [Fact]
    public async Task A_name_is_taken_for_plain_clients_while_its_owner_is_away()
    {
        await using ChatRelay relay = LoopbackRelay.Start();
        await relay.ReserveAsync("Bob");
        using var peer = new PlainPeer(relay.LocalEndPoint);
        await using var plain = new ChatClient(relay.ClientOptions("Bob"));

        peer.Send("REGISTER: Bob");

        Assert.Equal("INFO: The name Bob is taken, please choose another. (extended profile available)", await peer.ReceiveAsync());
        await Assert.ThrowsAsync<ChatNameRefusedException>(() => plain.ConnectAsync().InTime());
    }

    [Fact]
    public async Task A_name_that_a_plain_client_has_is_taken()
    {
        await using ChatRelay relay = LoopbackRelay.Start();
        using PlainPeer peer = await PlainPeer.RegisterAsync(relay.LocalEndPoint, "Bob");
        await using var client = new ChatClient(relay.ExtendedOptions("Bob"));

        await Assert.ThrowsAsync<ChatNameRefusedException>(() => client.ConnectAsync().InTime());
    }

    [Fact]
    public async Task A_newer_client_with_the_token_replaces_the_older_one_which_does_not_come_back()
    {
        await using ChatRelay relay = LoopbackRelay.Start();
        string token = LoopbackRelay.NewToken();
        await using ChatClient older = await relay.ConnectAsync("Bob", token);
        var states = new Recorder<ChatStateChange>();
        older.StateChanged += (_, change) => states.Add(change);

        await using ChatClient newer = await relay.ConnectAsync("Bob", token);

        Assert.Equal(new ChatStateChange(ChatConnectionState.Disconnected, "Another client has registered Bob with the same token; this one has ended."), await states.NextAsync());
        await Assert.ThrowsAsync<ChatDisconnectedException>(() => older.SendAsync("Bob", "hi").AsTask().InTime());
        Assert.Null(await older.ReceiveAsync().InTime());
        await newer.SendAsync("Bob", "to myself").InTime();
        Assert.Equal("to myself", (await newer.ReceiveAsync().InTime())!.Text);
    }

    [Fact]
    public async Task A_client_that_was_replaced_gives_back_its_socket_and_timer_and_keeps_what_it_has()
    {
        await using ChatRelay relay = LoopbackRelay.Start();
        string token = LoopbackRelay.NewToken();
        var time = new CountingTimeProvider();
        await using ChatClient older = await relay.ConnectAsync("Bob", token, o => o with { TimeProvider = time });
        var states = new Recorder<ChatStateChange>();
        var arrivals = new Recorder<bool>();
        older.StateChanged += (_, change) => states.Add(change);
        older.InboxChanged += () => arrivals.Add(true);
        await older.SendAsync("Bob", "to myself").InTime();
        await arrivals.NextAsync();
        Assert.Equal(2, time.LiveTimers);

        await using ChatClient newer = await relay.ConnectAsync("Bob", token);
        await states.NextAsync();

        Assert.Equal((ChatConnectionState.Disconnected, null, null, 0), (older.State, older.LocalEndPoint, older.RemoteEndPoint, time.LiveTimers));
        Assert.Equal(1, older.GetStatistics().MessagesReceived);
        Assert.Equal("to myself", older.TryReceive()!.Text);
        Assert.Equal(0, await older.DisconnectAsync().InTime());
        Assert.Empty(states.TakeAll());
    }

    [Fact]
    public async Task A_client_that_is_older_than_the_one_which_holds_the_name_is_told_so_and_what_to_do()
    {
        const long MuchLater = 99_999_999_999_999;
        await using ChatRelay relay = LoopbackRelay.Start();
        string token = LoopbackRelay.NewToken();
        using var peer = new PlainPeer(relay.LocalEndPoint);
        peer.Send($"@t={token};i={MuchLater};r=1;low=1;inbox=9,999;pad={new string('0', 400)} REGISTER: Bob");
        Assert.Contains("code=registered", await peer.ReceiveAsync(), StringComparison.Ordinal);
        await using var older = new ChatClient(relay.ExtendedOptions("Bob", token));

        ChatNameRefusedException exception = await Assert.ThrowsAsync<ChatNameRefusedException>(() => older.ConnectAsync().InTime());

        Assert.Equal("A newer client has registered this name with its token.", exception.Notice);
        Assert.Contains("a client with the same token that was started later holds the name. Connect again, which ends that one; if this is refused again, set this computer's clock", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_two_clients_with_the_token_the_one_that_connects_last_is_the_newer_whichever_was_created_first()
    {
        await using ChatRelay relay = LoopbackRelay.Start();
        ChatClientOptions options = relay.ExtendedOptions("Bob");
        await using ChatClient first = new(options), second = new(options);
        await second.ConnectAsync().InTime();

        await first.ConnectAsync().InTime();

        Assert.Equal(ChatConnectionState.Connected, first.State);
        Assert.Null(await second.ReceiveAsync().InTime());
    }

    [Fact]
    public async Task Leaving_waits_until_the_relay_has_accepted_what_was_sent()
    {
        const int Messages = 2000;
        await using ChatRelay relay = LoopbackRelay.Start();
        string token = await relay.ReserveAsync("Bob");
        ChatClient annie = await relay.ConnectAsync("Annie");
        ChatMessage last = null!;
        for (int i = 0; i < Messages; i++)
            last = await annie.SendAsync("Bob", $"{i}").InTime();

        Assert.Equal(0, await annie.DisconnectAsync().InTime());

        Assert.Equal(ChatMessageState.Accepted, last.State);
        Assert.Equal(ChatConnectionState.Disconnected, annie.State);
        await using ChatClient bob = await relay.ConnectAsync("Bob", token);
        for (int i = 0; i < Messages; i++)
            Assert.Equal($"{i}", (await bob.ReceiveAsync().InTime())!.Text);
    }

    [Fact]
    public async Task Leaving_a_relay_that_is_gone_says_how_many_messages_are_lost()
    {
        ChatRelay relay = LoopbackRelay.Start();
        ChatClient annie = await relay.ConnectAsync("Annie");
        var failed = new Recorder<ChatMessage>();
        await relay.StopAsync().InTime();
        ChatMessage first = await annie.SendAsync("Bob", "1").InTime(), second = await annie.SendAsync("Bob", "2").InTime();
        annie.MessageChanged += (_, message) => failed.Add(message);

        int lost = await annie.DisconnectAsync(TimeSpan.FromTicks(1)).InTime();

        Assert.Equal(2, lost);
        Assert.Equal([first, second], failed.TakeAll());
        Assert.Equal((ChatMessageState.Failed, "closed", true), (second.State, second.ErrorCode, second.MayHaveArrived));
        Assert.Equal("The connection was ended before the relay had the message to Bob; connect and send it again.", second.Error);
    }

    [Fact]
    public async Task Who_forgets_a_name_gives_it_free_for_others()
    {
        await using ChatRelay relay = LoopbackRelay.Start();
        ChatClient first = await relay.ConnectAsync("Bob");

        await first.DisconnectAsync(TimeSpan.FromSeconds(30), forget: true).InTime();

        await using ChatClient second = await relay.ConnectAsync("Bob");
        Assert.Equal(1, relay.GetStatistics().ReservedNames);
    }

    [Fact]
    public async Task A_token_is_kept_for_relay_and_name_and_forgotten_with_the_name()
    {
        await using ChatRelay relay = LoopbackRelay.Start();
        ChatClientOptions options = relay.ExtendedOptions("Bob") with { Token = null };
        ChatClient first = new(options), second = new(options), third = new(options);
        await first.ConnectAsync().InTime();
        string token = first.ExportToken()!;
        await first.DisconnectAsync().InTime();

        await second.ConnectAsync().InTime();
        Assert.Equal(token, second.ExportToken());
        await second.DisconnectAsync(TimeSpan.FromSeconds(30), forget: true).InTime();

        Assert.Null(third.ExportToken());
        await third.ConnectAsync().InTime();
        Assert.NotEqual(token, third.ExportToken());
        await third.DisconnectAsync(TimeSpan.FromSeconds(30), forget: true).InTime();
    }

    [Fact]
    public async Task A_token_that_was_imported_opens_the_name_and_its_mail()
    {
        await using ChatRelay relay = LoopbackRelay.Start();
        string token = await relay.ReserveAsync("Bob");
        await using ChatClient annie = await relay.ConnectAsync("Annie");
        ChatMessage sent = await annie.SendAsync("Bob", "hi").InTime();
        await sent.WaitAsync(ChatMessageState.Accepted).InTime();
        ChatClientOptions options = relay.ExtendedOptions("Bob") with { Token = null };

        ChatClient.ImportToken(options.Server, "Bob", token);
        await using var bob = new ChatClient(options);
        await bob.ConnectAsync().InTime();

        Assert.Equal(token, bob.ExportToken());
        Assert.Equal("hi", (await bob.ReceiveAsync().InTime())!.Text);
    }
}
