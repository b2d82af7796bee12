namespace UdpChat.Errors;

/// <summary>The ids of the module's errors, by which scripts tell them apart: they never change.</summary>
internal static class ErrorIds
{
    public const string NoConnection = nameof(NoConnection);
    public const string LastConnectFailed = nameof(LastConnectFailed);
    public const string AmbiguousConnection = nameof(AmbiguousConnection);
    public const string ConnectionNotFound = nameof(ConnectionNotFound);
    public const string ConnectionClosed = nameof(ConnectionClosed);
    public const string InvalidConnection = nameof(InvalidConnection);
    public const string InvalidServer = nameof(InvalidServer);
    public const string InvalidName = nameof(InvalidName);
    public const string NameRefused = nameof(NameRefused);
    public const string ConnectTimeout = nameof(ConnectTimeout);
    public const string HostNotFound = nameof(HostNotFound);
    public const string ServerUnreachable = nameof(ServerUnreachable);
    public const string OutOfRange = nameof(OutOfRange);
    public const string RelayAlreadyRunning = nameof(RelayAlreadyRunning);
    public const string RelayStartFailed = nameof(RelayStartFailed);
    public const string StoreFailed = nameof(StoreFailed);
    public const string NoRelay = nameof(NoRelay);
    public const string AmbiguousRelay = nameof(AmbiguousRelay);
    public const string RelayNotFound = nameof(RelayNotFound);
    public const string MessageWithoutRecipient = nameof(MessageWithoutRecipient);
    public const string TextMissing = nameof(TextMissing);
    public const string InvalidRecipient = nameof(InvalidRecipient);
    public const string MessageTooLarge = nameof(MessageTooLarge);
    public const string SendFailed = nameof(SendFailed);
    public const string DeliveryFailed = nameof(DeliveryFailed);
    public const string DeliveryTimedOut = nameof(DeliveryTimedOut);
    public const string NotSentHere = nameof(NotSentHere);
    public const string TokenFailed = nameof(TokenFailed);
    public const string ReplyConnectionNotFound = nameof(ReplyConnectionNotFound);
}
