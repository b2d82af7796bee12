namespace UdpChat.Client;

/// <summary>Why a sent message has failed.</summary>
/// <param name="Code">A word that does not change.</param>
/// <param name="Error">A sentence.</param>
/// <param name="MayHaveArrived">Whether it may have arrived all the same.</param>
internal sealed record MessageFailure(string Code, string Error, bool MayHaveArrived);
