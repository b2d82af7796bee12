using System;
using System.Collections.Generic;
using System.Security;
using System.Threading;
using System.Threading.Tasks;
using UdpChat.Protocol.Client;
using UdpChat.State;

namespace UdpChat;

/// <summary>
/// A connection to a relay, as <c>Connect-ChatServer</c> gives it: it receives and stays registered in the background
/// until <c>Disconnect-ChatServer</c>. Its figures are those of the moment in which they are read.
/// </summary>
/// <remarks>Its events suit <c>Register-ObjectEvent</c>: what happened is in <c>$EventArgs</c>.</remarks>
public sealed class ChatConnection
{
    private const int MaxGreetings = 16;

    private static int _totalLost;
    private int _isLostCounted;

    private readonly object _gate = new(); // guards the events' handlers and the greetings
    private readonly List<string> _greetings = [];
    private readonly RemarkQueue _remarks = new();
    private EventHandler<ChatMessageEventArgs>? _messageReceived;
    private bool _hasBeenConnected;
    private int _waitingSenders;

    internal ChatConnection(ChatClientOptions options)
    {
        Client = new ChatClient(options);
        Client.InboxChanged += () => Activity?.Invoke();
        Client.MessageDropped += (_, _) => OnMessageDropped();
        Client.NoticeReceived += (_, notice) => OnNotice(notice);
        Client.StateChanged += (_, change) => OnStateChange(change);
        Client.MessageFailed += OnMessageFailed;
    }

    /// <summary>A message has arrived. While this has a handler, messages go to it, and not to <c>Receive-ChatMessage</c>.</summary>
    public event EventHandler<ChatMessageEventArgs>? MessageReceived
    {
        add
        {
            lock (_gate)
            {
                bool isFirst = _messageReceived is null;
                _messageReceived += value;
                if (isFirst && _messageReceived is not null)
                    Client.MessageReceived += OnMessage;
            }
        }

        remove
        {
            lock (_gate)
            {
                _messageReceived -= value;
                if (_messageReceived is null)
                    Client.MessageReceived -= OnMessage;
            }
        }
    }

    /// <summary>The relay has something to say.</summary>
    public event EventHandler<ChatNoticeEventArgs>? NoticeReceived;

    /// <summary>A message that was sent has failed; <see cref="ChatMessage.Error"/> says why.</summary>
    public event EventHandler<ChatMessageEventArgs>? MessageFailed;

    /// <summary>The connection has changed.</summary>
    public event EventHandler<ChatStateChangedEventArgs>? StateChanged;

    /// <summary>Something has happened that a waiting cmdlet may want to see.</summary>
    internal event Action? Activity;

    /// <summary>The name under which it is registered; it names the connection, too.</summary>
    public string Name => Client.Name;

    /// <summary>The relay, as <c>host:port</c>.</summary>
    public string Server => Client.Server.ToString();

    /// <summary>How it stands to its relay.</summary>
    public ChatConnectionState State => Client.State;

    /// <summary>How many messages wait to be received.</summary>
    public int Waiting => Client.InboxCount;

    /// <summary>How many messages the relay did not hold when the connection was ended.</summary>
    public int Lost => Client.Lost;

    /// <summary>The sum of <see cref="Lost"/> over all connections of this process, also when the module has been removed.</summary>
    public static int TotalLost => Volatile.Read(ref _totalLost);

    /// <summary>Whether the relay speaks the extended profile: nothing is lost, nothing comes twice, and what becomes of a message is told.</summary>
    public bool Extended => Client.IsExtended;

    /// <summary>How many messages the relay does not hold yet: they wait, or are on their way.</summary>
    public int Queued => Client.OutboxCount;

    /// <summary>How many messages have gone out.</summary>
    public long Sent => Client.GetStatistics().MessagesSent;

    /// <summary>How many messages have arrived.</summary>
    public long Received => Client.GetStatistics().MessagesReceived;

    /// <summary>How many of these were dropped because the inbox was full.</summary>
    public long Dropped => Client.GetStatistics().MessagesDropped;

    /// <summary>How many notices have arrived.</summary>
    public long Notices => Client.GetStatistics().NoticesReceived;

    /// <summary>The longest time between two heartbeats.</summary>
    public TimeSpan HeartbeatInterval => Client.Options.HeartbeatInterval;

    /// <summary>Where this end is, as <c>address:port</c>; null while there is no socket.</summary>
    public string? LocalEndPoint => Client.LocalEndPoint?.ToString();

