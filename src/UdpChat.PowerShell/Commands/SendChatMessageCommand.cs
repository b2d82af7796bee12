using System;
using System.Collections;
using System.Collections.Generic;
using System.Linq;
using System.Management.Automation;
using System.Threading.Tasks;
using UdpChat.Errors;
using UdpChat.State;

namespace UdpChat.Commands;

/// <summary>
/// Sends messages. It returns when they are on their way, and waits only for room in a full outbox, or with <c>-WaitFor</c>;
/// typed at a prompt, it waits a moment for what the relay says to them.
/// </summary>
[Cmdlet(VerbsCommunications.Send, "ChatMessage", DefaultParameterSetName = ToSet)]
[OutputType(typeof(ChatMessage))]
public sealed class SendChatMessageCommand : ChatCommand
{
    private const string ToSet = "To", ReplySet = "Reply";

    /// <summary>How long a person at a prompt waits at most to be told of a mistyped name.</summary>
    private static readonly TimeSpan MaxNoticeWait = TimeSpan.FromMilliseconds(250);

    private const int MaxWatched = 1_000;

    private readonly HashSet<ChatConnection> _used = [];
    private readonly List<ChatMessage> _sent = []; // those of which something is still to be told
    private long _started;
    private bool _isToGiven, _isMessageGiven;
    private ChatConnection? _connection;

    /// <summary>The recipients' names.</summary>
    [Parameter(ParameterSetName = ToSet, Position = 0, Mandatory = true, ValueFromPipelineByPropertyName = true)]
    [Alias("Recipient", "Name")]
    [ValidateNotNullOrEmpty]
    public string[] To { get; set; } = [];

    /// <summary>The text. A message that is piped is forwarded.</summary>
    [Parameter(ParameterSetName = ToSet, Position = 1, Mandatory = true, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Parameter(ParameterSetName = ReplySet, Position = 0, Mandatory = true, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("Text")]
    [AllowEmptyString]
    public string Message { get; set; } = "";

    /// <summary>A received message, whose sender is answered over the connection by which it came.</summary>
    [Parameter(ParameterSetName = ReplySet, Mandatory = true, ValueFromPipelineByPropertyName = true)]
    [ReceivedMessage]
    public ChatMessage? ReplyTo { get; set; }

    /// <summary>The connection, as an object or a name. Without it, the default connection.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public object? Connection { get; set; }

    /// <summary>Waits until the relay holds the messages (Accepted), or the recipients' clients have them (Delivered).</summary>
    [Parameter]
    [ValidateSet(nameof(ChatMessageState.Accepted), nameof(ChatMessageState.Delivered))]
    public ChatMessageState WaitFor { get; set; }

    /// <summary>How long <see cref="WaitFor"/> waits at most, in all; without end by default.</summary>
    [Parameter]
    [Duration]
    public TimeSpan Timeout { get; set; }

    /// <summary>Writes each message that was sent, one a recipient. Its state goes on changing.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <summary>What was piped; only looked at.</summary>
    [Parameter(ValueFromPipeline = true, DontShow = true)]
    public PSObject? InputObject { get; set; }

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        base.BeginProcessing();
        _started = ModuleClock.Current.GetTimestamp();
        _isToGiven = MyInvocation.BoundParameters.ContainsKey(nameof(To));
        _isMessageGiven = MyInvocation.BoundParameters.ContainsKey(nameof(Message));
    }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        if (InputObject is not null && FindMistake(InputObject) is { } mistake)
        {
            WriteError(mistake);
            return;
        }
        if (ParameterSetName == ReplySet)
        {
            if (FindReplyConnection(ReplyTo!) is { } connection)
                Send(connection, ReplyTo!.From);
            return;
        }
        _connection ??= GetConnection(Connection);
        foreach (string to in To)
            Send(_connection, to);
    }

    /// <inheritdoc/>
    private protected override bool TellsItself(ChatMessage message) => TellsFailures && _sent.Contains(message);

