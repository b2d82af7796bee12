using System;
using System.Collections.Generic;
using System.Linq;
using System.Net;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Extensions.Time.Testing;
using UdpChat.Client;
using UdpChat.Core.Tests.Support;
using UdpChat.Protocol.Client;

namespace UdpChat.Core.Tests.Client;

/// <summary>A client whose transport has a thread of its own that waits in it.</summary>
public sealed class BlockingReceiveTests : IAsyncLifetime
{
    /// <summary>For a handler that waits: a test that fails is to end all the same.</summary>
    private static readonly TimeSpan Patience = Support.TaskExtensions.Patience / 2;

    private static int _clients;

    private readonly FakeTimeProvider _time = new();
    private readonly Recorder<BlockingClientTransport> _opened = new();
    private readonly ChatClient _client;
    private BlockingClientTransport _socket = null!;

    public BlockingReceiveTests()
    {
        // Its own: the event source is the process's, and another test's thread may still report an error.
        string name = $"Blocked{Interlocked.Increment(ref _clients)}";
        var options = new ChatClientOptions { Name = name, Server = new ChatServerAddress("chat.example", 9000), TimeProvider = _time, Profile = ChatProfile.Plain };
        _client = new ChatClient(options, new RelayPath(options.Server, _ => Task.FromResult<IPAddress[]>([IPAddress.Parse("192.0.2.1")]), Open), new SeededRandomSource(1));
    }

    public async ValueTask InitializeAsync()
    {
        await _client.ConnectAsync().InTime();
        _socket = await _opened.NextAsync();
        _socket.Sent.TakeAll();
    }

    public ValueTask DisposeAsync() => _client.DisposeAsync();

    [Fact]
    public async Task It_receives_on_one_thread_of_its_own_which_ends_with_the_client()
    {
        for (int i = 0; i < 3; i++)
        {
            _socket.Deliver($"FROM:Annie: {i}");
            Assert.Equal($"{i}", (await _client.ReceiveAsync().InTime())!.Text);
        }

        await _client.DisconnectAsync().InTime();

        (Thread thread, bool isOfPool) = Assert.Single(_socket.Threads);
        Assert.False(isOfPool);
        await Task.Run(thread.Join).InTime();
    }

    [Fact]
    public async Task If_its_socket_only_reports_errors_it_waits_for_the_clock_on_the_same_thread_and_ends_with_the_client_all_the_same()
    {
        using var log = new ChatEventLog(_client.Name);

        _socket.FailAlways();
        for (int i = 0; i < ClientConnection.MaxErrorsInARow; i++)
            await log.Events.NextAsync(e => e.StartsWith("ClientSocketError", StringComparison.Ordinal));
        await _client.DisconnectAsync().InTime();

        Thread thread = Assert.Single(_socket.Threads).Key;
        await Task.Run(thread.Join).InTime();
        Assert.Equal(ClientConnection.MaxErrorsInARow, _socket.Errors);
    }

    [Fact]
    public async Task When_its_socket_is_replaced_the_thread_of_the_old_one_ends()
    {
        using var log = new ChatEventLog(_client.Name);

        _socket.FailAlways();
        for (int i = 0; i < ClientConnection.MaxErrorsInARow; i++)
            await log.Events.NextAsync(e => e.StartsWith("ClientSocketError", StringComparison.Ordinal));
        Task<bool> ended = Task.Run(() => _socket.Threads.Single().Key.Join(TimeSpan.FromSeconds(30)));
        while (!ended.IsCompleted)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        Assert.True(await ended);
        Assert.Single(_socket.Threads);
    }

    [Fact]
    public async Task Of_messages_that_came_together_those_that_a_handler_of_bytes_was_removed_before_are_in_the_inbox()
    {
        var handled = new Recorder<string>();
        _client.MessageBytesReceived += Handle;

        _socket.Deliver([.. Enumerable.Range(1, 5).Select(i => $"FROM:Annie: {i}")]);

        Assert.Equal("1", await handled.NextAsync());
        var rest = new List<ChatMessage>();
        while (rest.Count < 4)
            rest.Add((await _client.ReceiveAsync().InTime())!);
        Assert.Equal(["2", "3", "4", "5"], rest.Select(message => message.Text));
        Assert.Equal(4, rest.Select(message => message.Id).Distinct().Count());
        Assert.All(rest, message => Assert.Equal(("Annie", _client.Name, _time.GetUtcNow()), (message.From, message.To, message.ReceivedAt)));
        Assert.Empty(handled.TakeAll());

        void Handle(ChatClient client, in ChatMessageBytes message)
        {
            client.MessageBytesReceived -= Handle;
            handled.Add(Encoding.UTF8.GetString(message.Text));
        }
    }

    [Fact]
    public async Task A_handler_of_bytes_that_throws_has_all_that_came_together()
    {
        var handled = new Recorder<string>();
        _client.MessageBytesReceived += (ChatClient _, in ChatMessageBytes message) =>
        {
            handled.Add(Encoding.UTF8.GetString(message.Text));
            throw new InvalidTimeZoneException("thrown on purpose");
        };

        _socket.Deliver("FROM:Annie: 1", "FROM:Carl: 2", "FROM:Annie: 3");

        foreach (string text in new[] { "1", "2", "3" })
            Assert.Equal(text, await handled.NextAsync());
    }

