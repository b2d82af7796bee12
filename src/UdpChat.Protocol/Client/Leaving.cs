using System;

namespace UdpChat.Protocol.Client;

/// <summary>
/// How a client leaves its session: it waits until the relay knows what was taken, because that would come again, then tells
/// it until it says that it knows, each for a second at most.
/// </summary>
/// <param name="session">The session.</param>
/// <param name="name">The client's name.</param>
/// <param name="forgets">Whether the name is given up, too.</param>
internal sealed class Leaving(ExtendedSession session, byte[] name, bool forgets)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan FirstWait = TimeSpan.FromSeconds(0.2);

    private bool _isSettling;
    private TimeSpan _deadline;
    private TimeSpan _wait = FirstWait;

    // So that it is longer than the answer that the client is not registered.
    private static ReadOnlySpan<byte> Verb => "@pad=0000 UNREGISTER: "u8;

    /// <summary>Whether the name is given up, too.</summary>
    public bool Forgets => forgets;

    /// <summary>When <see cref="Tick"/> has something to do.</summary>
    public TimeSpan Due { get; private set; }

    /// <summary>Begins.</summary>
    public void Begin(TimeSpan now, DatagramBatch output)
    {
        if (forgets || session.IsTakenKnown)
        {
            Announce(now, output);
            return;
        }
        _isSettling = true;
        Due = now + Patience;
        session.WriteStream(now, output, keepFree: 1);
        // Acknowledged at once, and with it what was written before it.
        session.WriteHeartbeat(name, now, output);
    }

    /// <summary>Something has come from the relay, by which it may know what was taken.</summary>
    public void Received(TimeSpan now, DatagramBatch output)
    {
        if (_isSettling && session.IsTakenKnown)
            Announce(now, output);
    }

    /// <summary>Does what is due.</summary>
    /// <returns>False when it was tried long enough.</returns>
    public bool Tick(TimeSpan now, DatagramBatch output)
    {
        if (now < Due)
            return true;
        if (_isSettling)
            Announce(now, output);
        else if (now >= _deadline)
            return false;
        else
            Write(now, output);
        return true;
    }

    private void Announce(TimeSpan now, DatagramBatch output)
    {
        _isSettling = false;
        _deadline = now + Patience;
        Write(now, output);
    }

    private void Write(TimeSpan now, DatagramBatch output)
    {
        Due = now + _wait < _deadline ? now + _wait : _deadline;
        _wait += _wait;
        session.WriteControl(forgets ? "@forget UNREGISTER: "u8 : Verb, name, now, output);
    }
}
