using System;

namespace UdpChat;

/// <summary>What a relay has to say to a client's user, an error most often.</summary>
/// <param name="Text">The relay's words.</param>
/// <param name="ReceivedAt">When they arrived here.</param>
public sealed record ChatNotice(string Text, DateTimeOffset ReceivedAt);
