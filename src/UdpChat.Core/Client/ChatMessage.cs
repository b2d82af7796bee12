using System;

namespace UdpChat;

/// <summary>A message that a client received.</summary>
/// <param name="From">The sender's name, as its owner writes it.</param>
/// <param name="To">The name under which it was received.</param>
/// <param name="Text">The text.</param>
/// <param name="ReceivedAt">When it arrived here.</param>
public sealed record ChatMessage(string From, string To, string Text, DateTimeOffset ReceivedAt);