    /// <summary>Where the relay is, as <c>address:port</c>; null while there is no socket.</summary>
    public string? RemoteEndPoint => Client.RemoteEndPoint?.ToString();

    internal ChatClient Client { get; }

    /// <summary>Whether it has not ended.</summary>
    internal bool IsOpen => State != ChatConnectionState.Disconnected;

    /// <summary>Whether a sender waits for the notices about what it has sent, which are then for it to tell.</summary>
    internal bool HasWaitingSender => Volatile.Read(ref _waitingSenders) > 0;

    /// <summary>The token that proves that the name is yours, to carry it to another computer: <c>Connect-ChatServer -Token</c>. Null in the plain profile.</summary>
    public SecureString? GetToken()
    {
        if (Client.ExportToken() is not { } token)
            return null;
        var secure = new SecureString();
        foreach (char digit in token)
            secure.AppendChar(digit);
        secure.MakeReadOnly();
        return secure;
    }

    /// <summary>The connection's name and relay.</summary>
    public override string ToString() => $"{Name} at {Server}";

    /// <summary>Ends it, as <see cref="ChatClient.DisconnectAsync(TimeSpan, bool, CancellationToken)"/> does, and counts what is lost.</summary>
    internal async Task<int> DisconnectAsync(TimeSpan timeout, bool forget = false, CancellationToken cancellationToken = default)
    {
        int lost = await Client.DisconnectAsync(timeout, forget, cancellationToken).ConfigureAwait(false);
        CountLost();
        return lost;
    }

    /// <summary>Takes the oldest of what happened in the background and was not told yet.</summary>
    internal ConnectionRemark? TryTakeRemark() => _remarks.TryTake();

    /// <summary>Begins a wait as <see cref="HasWaitingSender"/> has it.</summary>
    internal void BeginSenderWait() => Interlocked.Increment(ref _waitingSenders);

    /// <summary>Ends it.</summary>
    internal void EndSenderWait()
    {
        Interlocked.Decrement(ref _waitingSenders);
        Activity?.Invoke();
    }

    private void OnMessage(object? sender, ChatMessage message)
    {
        if (Volatile.Read(ref _messageReceived) is { } handlers)
            handlers(this, new ChatMessageEventArgs(message));
        else
            Client.Keep(message); // Its last subscriber has just gone.
    }

    private void OnMessageDropped()
    {
        _remarks.AddDropped();
        Activity?.Invoke();
    }

    private void OnNotice(ChatNotice notice)
    {
        _remarks.Add(new ConnectionRemark(!IsGreeting(notice.Text), $"The relay at {Server} says to {Name}: {PrintableText.Escape(notice.Text)}"));
        Activity?.Invoke();
        NoticeReceived?.Invoke(this, new ChatNoticeEventArgs(notice));
    }

    private void OnMessageFailed(ChatMessage message)
    {
        _remarks.Add(new ConnectionRemark(true, $"{message.Error}{(message.MayHaveArrived ? " It may have arrived all the same." : "")}") { Message = message });
        Activity?.Invoke();
        MessageFailed?.Invoke(this, new ChatMessageEventArgs(message));
    }

    /// <summary>Adds what was lost to the sum, once: a connection can end by itself, and by several who end it.</summary>
    private void CountLost()
    {
        if (Interlocked.Exchange(ref _isLostCounted, 1) == 0)
            Interlocked.Add(ref _totalLost, Client.Lost);
    }

    private void OnStateChange(ChatStateChange change)
    {
        if (change.State == ChatConnectionState.Disconnected)
            CountLost();
        lock (_gate)
            _hasBeenConnected |= change.State == ChatConnectionState.Connected;
        bool isWarning = change.State == ChatConnectionState.Reconnecting || (change.State == ChatConnectionState.Disconnected && Client.IsReplaced);
        _remarks.Add(new ConnectionRemark(isWarning, $"{this}: {change.Reason}"));
        Activity?.Invoke();
        StateChanged?.Invoke(this, new ChatStateChangedEventArgs(change));
    }

    /// <summary>
    /// Whether a notice is what the relay says to a client that connects. In the plain profile there are only its words to
    /// know it by: those that came before it was connected for the first time.
    /// </summary>
    private bool IsGreeting(string text)
    {
        lock (_gate)
        {
            if (_greetings.Contains(text))
                return true;
            if (_hasBeenConnected || _greetings.Count >= MaxGreetings)
                return false;
            _greetings.Add(text);
            return true;
        }
    }
}
