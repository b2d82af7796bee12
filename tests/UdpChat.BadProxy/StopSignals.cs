using System;
using System.Runtime.InteropServices;
using System.Threading.Tasks;

namespace UdpChat.Testing.CommandLine;

/// <summary>Takes SIGINT and SIGTERM.</summary>
internal sealed partial class StopSignals : IDisposable
{
    // POSIX fixes these numbers; SIG_DFL is 0.
    private const int Interrupt = 2, DefaultAction = 0;

    private readonly TaskCompletionSource _stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly PosixSignalRegistration _interrupt, _terminate;

    public StopSignals()
    {
        // A script's shell starts what runs beside it with SIGINT ignored, and .NET would leave it so.
        if (!OperatingSystem.IsWindows())
            SetSignalAction(Interrupt, DefaultAction);
        _interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, OnSignal);
        _terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnSignal);
    }

    /// <summary>Ends at the first of them.</summary>
    public Task Stopped => _stopped.Task;

    public void Dispose()
    {
        _interrupt.Dispose();
        _terminate.Dispose();
    }

    /// <summary>The second one ends the process.</summary>
    private void OnSignal(PosixSignalContext context) => context.Cancel = _stopped.TrySetResult();

    [LibraryImport("libc", EntryPoint = "signal")]
    private static partial nint SetSignalAction(int signal, nint action);
}
