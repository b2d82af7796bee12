namespace UdpChat.Client;

/// <summary>What a client registers with.</summary>
/// <param name="Token">The token of this relay and name: 16 bytes.</param>
/// <param name="Incarnation">Which start of a client it is: milliseconds since 1970, above any that was used with this token.</param>
/// <param name="Warning">Why it could not be written to the file and ends with this process, and what to do; null if it was.</param>
internal sealed record TokenLease(byte[] Token, long Incarnation, string? Warning = null);
