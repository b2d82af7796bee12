using System;
using System.Collections.Generic;
using UdpChat.Protocol.Relay.Storage;

namespace UdpChat.Storage;

/// <summary>
/// Keeps a relay's reserved names and mail on a disk. All members are called from one thread at a time; none from the
/// relay's loop but <see cref="Load"/>, before it starts.
/// </summary>
internal interface IChatStore : IDisposable
{
    /// <summary>What it holds.</summary>
    /// <exception cref="ChatStoreException">It can't be read.</exception>
    StoreContent Load();

    /// <summary>Does a group of commands, in order, as one transaction; when it returns, they are on the disk.</summary>
    /// <exception cref="ChatStoreException">Nothing of it was done; the message says why and what to do.</exception>
    void Execute(IReadOnlyList<StoreCommand> group);
}
