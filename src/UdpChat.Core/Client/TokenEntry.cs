namespace UdpChat.Client;

/// <summary>What is kept of a token.</summary>
/// <param name="Token">Its 16 bytes.</param>
/// <param name="Incarnation">The last that was used with it; 0 if none.</param>
internal sealed record TokenEntry(byte[] Token, long Incarnation);