    [Fact]
    public async Task Handlers_are_called_on_the_thread_that_has_received()
    {
        var threads = new Recorder<Thread>();
        _client.MessageReceived += (_, _) => threads.Add(Thread.CurrentThread);
        _client.NoticeReceived += (_, _) => threads.Add(Thread.CurrentThread);

        _socket.Deliver("FROM:Annie: 1", "FROM:Annie: 2");
        _socket.Deliver("INFO: so it is");

        Thread receiver = Assert.Single(_socket.Threads).Key;
        for (int i = 0; i < 3; i++)
            Assert.Same(receiver, await threads.NextAsync());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task While_a_handler_is_slow_another_thread_receives_and_what_that_has_comes_after(bool asBytes)
    {
        var release = new ManualResetEventSlim();
        var entered = new Recorder<Thread>();
        var handled = new Recorder<(string Text, Thread Thread)>();
        Handle(asBytes, text =>
        {
            entered.Add(Thread.CurrentThread);
            release.Wait(Patience);
            handled.Add((text, Thread.CurrentThread));
        });

        _socket.Deliver("FROM:Annie: slow");
        Thread first = await entered.NextAsync();
        _time.PassPatienceWithHandlers();
        Task<TimeSpan?> echo = _client.RoundTripAsync(TimeSpan.FromMinutes(1));
        _socket.Deliver("FROM:Annie: next", "FROM:Annie: last");
        await WaitUntilAsync(() => _client.GetStatistics() is { MessagesReceived: 3, EchoesReceived: 2 });

        Assert.Empty(entered.TakeAll());
        Assert.Equal(2, _socket.Threads.Count);
        release.Set();
        Assert.Equal(("slow", first), await handled.NextAsync());
        Assert.Equal(("next", first), await handled.NextAsync());
        Assert.Equal(("last", first), await handled.NextAsync());
        await Task.Run(first.Join).InTime();
        Assert.NotNull(await echo.InTime());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_handler_may_wait_for_what_is_still_to_come_time_after_time(bool asBytes)
    {
        var entered = new Recorder<long>();
        var handled = new Recorder<bool>();
        Handle(asBytes, text =>
        {
            long before = _client.GetStatistics().EchoesReceived;
            _ = _client.RoundTripAsync(TimeSpan.FromMinutes(1));
            entered.Add(before);
            handled.Add(SpinWait.SpinUntil(() => _client.GetStatistics().EchoesReceived > before, Patience));
        });

        for (int i = 0; i < 3; i++)
        {
            _socket.Deliver($"FROM:Annie: {i}");
            await entered.NextAsync();
            _time.PassPatienceWithHandlers();
            Assert.True(await handled.NextAsync());
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_handler_that_leaves_and_waits_for_that_ends_at_once_and_with_it_its_thread(bool asBytes)
    {
        var left = new Recorder<int>();
        Handle(asBytes, _ => left.Add(_client.DisconnectAsync().GetAwaiter().GetResult()));

        _socket.Deliver("FROM:Annie: 1");

        Assert.Equal(0, await left.NextAsync());
        Thread thread = Assert.Single(_socket.Threads).Key;
        await Task.Run(thread.Join).InTime();
    }

    [Fact]
    public async Task What_a_handler_leaves_in_its_context_the_next_one_does_not_find()
    {
        var local = new AsyncLocal<string>();
        var found = new Recorder<(string?, SynchronizationContext?)>();
        Handle(false, text =>
        {
            found.Add((local.Value, SynchronizationContext.Current));
            local.Value = text;
            SynchronizationContext.SetSynchronizationContext(new SynchronizationContext());
        });

        for (int i = 0; i < 2; i++)
        {
            _socket.Deliver($"FROM:Annie: {i}");
            Assert.Equal((null, null), await found.NextAsync());
        }
    }

    [Fact]
    public async Task Handlers_have_nothing_of_the_context_in_which_their_client_connected()
    {
        var local = new AsyncLocal<string> { Value = "the caller's" };
        var found = new Recorder<string?>();
        using var client = new ChatClient(_client.Options with { Name = $"{_client.Name}s" }, new RelayPath(_client.Server, _ => Task.FromResult<IPAddress[]>([IPAddress.Parse("192.0.2.1")]), Open), new SeededRandomSource(1));
        client.MessageReceived += (_, _) => found.Add(local.Value);
        await client.ConnectAsync().InTime();

        (await _opened.NextAsync()).Deliver("FROM:Annie: hi");

        Assert.Null(await found.NextAsync());
    }

    private void Handle(bool asBytes, Action<string> handler)
    {
        if (asBytes)
            _client.MessageBytesReceived += (ChatClient _, in ChatMessageBytes message) => handler(Encoding.UTF8.GetString(message.Text));
        else
            _client.MessageReceived += (_, message) => handler(message.Text);
    }

    private static async Task WaitUntilAsync(Func<bool> condition) => Assert.True(await Task.Run(() => SpinWait.SpinUntil(condition, Patience)));

    private BlockingClientTransport Open(IPEndPoint relay)
    {
        var transport = new BlockingClientTransport(relay);
        _opened.Add(transport);
        return transport;
    }
}
