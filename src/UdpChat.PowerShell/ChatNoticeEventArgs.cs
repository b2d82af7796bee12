using System;

namespace UdpChat;

/// <summary>The relay has something to say, for a handler of <see cref="ChatConnection.NoticeReceived"/>.</summary>
/// <param name="notice">The notice.</param>
public sealed class ChatNoticeEventArgs(ChatNotice notice) : EventArgs
{
    /// <summary>The relay's words.</summary>
    public string Text { get; } = notice.Text;

    /// <summary>When they arrived here, in local time.</summary>
    public DateTime Time { get; } = notice.ReceivedAt.LocalDateTime;
}
