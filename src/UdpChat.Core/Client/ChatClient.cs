using System;
using System.Buffers;
using System.Collections.Generic;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using UdpChat.Client;
using UdpChat.Diagnostics;
using UdpChat.Protocol;
using UdpChat.Protocol.Client;
using UdpChat.Protocol.Wire;
using UdpChat.Transport;

namespace UdpChat;

/// <summary>
/// A client of a relay: registers, stays registered, receives in the background and sends. All members can be used from
/// any thread.
/// </summary>
/// <remarks>
/// Events are raised one at a time, in order: those that come of a datagram on the thread that has received it, unless a thread is
/// raising events already or <see cref="MessageBytesReceived"/> has a handler; the rest on a thread pool thread. A handler may wait, also for what the
/// relay has to answer: after 10 to 20 ms another thread receives. While a handler runs the next event waits; when 10,000 wait, further
/// messages and notices are dropped and counted; what the system drops because nobody receives, in the plain profile, is not.
/// What a handler throws goes to the event source <c>UdpChat</c> and nowhere else.
/// </remarks>
public sealed class ChatClient : IDisposable, IAsyncDisposable
{
    /// <summary>How long leaving waits for event handlers. One that waits for the thread that leaves would never end.</summary>
    private static readonly TimeSpan HandlerPatience = TimeSpan.FromSeconds(1);

    private static long _lastIncarnation;

    /// <summary>How long leaving waits until the relay has accepted what was sent.</summary>
    public static readonly TimeSpan DefaultLeaveTimeout = TimeSpan.FromSeconds(5);

    private readonly ChatClientOptions _options;
    private readonly ClientEventPump _pump;
    private readonly ClientEvents _events;
    private readonly ClientConnection _connection;
    private readonly Inbox _inbox;
    private long _refused, _dropped;
    private bool _usesOwnToken;
    private ChatMessage? _kept; // the last that went into the inbox
    private volatile ChatMessage? _handled; // by a handler at the moment
    private readonly RecipientNames _recipients = new(CheckName);
    private HandlerList<EventHandler<ChatMessage>> _receivers;
    private HandlerList<ChatMessageBytesHandler> _bytesReceivers;

    /// <summary>Creates a client; nothing is sent until <see cref="ConnectAsync"/>.</summary>
    /// <exception cref="ChatNameException">The name breaks the rules of names.</exception>
    public ChatClient(ChatClientOptions options)
        : this(options, new RelayPath(options.Server, RelayPath.LookUpAsync, ClientTransport.Open), new SystemRandomSource())
    {
    }

    internal ChatClient(ChatClientOptions options, RelayPath path, IRandomSource random)
    {
        _options = options;
        byte[] name = CheckName(options.Name);
        Name = Utf8.GetString(name);
        Incarnation = NextIncarnation(options.TimeProvider);
        _inbox = new Inbox(options.InboxCapacity);
        _pump = new ClientEventPump(Raise);
        _events = new ClientEvents(this, _pump, options.TimeProvider);
        _connection = new ClientConnection(this, name, path, random, _events, _pump);
    }

    /// <summary>A message has arrived. While this has a handler, messages go to it and not to the inbox.</summary>
    public event EventHandler<ChatMessage>? MessageReceived;

    /// <summary>
    /// A message has arrived. While this has a handler, messages go to it as they are on the wire, and no object is made of
    /// them; neither <see cref="MessageReceived"/> nor the inbox has them. It is raised on the thread that receives, at the same
    /// time as other events. What it sends goes out when it returns, or within a millisecond if there are more messages for it, or when
    /// another thread receives.
    /// </summary>
    public event ChatMessageBytesHandler? MessageBytesReceived;

    /// <summary>A message has arrived and was dropped, because the inbox was full.</summary>
    public event EventHandler<ChatMessage>? MessageDropped;

    /// <summary>A datagram goes out or has come in; true if it goes out. Called under the client's lock: it must be quick and not call back.</summary>
    internal event Action<bool, byte[]>? DatagramSeen
    {
        add => _connection.DatagramSeen += value;
        remove => _connection.DatagramSeen -= value;
    }

    /// <summary>A message was added to the inbox.</summary>
    internal event Action? InboxChanged;

