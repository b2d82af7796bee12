namespace UdpChat.Client;

/// <summary>Something has become of a sent message.</summary>
/// <param name="Message">The message.</param>
internal sealed record MessageChange(ChatMessage Message);