    /// <summary>Whether a failure is its error, if it is known in time. Whoever takes the messages to wait for them elsewhere is told there.</summary>
    private bool TellsFailures => Waits || !PassThru;

    private bool Waits => WaitsForDelivery || MyInvocation.CommandOrigin == CommandOrigin.Runspace;

    private bool WaitsForDelivery => MyInvocation.BoundParameters.ContainsKey(nameof(WaitFor));

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        if (WaitsForDelivery)
            WaitForDelivery();
        else if (Waits)
            WaitForNotices();
        if (!TellsFailures)
            return;
        foreach (ChatMessage message in _sent)
        {
            if (message.State == ChatMessageState.Failed)
                WriteFailure(message);
        }
    }

    private void WaitForDelivery()
    {
        var waiter = new DeliveryWaiter(_sent, WaitFor);
        TimeSpan? left = MyInvocation.BoundParameters.ContainsKey(nameof(Timeout)) ? Timeout - ModuleClock.Current.GetElapsedTime(_started) : null;
        Await(waiter.WaitAsync(left, StopToken), _used);
        foreach (ChatMessage message in waiter.Unsettled)
            WriteError(ErrorRecords.DeliveryTimedOut(message, WaitFor));
        foreach (ChatMessage message in waiter.Unknowable)
            WriteWarning(DeliveryWaiter.Describe(message));
    }

    private void WaitForNotices()
    {
        foreach (ChatConnection connection in _used)
        {
            connection.BeginSenderWait();
            try
            {
                Await(connection.Client.RoundTripAsync(MaxNoticeWait, StopToken), [connection]);
            }
            finally
            {
                connection.EndSenderWait();
            }
        }
    }

    /// <summary>What is wrong with a piped object that binds all the same, but not as its user meant.</summary>
    private ErrorRecord? FindMistake(PSObject input)
    {
        // A received message is to its reader, so its own To would send it back to them.
        if (ParameterSetName == ToSet && !_isToGiven && ReceivedMessageAttribute.IsMessage(input))
            return ErrorRecords.MessageWithoutRecipient(input);
        bool isRow = input.BaseObject is PSCustomObject or IDictionary;
        bool hasText = input.Properties[nameof(Message)] is not null || input.Properties["Text"] is not null;
        return isRow && !hasText && !_isMessageGiven ? ErrorRecords.TextMissing(input) : null;
    }

    private ChatConnection? FindReplyConnection(ChatMessage message)
    {
        if (Connection is not null)
            return _connection ??= GetConnection(Connection);
        IReadOnlyList<ChatConnection> all = ProcessResources.Connections;
        if (all.FirstOrDefault(c => c.Client == message.Client) is { } own)
            return own;
        // It was serialized, or its connection was replaced by another.
        List<ChatConnection> ofSameName = all.Where(c => string.Equals(c.Name, message.To, StringComparison.OrdinalIgnoreCase)).ToList();
        if (ofSameName.Count == 1)
            return ofSameName[0];
        WriteError(ofSameName.Count == 0 ? ErrorRecords.ReplyConnectionNotFound(message) : ErrorRecords.AmbiguousConnection(ofSameName));
        return null;
    }

    private void Send(ChatConnection connection, string to)
    {
        _used.Add(Trace(connection));
        try
        {
            Task<ChatMessage> sending = connection.Client.SendAsync(to, Message, StopToken).AsTask();
            Await(sending, [connection]);
            // At most so many of those that are not waited for: of the others their connection tells.
            if (WaitsForDelivery || _sent.Count < MaxWatched)
                _sent.Add(sending.Result);
            if (PassThru)
                WriteObject(sending.Result);
        }
        catch (ChatDisconnectedException) when (ParameterSetName == ReplySet)
        {
            WriteError(ErrorRecords.ConnectionClosed(connection)); // The next may be to be answered over another one.
        }
        catch (ChatDisconnectedException)
        {
            throw Terminate(ErrorRecords.ConnectionClosed(connection));
        }
        catch (ChatException e)
        {
            WriteError(ErrorRecords.SendFailed(e, to));
        }
    }
}