    /// <summary>A message that was sent has failed.</summary>
    internal event Action<ChatMessage>? MessageFailed;

    /// <summary>Something has become of a message that was sent: <see cref="ChatMessage.State"/> says what.</summary>
    public event EventHandler<ChatMessage>? MessageChanged;

    /// <summary>The relay has something to say.</summary>
    public event EventHandler<ChatNotice>? NoticeReceived;

    /// <summary>The connection has changed.</summary>
    public event EventHandler<ChatStateChange>? StateChanged;

    /// <summary>The client's name, in NFC.</summary>
    public string Name { get; }

    /// <summary>The relay's address, as it was given.</summary>
    public ChatServerAddress Server => _options.Server;

    /// <summary>Which of the clients of this process it is: the milliseconds from 1970 to its creation, or one more than the last client's.</summary>
    internal long Incarnation { get; private set; }

    /// <summary>How it was created.</summary>
    public ChatClientOptions Options => _options;

    /// <summary>How the client stands to its relay.</summary>
    public ChatConnectionState State => _connection.State;

    /// <summary>Where the relay is, or null while there is no socket.</summary>
    public IPEndPoint? RemoteEndPoint => _connection.RemoteEndPoint;

    /// <summary>Where the client's socket is, or null while there is none.</summary>
    public IPEndPoint? LocalEndPoint => _connection.LocalEndPoint;

    /// <summary>Whether the relay speaks the extended profile with this client: nothing is lost, nothing comes twice, and what becomes of a message is told.</summary>
    public bool IsExtended => _connection.Profile == ProfileInUse.Extended;

    /// <summary>Whether it has ended because another client has registered the name with the same token.</summary>
    internal bool IsReplaced => _events.IsReplaced;

    /// <summary>Whether the relay has said that the name is free again.</summary>
    internal bool HasGivenUpName => _connection.HasGivenUpName;

    /// <summary>How many messages the relay had not accepted when the client left.</summary>
    internal int Lost => _connection.LostCount;

    /// <summary>Whether received messages go to a handler of bytes.</summary>
    internal bool TakesBytes => MessageBytesReceived is not null;

    /// <summary>Whether anybody wants to be told what becomes of messages.</summary>
    internal bool TellsMessageChanges => MessageChanged is not null;

    /// <summary>How many messages wait in the outbox, or are on their way and not accepted yet.</summary>
    public int OutboxCount => _connection.OutboxCount;

    /// <summary>How many received messages wait to be taken.</summary>
    public int InboxCount => _inbox.Count;

    /// <summary>Whether no more messages will come into the inbox.</summary>
    internal bool IsInboxComplete => _inbox.IsComplete;

    /// <summary>Whether this keeps the rules of names (<see cref="UdpChat.Protocol.Client.ClientOptions.Name"/>), so that somebody can have it.</summary>
    public static bool IsValidName(string name) => CheckName(name, out _) == NameError.None;

    /// <summary>Keeps a token that comes from another computer, for all clients of this name and relay from then on.</summary>
    /// <param name="server">The relay.</param>
    /// <param name="name">The name.</param>
    /// <param name="token">32 hexadecimal digits.</param>
    /// <exception cref="ChatNameException">The name breaks the rules of names.</exception>
    /// <exception cref="ChatTokenException">It is no token, or can't be kept.</exception>
    public static void ImportToken(ChatServerAddress server, string name, string token) => TokenStore.Default.Import(server, name, token);

    /// <summary>The token with which it registers, as 32 hexadecimal digits, to carry it to another computer; null in the plain profile.</summary>
    /// <exception cref="ChatTokenException">The file with the tokens can't be read.</exception>
    public string? ExportToken() => Options.Profile == ChatProfile.Plain ? null : Options.Token ?? TokenStore.Default.Export(Server, Name);

