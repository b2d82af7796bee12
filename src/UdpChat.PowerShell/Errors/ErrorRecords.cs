using System;
using System.Collections;
using System.Collections.Generic;
using System.Management.Automation;

namespace UdpChat.Errors;

/// <summary>The module's errors, each a sentence that says what to do.</summary>
internal static class ErrorRecords
{
    private const string HowToConnect = "use Connect-ChatServer first, as in: Connect-ChatServer -Name Bob -Server example.org:9000";

    public static ErrorRecord NoConnection() => Create(
        ErrorIds.NoConnection, ErrorCategory.ConnectionError, null, $"There is no connection; {HowToConnect}");

    public static ErrorRecord LastConnectFailed() => Create(
        ErrorIds.LastConnectFailed, ErrorCategory.ConnectionError, null, "The last Connect-ChatServer here failed, so it isn't clear which connection is meant; connect again, or say which with -Connection.");

    public static ErrorRecord AmbiguousConnection(IEnumerable<ChatConnection> connections) => Create(
        ErrorIds.AmbiguousConnection, ErrorCategory.InvalidArgument, null, $"It isn't clear which connection is meant: {string.Join(", ", connections)}; say which with -Connection, by its name or as the object that Get-ChatConnection gives.");

    public static ErrorRecord ConnectionNotFound(string name) => Create(
        ErrorIds.ConnectionNotFound, ErrorCategory.ObjectNotFound, name, $"There is no open connection named {name}; Get-ChatConnection lists those that there are.");

    public static ErrorRecord ConnectionClosed(ChatConnection connection) => Create(
        ErrorIds.ConnectionClosed, ErrorCategory.ConnectionError, connection, connection.Client.IsReplaced
            ? $"The connection of {connection} has ended, because another client has registered {connection.Name} with the same token; connect again with Connect-ChatServer, which ends that one."
            : $"The connection of {connection} has ended; connect again with Connect-ChatServer.");

    public static ErrorRecord InvalidConnection(object value) => Create(
        ErrorIds.InvalidConnection, ErrorCategory.InvalidArgument, value, $"'{value}' is no connection; give one from Get-ChatConnection, or its name.");

    public static ErrorRecord InvalidServer(string server, string reason) => Create(ErrorIds.InvalidServer, ErrorCategory.InvalidArgument, server, reason);

    public static ErrorRecord OutOfRange(string parameter, ArgumentOutOfRangeException exception)
    {
        // What .NET adds to the sentence, the parameter's name and the value, stands elsewhere in the record.
        string reason = exception.Message.Split('\r', '\n')[0];
        int added = reason.IndexOf(" (Parameter", StringComparison.Ordinal);
        return Create(ErrorIds.OutOfRange, ErrorCategory.InvalidArgument, exception.ActualValue, $"-{parameter}: {(added < 0 ? reason : reason.Substring(0, added))}", exception);
    }

    public static ErrorRecord ConnectFailed(ChatException exception) => exception switch
    {
        ChatNameException e => new ErrorRecord(e, ErrorIds.InvalidName, ErrorCategory.InvalidArgument, e.Name),
        ChatNameRefusedException e => new ErrorRecord(e, ErrorIds.NameRefused, ErrorCategory.ResourceExists, e.Server),
        ChatConnectTimeoutException e => new ErrorRecord(e, ErrorIds.ConnectTimeout, ErrorCategory.OperationTimeout, e.Server),
        ChatTokenException => new ErrorRecord(exception, ErrorIds.TokenFailed, ErrorCategory.SecurityError, null),
        ChatHostNotFoundException e => new ErrorRecord(e, ErrorIds.HostNotFound, ErrorCategory.ObjectNotFound, e.Server),
        _ => new ErrorRecord(exception, ErrorIds.ServerUnreachable, ErrorCategory.ConnectionError, (exception as ChatConnectException)?.Server),
    };

