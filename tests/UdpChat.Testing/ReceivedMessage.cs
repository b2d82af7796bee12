using System;

namespace UdpChat.Testing;

/// <summary>A message that a simulated client was given.</summary>
internal sealed record ReceivedMessage(TimeSpan Time, string From, string Text);
