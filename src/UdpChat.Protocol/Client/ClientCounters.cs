using System.Threading;

namespace UdpChat.Protocol.Client;

/// <summary>What a client counts. Each datagram received is counted once. Written by one thread at a time, read by any.</summary>
internal sealed class ClientCounters
{
    private long _messages, _notices, _notRegistered, _echoes, _ignored, _sent, _repeated, _session;

    /// <summary>Messages received for the user.</summary>
    public long Messages => Volatile.Read(ref _messages);

    /// <summary>Notices received for the user.</summary>
    public long Notices => Volatile.Read(ref _notices);

    /// <summary>Notices received that say that the client is not registered.</summary>
    public long NotRegistered => Volatile.Read(ref _notRegistered);

    /// <summary>Echoes received of messages to oneself.</summary>
    public long Echoes => Volatile.Read(ref _echoes);

    /// <summary>Datagrams received that are nothing a relay sends.</summary>
    public long Ignored => Volatile.Read(ref _ignored);

    /// <summary>The user's messages that went out.</summary>
    public long Sent => Volatile.Read(ref _sent);

    /// <summary>Messages that came again and were not given to the user again.</summary>
    public long Repeated => Volatile.Read(ref _repeated);

    /// <summary>Datagrams received of a session.</summary>
    public long Session => Volatile.Read(ref _session);

    internal void AddRepeated() => _repeated++;

    internal void AddSession() => _session++;

    internal void AddMessage() => _messages++;

    internal void AddNotice() => _notices++;

    internal void AddNotRegistered() => _notRegistered++;

    internal void AddEcho() => _echoes++;

    internal void AddIgnored() => _ignored++;

    internal void AddSent() => _sent++;
}
