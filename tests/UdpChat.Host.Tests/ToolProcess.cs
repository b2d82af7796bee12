using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using System.Runtime.InteropServices;
using System.Text;
using System.Threading.Tasks;

namespace UdpChat.Host.Tests;

/// <summary>The tool as a process of its own, with all its streams redirected.</summary>
internal sealed partial class ToolProcess : IDisposable
{
    public const int SIGINT = 2, SIGTERM = 15;

    /// <summary>Ends what hangs; nothing that works takes a tenth of it.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly Process _process;

    private ToolProcess(string[] command, Dictionary<string, string>? environment = null)
    {
        var start = new ProcessStartInfo(command[0], command[1..])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardInputEncoding = new UTF8Encoding(false),
            StandardOutputEncoding = Encoding.UTF8,
            StandardErrorEncoding = Encoding.UTF8,
            UseShellExecute = false,
        };
        foreach ((string name, string value) in environment ?? [])
            start.Environment[name] = value;
        _process = Process.Start(start)!;
    }

    public static ToolProcess Start(params string[] arguments) => new(Command(arguments));

    /// <summary>Starts the tool as a script's shell starts what runs beside it (<c>udpchat relay &amp;</c>).</summary>
    public static ToolProcess StartWithInterruptIgnored(params string[] arguments)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no signals to ignore.");
        return new(["sh", "-c", "trap '' INT; exec \"$@\"", "sh", .. Command(arguments)]);
    }

    /// <summary>Runs the tool with this input to its end.</summary>
    public static Task<ToolResult> RunAsync(string input, params string[] arguments) => RunAsync(input, new Dictionary<string, string>(), arguments);

    /// <summary>Runs the tool with this input, and with changes to its environment, to its end.</summary>
    public static async Task<ToolResult> RunAsync(string input, Dictionary<string, string> environment, params string[] arguments)
    {
        using var tool = new ToolProcess(Command(arguments), environment);
        await tool.WriteAsync(input);
        return await tool.EndAsync();
    }

    /// <summary>Starts a relay on a free port of 127.0.0.1.</summary>
    public static async Task<(ToolProcess Relay, int Port)> StartRelayAsync(params string[] options)
    {
        ToolProcess relay = Start(["relay", "--address", "127.0.0.1", "--port", "0", .. options]);
        string? line = await relay.ReadLineAsync();
        Assert.StartsWith("listening on 127.0.0.1:", line, StringComparison.Ordinal);
        return (relay, int.Parse(line!["listening on 127.0.0.1:".Length..], CultureInfo.InvariantCulture));
    }

    /// <summary>Starts a chat and waits until it is connected, which is when a message to itself is back.</summary>
    public static async Task<ToolProcess> StartChatAsync(string name, int port)
    {
        ToolProcess chat = Start("chat", "--name", name, "--server", $"127.0.0.1:{port}");
        await chat.WriteAsync($"{name}: ready\n");
        Assert.Equal($"{name}: ready", await chat.ReadLineAsync());
        return chat;
    }

    public async Task WriteAsync(string text)
    {
        await _process.StandardInput.WriteAsync(text);
        await _process.StandardInput.FlushAsync();
    }

    /// <summary>The next line of standard output, or null at its end.</summary>
    public Task<string?> ReadLineAsync() => WithinPatience(_process.StandardOutput.ReadLineAsync());

    /// <summary>The next line of standard error, or null at its end.</summary>
    public Task<string?> ReadErrorLineAsync() => WithinPatience(_process.StandardError.ReadLineAsync());

    /// <summary>Reads no more of its output, as <c>head -1</c> does.</summary>
    public void CloseOutput() => _process.StandardOutput.Close();

    public void Signal(int signal)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no signals that can be sent to one process.");
        Assert.Equal(0, Kill(_process.Id, signal));
    }

    /// <summary>Ends its input and waits for its end.</summary>
    public Task<ToolResult> EndAsync()
    {
        _process.StandardInput.Close();
        return WaitAsync();
    }

    /// <summary>Waits for its end while its input goes on.</summary>
    public async Task<ToolResult> WaitAsync()
    {
        Task<string> output = _process.StandardOutput.ReadToEndAsync(), error = _process.StandardError.ReadToEndAsync();
        return new ToolResult(await WaitForStatusAsync(), await WithinPatience(output), await WithinPatience(error));
    }

    /// <summary>Waits for its end and reads nothing.</summary>
    public async Task<int> WaitForStatusAsync()
    {
        await _process.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(Patience, TestContext.Current.CancellationToken);
        return _process.ExitCode;
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            _process.WaitForExit();
        }
        _process.Dispose();
    }

    private static Task<T> WithinPatience<T>(Task<T> task) => task.WaitAsync(Patience, TestContext.Current.CancellationToken);

    private static string[] Command(string[] arguments) =>
        [Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet", Path.Combine(AppContext.BaseDirectory, "udpchat.dll"), .. arguments];

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int process, int signal);
}
