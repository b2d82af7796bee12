using System;
using System.Threading.Tasks;
using Microsoft.Extensions.Time.Testing;

namespace UdpChat.Core.Tests.Support;

/// <summary>A client of a fake relay, on a clock that only the test moves.</summary>
internal sealed class FakeSession : IAsyncDisposable
{
    private static readonly TimeSpan Step = TimeSpan.FromSeconds(0.125);

    public FakeSession(Func<ChatClientOptions, ChatClientOptions>? change = null, FakeRelay? relay = null)
    {
        Relay = relay ?? new FakeRelay();
        var options = new ChatClientOptions { Name = "Bob", Server = new ChatServerAddress("chat.example", 9000), TimeProvider = Time };
        Client = Relay.CreateClient(change?.Invoke(options) ?? options);
        Client.StateChanged += (_, change) => States.Add(change);
        Client.NoticeReceived += (_, notice) => Notices.Add(notice.Text);
    }

    public FakeTimeProvider Time { get; } = new();

    public FakeRelay Relay { get; }

    public ChatClient Client { get; }

    public Recorder<ChatStateChange> States { get; } = new();

    public Recorder<string> Notices { get; } = new();

    /// <summary>The first socket of a client that is connected.</summary>
    public FakeClientTransport Socket { get; private set; } = null!;

    /// <summary>A session that is connected; what it sent and told until then has been taken.</summary>
    public static async Task<FakeSession> ConnectAsync(Func<ChatClientOptions, ChatClientOptions>? change = null, FakeRelay? relay = null)
    {
        var session = new FakeSession(change, relay);
        await session.Client.ConnectAsync().InTime();
        session.Socket = await session.Relay.Opened.NextAsync();
        session.Socket.Sent.TakeAll();
        await session.States.NextAsync();
        return session;
    }

    /// <summary>Lets time pass, in steps: the clock calls a timer only once a step.</summary>
    public async Task AdvanceAsync(TimeSpan time)
    {
        await Relay.DrainAsync();
        for (TimeSpan left = time; left > TimeSpan.Zero; left -= Step)
        {
            Time.Advance(left < Step ? left : Step);
            await Relay.DrainAsync();
        }
    }

    /// <summary>Lets time pass until something has happened.</summary>
    public async Task<T> AdvanceUntilAsync<T>(Task<T> happened)
    {
        while (!happened.IsCompleted)
        {
            await AdvanceAsync(Step);
            await Task.Yield();
        }
        return await happened;
    }

    /// <inheritdoc cref="AdvanceUntilAsync{T}"/>
    public async Task AdvanceUntilAsync(Task happened)
    {
        await AdvanceUntilAsync(happened.ContinueWith(_ => true, TaskScheduler.Default));
        await happened;
    }

    public ValueTask DisposeAsync() => Client.DisposeAsync();
}
