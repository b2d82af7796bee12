using System;

namespace UdpChat.Protocol.Relay;

/// <summary>The time, twice.</summary>
/// <param name="Now">Since an arbitrary moment, never going back.</param>
/// <param name="Unix">Milliseconds since 1970.</param>
internal readonly record struct RelayTime(TimeSpan Now, long Unix);