    public static ErrorRecord RelayAlreadyRunning(int port, ChatRelayStartException exception) => Create(
        ErrorIds.RelayAlreadyRunning, ErrorCategory.ResourceExists, port, $"A relay of this process runs on port {port} already; use it (Get-ChatRelay), or end it with: Stop-ChatRelay -Port {port}", exception);

    public static ErrorRecord RelayStartFailed(int port, ChatRelayStartException exception) =>
        new(exception, ErrorIds.RelayStartFailed, ErrorCategory.ResourceUnavailable, port);

    public static ErrorRecord StoreFailed(string path, ChatStoreException exception) =>
        new(exception, ErrorIds.StoreFailed, ErrorCategory.ResourceUnavailable, path);

    public static ErrorRecord NoRelay() => Create(
        ErrorIds.NoRelay, ErrorCategory.ObjectNotFound, null, "No relay runs in this process; Start-ChatRelay starts one.");

    public static ErrorRecord AmbiguousRelay(IEnumerable<int> ports) => Create(
        ErrorIds.AmbiguousRelay, ErrorCategory.InvalidArgument, null, $"Relays run on ports {string.Join(", ", ports)}; say which with -Port, or pipe them from Get-ChatRelay.");

    public static ErrorRecord RelayNotFound(int port) => Create(
        ErrorIds.RelayNotFound, ErrorCategory.ObjectNotFound, port, $"No relay of this process runs on port {port}; Get-ChatRelay lists those that there are.");

    public static ErrorRecord MessageWithoutRecipient(PSObject message) => Create(
        ErrorIds.MessageWithoutRecipient, ErrorCategory.InvalidArgument, message, "A received message was piped without a recipient. To forward it: ... | Send-ChatMessage -To Annie. To answer it: ... | Send-ChatMessage -ReplyTo { $_ } -Message 'your answer'");

    public static ErrorRecord TextMissing(PSObject row) => Create(ErrorIds.TextMissing, ErrorCategory.InvalidArgument, row, row.BaseObject is IDictionary
        ? "A hashtable has no properties that could be bound; write [pscustomobject]@{ To = 'Annie'; Text = 'hi' }."
        : $"What was piped has neither Text nor Message: {row}; add such a property, pipe the text alone, or say what to send with -Message.");

    public static ErrorRecord SendFailed(ChatException exception, string to) => exception switch
    {
        ChatNameException => new ErrorRecord(exception, ErrorIds.InvalidRecipient, ErrorCategory.InvalidArgument, to),
        ChatMessageTooLargeException => new ErrorRecord(exception, ErrorIds.MessageTooLarge, ErrorCategory.LimitsExceeded, to),
        _ => new ErrorRecord(exception, ErrorIds.SendFailed, ErrorCategory.ConnectionError, to),
    };

    public static ErrorRecord DeliveryFailed(ChatMessage message) => Create(
        ErrorIds.DeliveryFailed, message.ErrorCode == "no-such-user" ? ErrorCategory.ObjectNotFound : ErrorCategory.ResourceUnavailable, message, $"{message.Error}{(message.MayHaveArrived ? " It may have arrived all the same." : "")}");

    public static ErrorRecord DeliveryTimedOut(ChatMessage message, ChatMessageState state) => Create(
        ErrorIds.DeliveryTimedOut, ErrorCategory.OperationTimeout, message, $"The message to {message.To} is not {state.ToString().ToLowerInvariant()} yet; it goes on. Wait for it with Wait-ChatMessage.");

    public static ErrorRecord NotSentHere(ChatMessage message) => Create(
        ErrorIds.NotSentHere, ErrorCategory.InvalidArgument, message, "Only a message that this process has sent can be waited for; pipe what Send-ChatMessage -PassThru gives.");

    public static ErrorRecord ReplyConnectionNotFound(ChatMessage message) => Create(
        ErrorIds.ReplyConnectionNotFound, ErrorCategory.ConnectionError, message, $"The connection by which the message of {message.From} came is not open; connect again, and say which connection to answer over with -Connection.");

    private static ErrorRecord Create(string id, ErrorCategory category, object? target, string message, Exception? cause = null) =>
        new(new ChatException(message, cause), id, category, target);
}
