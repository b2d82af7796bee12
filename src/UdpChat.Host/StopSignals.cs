using System;
using System.Linq;
using System.Runtime.InteropServices;
using System.Threading;

namespace UdpChat.Host;

/// <summary>The system's requests to stop. The first one only cancels <see cref="Token"/>; the next has its usual effect and ends the process.</summary>
internal sealed partial class StopSignals : IDisposable
{
    // POSIX fixes these numbers; SIG_DFL is 0.
    private const int Interrupt = 2, DefaultAction = 0;

    private readonly CancellationTokenSource _stop = new();
    private readonly PosixSignalRegistration[] _registrations;

    /// <summary>Begins to take signals: Ctrl+C is <see cref="PosixSignal.SIGINT"/> on every system.</summary>
    public StopSignals(params PosixSignal[] signals)
    {
        // A script's shell starts what runs beside it (relay &) with SIGINT ignored, and .NET would leave it so.
        if (!OperatingSystem.IsWindows())
            SetSignalAction(Interrupt, DefaultAction);
        _registrations = signals.Select(s => PosixSignalRegistration.Create(s, OnSignal)).ToArray();
    }

    /// <summary>Is cancelled at the first signal.</summary>
    public CancellationToken Token => _stop.Token;

    /// <summary>Leaves the signals to the system again.</summary>
    public void Dispose()
    {
        foreach (PosixSignalRegistration registration in _registrations)
            registration.Dispose();
        _stop.Dispose();
    }

    private void OnSignal(PosixSignalContext context)
    {
        if (_stop.IsCancellationRequested)
            return;
        context.Cancel = true;
        _stop.Cancel();
    }

    [LibraryImport("libc", EntryPoint = "signal")]
    private static partial nint SetSignalAction(int signal, nint action);
}
