using System;
using System.Collections.Generic;

namespace UdpChat.Protocol.Relay.Sessions;

/// <summary>
/// The sessions in which nothing may be under way any more. They give back what they don't need then not at once but now and
/// then: in many, something is soon under way again.
/// </summary>
internal sealed class RestingSessions
{
    private const int MaxAtOnce = 16_384;

    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    private readonly Queue<RelaySession> _sessions = new();
    private TimeSpan _due;

    /// <summary>Adds a session.</summary>
    public void Add(RelaySession session)
    {
        if (session.IsRestDue || session.IsResting)
            return;
        session.IsRestDue = true;
        _sessions.Enqueue(session);
    }

    /// <summary>Lets them rest, if it is time for that again.</summary>
    public void Rest(TimeSpan now)
    {
        if (now < _due)
            return;
        _due = now + Interval;
        for (int left = Math.Min(_sessions.Count, MaxAtOnce); left > 0; left--)
        {
            RelaySession session = _sessions.Dequeue();
            session.IsRestDue = session.Rest(now);
            if (session.IsRestDue)
                _sessions.Enqueue(session);
        }
    }
}
