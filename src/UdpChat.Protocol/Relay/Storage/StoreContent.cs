using System.Collections.Generic;

namespace UdpChat.Protocol.Relay.Storage;

/// <summary>What a store holds when a relay starts.</summary>
internal sealed class StoreContent
{
    /// <summary>All users, with how much is kept for each.</summary>
    public List<StoredUser> Users = [];

    /// <summary>Which store it is: random, never 0, and not the same for two.</summary>
    public ulong Id;

    /// <summary>The largest sequence number of a message, or 0.</summary>
    public long LastSequence;

    /// <summary>The largest number that a user ever had, or 0.</summary>
    public long LastUser;
}
