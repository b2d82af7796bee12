using System;
using System.Collections.Generic;
using System.IO;
using System.Threading;
using System.Threading.Tasks;
using UdpChat.Host.Scripting;

namespace UdpChat.Host.Tests;

public sealed class RunCommandTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("udpchat");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task A_script_has_its_arguments_and_its_exit_code_is_the_status()
    {
        string script = Write("param($Name, [switch] $Loud, [int] $Number) \"$Name|$Loud|$($Number + 1)|$args\"; exit 7");
        ToolResult result = await ToolProcess.RunAsync("", "run", "--engine", "embedded", script, "-Name", "O'Neil  $x", "-Loud", "-Number:41", "--timeout", "more");

        Assert.Equal("O'Neil  $x|True|42|--timeout more", result.Output.TrimEnd());
        Assert.Equal("", result.Error);
        Assert.Equal(7, result.Status);
    }

    [Fact]
    public async Task The_status_of_a_program_is_not_that_of_the_script_which_ran_it()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "The program is a shell.");
        ToolResult result = await ToolProcess.RunAsync("", "run", "--engine", "embedded", Write("sh -c 'exit 3'; \"saw $LASTEXITCODE\""));

        Assert.Equal(("saw 3", 0), (result.Output.TrimEnd(), result.Status));
    }

    [Fact]
    public async Task What_is_no_script_is_told_on_one_line_with_status_2() =>
        (await ToolProcess.RunAsync("", "run", Write("", "script.txt"))).AssertFailure(2, "not a PowerShell script");

    [Fact]
    public async Task A_script_that_was_stopped_before_it_began_does_not_begin()
    {
        using var engine = new EmbeddedEngine(ScriptRunner.ManifestPath, new ScriptConsole(TextWriter.Null, TextWriter.Null));
        using var stop = new CancellationTokenSource();
        await stop.CancelAsync();
        string witness = Path.Combine(_folder.FullName, "witness");

        Assert.Equal(EmbeddedEngine.InterruptedStatus, await engine.RunAsync($"[IO.File]::WriteAllText('{witness}', '')", stop.Token));
        Assert.False(File.Exists(witness));
    }

    [Fact]
    public async Task Output_goes_to_stdout_and_all_else_to_stderr()
    {
        string script = Write("""
            'output'; Write-Host 'host'; Write-Warning 'careful'; Write-Verbose -Verbose 'story'; Write-Error 'bad'
            1..3 | Select-Object -First 2 | Write-Output
            Get-Date -Date '2001-02-03' -Format yyyy
            """);
        ToolResult result = await ToolProcess.RunAsync("", "run", "--engine", "embedded", script);

        Assert.Equal("output\nhost\n1\n2\n2001\n", result.Output.ReplaceLineEndings("\n"));
        Assert.Contains("WARNING: careful", result.Error, StringComparison.Ordinal);
        Assert.Contains("VERBOSE: story", result.Error, StringComparison.Ordinal);
        Assert.Contains("bad", result.Error, StringComparison.Ordinal);
        Assert.Equal(0, result.Status);
    }

    [Fact]
    public async Task A_terminating_error_is_told_with_its_line_and_makes_the_status_1()
    {
        ToolResult result = await ToolProcess.RunAsync("", "run", "--engine", "embedded", Write("'before'\nthrow 'no way'\n'after'"));

        Assert.Equal("before", result.Output.TrimEnd());
        Assert.Equal("script.ps1:2: no way", result.Error.TrimEnd());
        Assert.Equal(1, result.Status);
    }

    [Fact]
    public async Task A_command_that_only_pwsh_has_is_named_once_with_what_to_do()
    {
        ToolResult result = await ToolProcess.RunAsync("", "run", "--engine", "embedded", Write("Get-Content x\nGet-Content x\n'end'"));

        Assert.Equal("end", result.Output.TrimEnd());
        Assert.Equal(2, result.Error.Split("udpchat: the embedded engine has no Get-Content").Length);
        Assert.Contains("install PowerShell (pwsh)", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_script_that_is_not_there_is_told_on_one_line_with_status_2() =>
        (await ToolProcess.RunAsync("", "run", Path.Combine(_folder.FullName, "none.ps1"))).AssertFailure(2, "There is no script");

    [Fact]
    public async Task Two_scripts_chat_through_a_relay()
    {
        (ToolProcess relay, int port) = await ToolProcess.StartRelayAsync();
        using ToolProcess _ = relay;
        string echo = Write("""
            param($Server)
            $null = Connect-ChatServer -Name Echo -Server $Server
            'ready'
            Receive-ChatMessage -Wait -Count 2 | ForEach-Object { Send-ChatMessage $_.From "echo: $($_.Text)" }
            """, "echo.ps1");
        using ToolProcess bot = ToolProcess.Start("run", "--engine", "embedded", echo, $"127.0.0.1:{port}");
        Assert.Equal("ready", await bot.ReadLineAsync());

        string ask = Write("""
            param($Server)
            $null = Connect-ChatServer -Name Annie -Server $Server
            'one', 'two' | Send-ChatMessage Echo
            Receive-ChatMessage -Wait -Count 2 | ForEach-Object { "$($_.From): $($_.Text)" }
            """, "ask.ps1");
        ToolResult result = await ToolProcess.RunAsync("", "run", "--engine", "embedded", ask, $"127.0.0.1:{port}");

        Assert.Equal("", result.Error);
        Assert.Equal("Echo: echo: one\nEcho: echo: two\n", result.Output.ReplaceLineEndings("\n"));
        Assert.Equal(0, (await bot.EndAsync()).Status);
        relay.Signal(ToolProcess.SIGTERM);
        Assert.Contains("unregistered 2", (await relay.WaitAsync()).Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Disconnect-ChatServer -Timeout 0")]
    [InlineData("Disconnect-ChatServer -Timeout 0; Remove-Module UdpChat")]
    public async Task A_script_that_has_lost_messages_by_disconnecting_has_the_status_1(string end)
    {
        string script = Write($"$relay = Start-ChatRelay 0 -Address 127.0.0.1; $null = Connect-ChatServer Bob $relay.LocalEndPoint; $relay | Stop-ChatRelay; Send-ChatMessage Bob hi; {end}; 'done'");
        ToolResult result = await ToolProcess.RunAsync("", "run", "--engine", "embedded", script);

        Assert.Equal(("done", 1), (result.Output.TrimEnd(), result.Status));
        Assert.Contains("that the relay does not hold", result.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(ToolProcess.SIGINT)]
    [InlineData(ToolProcess.SIGTERM)]
    public async Task A_signal_ends_a_waiting_script_which_leaves_the_relay(int signal)
    {
        (ToolProcess relay, int port) = await ToolProcess.StartRelayAsync();
        using ToolProcess _ = relay;
        using ToolProcess bot = ToolProcess.Start("run", "--engine", "embedded", Write($"$null = Connect-ChatServer Bot 127.0.0.1:{port}; 'ready'; Receive-ChatMessage -Wait; 'never'"));
        Assert.Equal("ready", await bot.ReadLineAsync());
        bot.Signal(signal);
        ToolResult result = await bot.WaitAsync();

        Assert.Equal(("", "", 130), (result.Output, result.Error, result.Status));
        relay.Signal(ToolProcess.SIGTERM);
        Assert.Contains("unregistered 1", (await relay.WaitAsync()).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Pwsh_runs_the_script_where_it_is_installed()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "The stand-in for pwsh is a shell script.");
        if (OperatingSystem.IsWindows())
            return;
        string standIn = Write("#!/bin/sh\nprintf '%s|' \"$@\"; case \"$PSModulePath\" in *Modules*) echo found;; esac; exit 5", "pwsh");
        File.SetUnixFileMode(standIn, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        string script = Write("");
        ToolResult result = await ToolProcess.RunAsync("", new Dictionary<string, string> { ["PATH"] = $"{_folder.FullName}:{Environment.GetEnvironmentVariable("PATH")}" }, "run", script, "-Name", "two words");

        Assert.StartsWith("-NoLogo|-NoProfile|-Command|Import-Module '", result.Output, StringComparison.Ordinal);
        Assert.Contains($"UdpChat.psd1'; & '{script}' -Name 'two words'; $UdpChatOk = $?; if (Get-Module -Name UdpChat)", result.Output, StringComparison.Ordinal);
        Assert.EndsWith("|found", result.Output.TrimEnd(), StringComparison.Ordinal);
        Assert.Equal(5, result.Status);
    }

    private string Write(string text, string name = "script.ps1")
    {
        string path = Path.Combine(_folder.FullName, name);
        File.WriteAllText(path, text);
        return path;
    }
}