    /// <summary>Connects: registers, and waits until a message to oneself has come back.</summary>
    /// <exception cref="ChatNameRefusedException">The relay refused the name.</exception>
    /// <exception cref="ChatConnectTimeoutException">The relay did not answer in time.</exception>
    /// <exception cref="ChatHostNotFoundException">The relay's host has no address.</exception>
    /// <exception cref="ChatServerUnreachableException">The system reports that the relay can't be reached.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    /// <exception cref="ChatDisconnectedException">Disconnected meanwhile.</exception>
    /// <exception cref="InvalidOperationException">Called before, or disconnected. To connect again, create another client.</exception>
    public async Task ConnectAsync(CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Task connected = _connection.Open(CreateIdentity());
        try
        {
            await connected.WaitAsync(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            await DisconnectAsync(TimeSpan.Zero, forget: false, CancellationToken.None).ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>
    /// Sends a message. It returns when the message is in the outbox, from which it goes out at once while the client is
    /// connected, and waits only for room in a full outbox. What becomes of it the message tells: <see cref="ChatMessage.State"/>,
    /// <see cref="ChatMessage.WaitAsync"/>, <see cref="MessageChanged"/>. In the plain profile that it has left is all that can
    /// be known; a relay that can't pass it on says so by a notice.
    /// </summary>
    /// <param name="to">The recipient's name.</param>
    /// <param name="text">The text.</param>
    /// <param name="cancellationToken">Ends the wait for room; then the message is not sent.</param>
    /// <returns>The message.</returns>
    /// <exception cref="ChatNameException">The recipient's name breaks the rules of names.</exception>
    /// <exception cref="ChatMessageTooLargeException">The text has more than 65,536 bytes, or in the plain profile does not fit a datagram.</exception>
    /// <exception cref="ChatSendException">The network did not take it, or the text is not well-formed Unicode.</exception>
    /// <exception cref="ChatDisconnectedException">The client is not connected, or no longer.</exception>
    public async ValueTask<ChatMessage> SendAsync(string to, string text, CancellationToken cancellationToken = default)
    {
        byte[] name = _recipients.Check(to);
        while (true)
        {
            SendResult result = Send(name, to, text);
            if (result.Message is { } message)
                return message;
            await result.Room.WaitAsync(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>
    /// The same for bytes, without an object for each message: what has become of them <see cref="GetStatistics"/> tells, of
    /// one that has failed <see cref="MessageChanged"/>, without its text if the relay had accepted it.
    /// </summary>
    /// <param name="to">The recipient's name, UTF-8.</param>
    /// <param name="text">The text, UTF-8.</param>
    /// <param name="cancellationToken">Ends the wait for room; then the message is not sent.</param>
    /// <inheritdoc cref="SendAsync(string, string, CancellationToken)" path="/exception"/>
    public async ValueTask SendAsync(ReadOnlyMemory<byte> to, ReadOnlyMemory<byte> text, CancellationToken cancellationToken = default)
    {
        byte[] name = _recipients.Check(to.Span);
        if (!Utf8.IsValid(text.Span))
            throw new ChatSendException("The text is not well-formed UTF-8; encode it as that.");
        while (true)
        {
            SendResult result = Check(_connection.Send(name, text.Span, null), name.Length, text.Length);
            if (result.Outcome != SendOutcome.OutboxFull)
                return;
            await result.Room.WaitAsync(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Takes a received message, if there is one.</summary>
    /// <param name="match">Which; null means the first. Others stay where they are.</param>
    /// <returns>The message, or null.</returns>
    public ChatMessage? TryReceive(Predicate<ChatMessage>? match = null)
    {
        ChatMessage? message = _inbox.TryTake(match);
        if (message is not null)
            ConfirmTaken(message);
        return message;
    }

    /// <summary>The same, for who confirms by <see cref="ConfirmTaken"/> that the message is where it was to go; else it comes again at the client's next start.</summary>
    internal ChatMessage? TryReceiveUnconfirmed(Predicate<ChatMessage>? match) => _inbox.TryTake(match);

    /// <summary>A message that was taken out of the inbox is where it was to go.</summary>
    internal void ConfirmTaken(ChatMessage message)
    {
        if (message.Ticket != 0)
            _connection.Taken(message.Ticket);
    }

    /// <summary>Takes a received message, waiting for it if need be.</summary>
    /// <param name="match">Which; null means the first. Others stay where they are.</param>
    /// <param name="cancellationToken">Ends the wait; then nothing is taken.</param>
    /// <returns>The message, or null when the client is disconnected and none is left.</returns>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public async Task<ChatMessage?> ReceiveAsync(Predicate<ChatMessage>? match = null, CancellationToken cancellationToken = default)
    {
        ChatMessage? message = await _inbox.TakeAsync(match, cancellationToken).ConfigureAwait(false);
        if (message is not null)
            ConfirmTaken(message);
        return message;
    }

    /// <summary>The received messages that wait to be taken, without taking them.</summary>
    public IReadOnlyList<ChatMessage> PeekAll() => _inbox.ToArray();

    /// <summary>
    /// Waits until the relay has seen what was sent before, so that its notices about that have arrived: sends a message
    /// to oneself and waits for it.
    /// </summary>
    /// <param name="timeout">How long to wait at most.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The time it took; null if it didn't come back in time, or the client isn't connected.</returns>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public async Task<TimeSpan?> RoundTripAsync(TimeSpan timeout, CancellationToken cancellationToken = default)
    {
        long start = _options.TimeProvider.GetTimestamp();
        if (_connection.Probe() is not { } returned)
            return null;
        try
        {
            bool isBack = await returned.WaitAsync(timeout, _options.TimeProvider, cancellationToken).ConfigureAwait(false);
            return isBack ? _options.TimeProvider.GetElapsedTime(start) : null;
        }
        catch (TimeoutException)
        {
            return null;
        }
    }

    /// <summary>What it has done so far.</summary>
    public ChatClientStatistics GetStatistics()
    {
        ClientCounters counters = _connection.Counters;
        return new ChatClientStatistics(
            counters.Sent - Interlocked.Read(ref _refused),
            counters.Messages,
            Interlocked.Read(ref _dropped) + _events.Dropped,
            counters.Notices,
            counters.Echoes,
            counters.NotRegistered,
            counters.Ignored,
            _connection.SendErrors)
        {
            MessagesDelivered = _events.Delivered,
            DatagramsSent = _connection.DatagramsSent,
            DatagramsReceived = _connection.DatagramsReceived,
        };
    }

    /// <summary>
    /// Leaves: waits until the relay has accepted what was sent, tells it, and ends everything in the background. Received
    /// messages can still be taken; what was not is delivered again at the next start of a client with this name and token.
    /// All events have been raised when it returns, unless their handlers take over a second, or it was called by one.
    /// </summary>
    /// <returns>How many messages the relay has not accepted; each has failed.</returns>
    public Task<int> DisconnectAsync() => DisconnectAsync(DefaultLeaveTimeout);

    /// <inheritdoc cref="DisconnectAsync()"/>
    /// <param name="timeout">How long to wait at most until the relay has accepted what was sent; 5 s by default.</param>
    /// <param name="forget">Whether to give up the name, and with it the mail that waits for it.</param>
    /// <param name="cancellationToken">Ends the wait; then it leaves at once.</param>
    public async Task<int> DisconnectAsync(TimeSpan timeout, bool forget = false, CancellationToken cancellationToken = default)
    {
        // A handler that leaves has its message.
        if (_handled is { } handled)
            ConfirmTaken(handled);
        _connection.TakeRaised();
        if (timeout > TimeSpan.Zero)
            await WaitForOutboxAsync(timeout, cancellationToken).ConfigureAwait(false);
        await WaitForHandlersAsync(_connection.StopRaising()).ConfigureAwait(false);
        await _connection.BeginClose(forget).ConfigureAwait(false);
        Task received = _connection.End();
        // Else the name is still reserved, and nobody could have it without the token.
        if (_usesOwnToken && HasGivenUpName)
            TokenStore.Default.Remove(Server, Name);
        if (!await WaitForHandlersAsync(Task.WhenAll(received, _pump.Drained)).ConfigureAwait(false))
            _inbox.Complete();
        return Lost;
    }

    /// <inheritdoc cref="DisconnectAsync()"/>
    public async ValueTask DisposeAsync() => await DisconnectAsync().ConfigureAwait(false);

    /// <inheritdoc cref="DisconnectAsync()"/>
    public void Dispose() => DisconnectAsync().GetAwaiter().GetResult();

    /// <summary>Puts a message into the inbox, or drops it if that is full.</summary>
    internal void Keep(ChatMessage message)
    {
        _kept = message;
        if (_inbox.TryAdd(message))
        {
            InboxChanged?.Invoke();
        }
        else
        {
            Interlocked.Increment(ref _dropped);
            Raise(MessageDropped, message);
        }
    }

    /// <summary>A message that has arrived.</summary>
    internal ChatMessage CreateReceived(string from, string text, in MessageOrigin origin, long ticket, long arrival)
    {
        bool isPlain = origin.Number < 0;
        DateTimeOffset time = origin.AcceptedAt < 0 ? _options.TimeProvider.GetUtcNow() : DateTimeOffset.FromUnixTimeMilliseconds(origin.AcceptedAt);
        return new ChatMessage(from, Name, text, time)
        {
            Client = this,
            Incarnation = isPlain ? Incarnation : origin.Incarnation,
            Number = isPlain ? arrival : origin.Number,
            IsNumberedHere = isPlain,
            Arrival = arrival,
            Ticket = ticket,
        };
    }

    /// <summary>A message that was sent.</summary>
    internal ChatMessage CreateSent(OutgoingMessage message, string to, string text)
    {
        var sent = new ChatMessage(Name, to, text, _options.TimeProvider.GetUtcNow())
        {
            Client = this,
            Incarnation = Incarnation,
            Number = message.Number,
        };
        sent.Delivery = new MessageDelivery(message);
        return sent;
    }

    /// <summary>The token and incarnation with which it registers; null for the plain profile alone.</summary>
    private ClientIdentity? CreateIdentity()
    {
        if (_options.Profile == ChatProfile.Plain)
            return null;
        // Not that of its creation: a client of the same name that was created later may have connected before.
        long incarnation = NextIncarnation(_options.TimeProvider);
        TokenLease lease;
        if (_options.Token is { } token)
        {
            lease = new TokenLease(TokenText.TryParse(token)!, incarnation);
        }
        else
        {
            lease = TokenStore.Default.Acquire(Server, Name, DateTimeOffset.FromUnixTimeMilliseconds(incarnation));
            _usesOwnToken = true;
        }
        if (lease.Warning is { } warning)
            _pump.Add(new ChatNotice(warning, _options.TimeProvider.GetLocalNow()));
        Incarnation = lease.Incarnation;
        return new ClientIdentity(lease.Token, lease.Incarnation);
    }

    /// <returns>Whether they have ended in time.</returns>
    private async Task<bool> WaitForHandlersAsync(Task ended)
    {
        try
        {
            await ended.WaitAsync(HandlerPatience, _options.TimeProvider, CancellationToken.None).ConfigureAwait(false);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    private async Task WaitForOutboxAsync(TimeSpan timeout, CancellationToken cancellationToken)
    {
        try
        {
            if (_connection.WaitUntilAccepted() is { IsCompleted: false } accepted)
                await accepted.WaitAsync(timeout, _options.TimeProvider, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is TimeoutException or OperationCanceledException)
        {
            // What is left is told by the result.
        }
    }

    /// <summary>Gives a message to the handlers of bytes.</summary>
    /// <returns>Whether there are any.</returns>
    internal bool RaiseBytes(in ChatMessageBytes message)
    {
        if (MessageBytesReceived is not { } handlers)
            return false;
        foreach (ChatMessageBytesHandler handler in _bytesReceivers.Of(handlers))
        {
            try
            {
                handler(this, message);
            }
            catch (Exception e)
            {
                HandlerFailed(e);
            }
        }
        return true;
    }

    private SendResult Send(byte[] name, string to, string text)
    {
        const int OnStack = 512;
        int most = Utf8.MaxBytesPerChar * text.Length;
        byte[]? rented = most > OnStack ? ArrayPool<byte>.Shared.Rent(most) : null;
        Span<byte> bytes = rented ?? stackalloc byte[OnStack];
        try
        {
            int length = Utf8.GetBytes(text.AsSpan(), bytes);
            return Check(_connection.Send(name, bytes.Slice(0, length), (to, text)), name.Length, length);
        }
        catch (EncoderFallbackException)
        {
            throw new ChatSendException("The text has half a surrogate pair, which UTF-8 can't express; remove it.");
        }
        finally
        {
            if (rented is not null)
                ArrayPool<byte>.Shared.Return(rented);
        }
    }

    private SendResult Check(in SendResult result, int nameLength, int length)
    {
        switch (result.Outcome)
        {
            case SendOutcome.Closed:
                throw new ChatDisconnectedException(Name);
            case SendOutcome.TooLarge:
                throw new ChatMessageTooLargeException(length, MaxTextBytes(nameLength));
            case SendOutcome.Sent when result.Error != SocketError.Success:
                Interlocked.Increment(ref _refused);
                throw SendFailed(result.Error, length);
        }
        return result;
    }

    private int MaxTextBytes(int nameLength) => _connection.Profile == ProfileInUse.Plain || _options.Profile == ChatProfile.Plain
        ? WireLimits.MaxDatagramBytes - PlainWriter.SendToOverhead - nameLength
        : WireLimits.MaxTextBytes;

    private static long NextIncarnation(TimeProvider timeProvider)
    {
        long now = timeProvider.GetUtcNow().ToUnixTimeMilliseconds();
        while (true)
        {
            long last = Interlocked.Read(ref _lastIncarnation);
            long next = Math.Max(now, last + 1);
            if (Interlocked.CompareExchange(ref _lastIncarnation, next, last) == last)
                return next;
        }
    }

    private static NameError CheckName(string name, out byte[] bytes) => ChatName.Check(name, !ChatName.CanNormalize, WireLimits.MaxNameBytes, out bytes);

    private static byte[] CheckName(string name)
    {
        NameError error = CheckName(name, out byte[] bytes);
        return error == NameError.None ? bytes : throw new ChatNameException(name, error);
    }

    private static ChatException SendFailed(SocketError error, int size)
    {
        if (error == SocketError.MessageSize)
            return new ChatMessageTooLargeException(size, null);
        var cause = new SocketException((int)error);
        return new ChatSendException($"The network did not take the message ({cause.Message}); send it again when there is one.", cause);
    }

    private void Raise(object raised)
    {
        switch (raised)
        {
            case ChatMessage message:
                OnMessage(message);
                break;
            case ChatNotice notice:
                Raise(NoticeReceived, notice);
                break;
            case MessageChange change:
                if (change.Message.State == ChatMessageState.Failed)
                    MessageFailed?.Invoke(change.Message);
                Raise(MessageChanged, change.Message);
                break;
            case ChatStateChange change:
                OnStateChange(change);
                break;
            case EchoWaitsEnd end:
                foreach (TaskCompletionSource<bool> waiter in end.Waiters)
                    waiter.TrySetResult(end.Returned);
                break;
        }
    }

    private void OnMessage(ChatMessage message)
    {
        if (MessageReceived is { } handlers)
        {
            _handled = message;
            foreach (EventHandler<ChatMessage> handler in _receivers.Of(handlers))
                RaiseOne(handler, message);
            if (!ReferenceEquals(_kept, message))
                ConfirmTaken(message);
            _handled = null;
        }
        else
        {
            Keep(message);
        }
    }

    private void OnStateChange(ChatStateChange change)
    {
        ChatEventSource.Log.ClientState(Name, change.State.ToString(), change.Reason);
        if (change.State == ChatConnectionState.Disconnected)
            _inbox.Complete();
        Raise(StateChanged, change);
        // Last, so that who waited for the connection finds that everybody was told of it.
        if (change.State == ChatConnectionState.Connected)
            _connection.SetConnected();
    }

    private void Raise<T>(EventHandler<T>? handlers, T raised)
    {
        if (handlers is null)
            return;
        foreach (EventHandler<T> handler in handlers.GetInvocationList())
            RaiseOne(handler, raised);
    }

    private void RaiseOne<T>(EventHandler<T> handler, T raised)
    {
        try
        {
            handler(this, raised);
        }
        catch (Exception e)
        {
            HandlerFailed(e);
        }
    }

    /// <summary>A handler's failure is its own: the connection goes on, and so do the other handlers.</summary>
    private void HandlerFailed(Exception e) => ChatEventSource.Log.HandlerFailed(Name, e.ToString());
}
