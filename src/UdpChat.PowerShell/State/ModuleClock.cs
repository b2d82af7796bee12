using System;

namespace UdpChat.State;

/// <summary>The clock of all that the module starts and waits for.</summary>
internal static class ModuleClock
{
    /// <summary>The system's, but for a test that doesn't want to wait.</summary>
    public static TimeProvider Current { get; set; } = TimeProvider.System;
}
