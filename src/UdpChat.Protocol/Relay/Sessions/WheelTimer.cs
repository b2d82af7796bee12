using System;

namespace UdpChat.Protocol.Relay.Sessions;

/// <summary>Something that can be in a <see cref="TimerWheel"/>, which owns what is here.</summary>
internal abstract class WheelTimer
{
    internal TimeSpan Due;
    internal WheelTimer? NextTimer, PreviousTimer;
    internal int TimerSlot = -1;

    /// <summary>Whether it is set.</summary>
    public bool IsSet => TimerSlot >= 0;
}
