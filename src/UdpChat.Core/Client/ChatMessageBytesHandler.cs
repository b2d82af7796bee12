namespace UdpChat;

/// <summary>Takes a received message as bytes.</summary>
/// <param name="client">The client that received it.</param>
/// <param name="message">The message, valid until this returns.</param>
public delegate void ChatMessageBytesHandler(ChatClient client, in ChatMessageBytes message);
