using System;
using System.Collections.Generic;
using System.Linq;
using System.Management.Automation;
using System.Threading.Tasks;

namespace UdpChat.ModuleTests.Hosting;

/// <summary>A script that runs, or has run.</summary>
internal sealed class Invocation : IDisposable
{
    private static readonly TimeSpan Safety = TimeSpan.FromSeconds(60);

    private readonly PowerShell _shell;
    private readonly IAsyncResult _running;
    private readonly Task _ended;
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Invocation(PowerShell shell)
    {
        _shell = shell;
        Output.DataAdded += (_, _) => Change();
        shell.Streams.Warning.DataAdded += (_, _) => Change();
        shell.Streams.Debug.DataAdded += (_, _) => Change();
        _running = shell.BeginInvoke<PSObject, PSObject>(null, Output);
        _ended = Task.Factory.FromAsync(_running, r => shell.EndInvoke(r));
    }

    public PSDataCollection<PSObject> Output { get; } = [];

    public IReadOnlyList<ErrorRecord> Errors => _shell.Streams.Error.ToArray();

    public IReadOnlyList<string> Warnings => _shell.Streams.Warning.Select(w => w.Message).ToArray();

    public IReadOnlyList<string> Verbose => _shell.Streams.Verbose.Select(w => w.Message).ToArray();

    public IReadOnlyList<string> Debug => _shell.Streams.Debug.ToArray().Select(w => w.Message).ToArray();

    public PSInvocationState State => _shell.InvocationStateInfo.State;

    /// <summary>What ended the script, if an error did.</summary>
    public ErrorRecord? Failure { get; private set; }

    /// <summary>Waits until the script has ended by itself or was stopped.</summary>
    public async Task<Invocation> EndAsync()
    {
        try
        {
            await _ended.WaitAsync(Safety);
        }
        catch (RuntimeException e)
        {
            Failure = e is PipelineStoppedException ? null : e.ErrorRecord;
        }
        return this;
    }

    /// <summary>Waits until something holds; it is looked at whenever there is an output, a warning or a debug message.</summary>
    public async Task WaitUntilAsync(Func<bool> condition)
    {
        while (true)
        {
            Task changed = _changed.Task;
            if (condition())
                return;
            if (_ended.IsCompleted)
                Assert.Fail($"It ended before: {Failure ?? _ended.Exception?.InnerException as object}");
            await Task.WhenAny(changed, _ended).WaitAsync(Safety);
        }
    }

    /// <summary>What Ctrl+C does.</summary>
    public async Task StopAsync()
    {
        await Task.Run(_shell.Stop).WaitAsync(Safety);
        await EndAsync();
        Assert.Equal(PSInvocationState.Stopped, State);
    }

    public void Dispose() => _shell.Dispose();

    private void Change()
    {
        TaskCompletionSource before = _changed;
        _changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        before.SetResult();
    }
}
