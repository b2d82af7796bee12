using System;
using System.IO;
using System.Threading;
using System.Threading.Tasks;
using UdpChat.Host.Scripting;

namespace UdpChat.Host.Demo;

/// <summary>A person at a PowerShell prompt: a runspace of its own, whose lines and what they show are passed on.</summary>
internal sealed class DemoShell : IDisposable
{
    private readonly StringWriter _shown = new();
    private readonly EmbeddedEngine _engine;
    private CancellationTokenSource _interrupt = new();

    public DemoShell()
    {
        TextWriter shown = TextWriter.Synchronized(_shown);
        _engine = new EmbeddedEngine(ScriptRunner.ManifestPath, new ScriptConsole(shown, shown));
    }

    /// <summary>Runs a line.</summary>
    /// <returns>What it shows.</returns>
    public async Task<string[]> RunAsync(string line)
    {
        _shown.GetStringBuilder().Clear();
        _interrupt.Dispose();
        _interrupt = new CancellationTokenSource();
        await _engine.RunAsync(line, _interrupt.Token);
        return _shown.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
    }

    /// <summary>Presses Ctrl+C: ends the line that runs.</summary>
    public void Interrupt() => _interrupt.Cancel();

    /// <inheritdoc/>
    public void Dispose()
    {
        _interrupt.Cancel();
        _engine.Dispose();
        _interrupt.Dispose();
    }
}
