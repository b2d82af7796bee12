using System.IO;

namespace UdpChat.Host.Chat;

/// <summary>Where a chat shows what happens. It is called by one thread at a time.</summary>
internal interface IChatDisplay
{
    /// <summary>Shows a message that has arrived.</summary>
    /// <exception cref="IOException">Nobody reads this any more.</exception>
    void ShowMessage(ChatMessage message);

    /// <summary>Shows what the relay or this tool has to say: a text without harm, of one line.</summary>
    void ShowRemark(string remark);

    /// <summary>Asks for a line, and shows whom it is for.</summary>
    /// <param name="recipient">The recipient's name, or null if there is none.</param>
    void ShowPrompt(string? recipient);

    /// <summary>Leaves the line that is being typed, so that what comes after the chat begins on a line of its own.</summary>
    void EndLine();
}
