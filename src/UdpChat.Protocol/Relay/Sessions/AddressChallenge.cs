using System;

namespace UdpChat.Protocol.Relay.Sessions;

/// <summary>A new address from which datagrams of a session come, and which is to show that it receives.</summary>
/// <param name="address">The address.</param>
/// <param name="bits">What it has to return.</param>
internal sealed class AddressChallenge(in PeerAddress address, ulong bits)
{
    /// <summary>The address.</summary>
    public readonly PeerAddress Address = address;

    /// <summary>What it has to return.</summary>
    public readonly ulong Bits = bits;

    /// <summary>When it was sent there last.</summary>
    public TimeSpan SentAt = TimeSpan.MinValue;

    /// <summary>How many bytes may go there: so many times those that came from there, less what went.</summary>
    public long Budget;
}
