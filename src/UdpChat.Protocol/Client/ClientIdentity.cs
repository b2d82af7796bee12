namespace UdpChat.Protocol.Client;

/// <summary>What proves to a relay that a name is one's own, and tells the starts of a client apart.</summary>
/// <param name="Token">128 random bits, kept for this relay and name.</param>
/// <param name="Incarnation">The time of this start in milliseconds since 1970, above any used with this token.</param>
internal sealed record ClientIdentity(byte[] Token, long Incarnation);
