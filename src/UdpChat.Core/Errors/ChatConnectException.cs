using System;

namespace UdpChat;

/// <summary>A client could not connect to its relay.</summary>
public abstract class ChatConnectException : ChatException
{
    private protected ChatConnectException(ChatServerAddress server, string message, string? notice = null, Exception? innerException = null)
        : base(notice is null ? message : $"{message} It said: {notice}", innerException)
    {
        Server = server;
        Notice = notice;
    }

    /// <summary>The relay's address, as it was given.</summary>
    public ChatServerAddress Server { get; }

    /// <summary>The last notice that the relay gave, or null if it gave none.</summary>
    public string? Notice { get; }
}
