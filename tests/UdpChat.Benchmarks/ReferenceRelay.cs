using System;
using System.Diagnostics;
using System.IO;
using System.Threading.Tasks;

namespace UdpChat.Benchmarks;

/// <summary>The relay in C, compiled into a folder of its own.</summary>
internal sealed class ReferenceRelay : IDisposable
{
    /// <summary>Why there is none.</summary>
    public const string Missing = "no C compiler";

    private readonly string _folder, _program;

    private ReferenceRelay(string folder)
    {
        _folder = folder;
        _program = Path.Combine(folder, "relay");
    }

    /// <summary>Compiles it; null where there is no C compiler.</summary>
    public static async Task<ReferenceRelay?> BuildAsync()
    {
        if (Programs.Find("gcc", "cc") is not { } compiler)
            return null;
        var relay = new ReferenceRelay(Directory.CreateTempSubdirectory("udpchat-").FullName);
        using var process = Process.Start(compiler, ["-O2", "-o", relay._program, Path.Combine(AppContext.BaseDirectory, "reference", "relay.c")]);
        await process.WaitForExitAsync();
        if (process.ExitCode == 0)
            return relay;
        relay.Dispose();
        throw new InvalidOperationException($"{compiler} could not compile the reference relay.");
    }

    /// <summary>Starts it.</summary>
    public Task<RelayProcess> StartAsync(Settings settings) => RelayProcess.StartAsync(settings, [_program, "0"]);

    /// <summary>Removes it.</summary>
    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
