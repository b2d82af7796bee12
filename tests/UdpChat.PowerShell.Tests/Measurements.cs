using System;
using System.Diagnostics;
using System.IO;
using System.Management.Automation;
using System.Management.Automation.Runspaces;
using System.Threading.Tasks;
using UdpChat.ModuleTests.Hosting;

namespace UdpChat.ModuleTests;

/// <summary>Figures rather than tests. Run them with <c>-explicit only -showLiveOutput -class UdpChat.ModuleTests.Measurements</c>.</summary>
public class Measurements(ITestOutputHelper output)
{
    private const int Messages = 100_000, UnderWay = 32;

    [Theory(Explicit = true)]
    [InlineData("Receive-ChatMessage -Wait | ForEach-Object { Send-ChatMessage $_.From \"echo: $($_.Text)\" }")]
    [InlineData("Receive-ChatMessage -Wait | Send-ChatMessage -To { $_.From } -Message { \"echo: $($_.Text)\" }")]
    public async Task A_bot_that_has_echoed_100_000_messages(string bot)
    {
        using var session = new Session();
        int port = session.Get<int>("(Start-ChatRelay 0 -Address 127.0.0.1).Port");
        session.Run($"$null = Connect-ChatServer Bob 127.0.0.1:{port}");
        using var annie = new PlainPeer(port);
        await annie.RegisterAsync("Annie");
        using Invocation running = session.Start(bot);
        await EchoAsync(annie, 5_000);
        Report("before");
        for (int round = 1; round <= 2; round++)
        {
            long start = Stopwatch.GetTimestamp();
            await EchoAsync(annie, Messages);
            Report($"after {round} x {Messages}, {Stopwatch.GetElapsedTime(start).TotalSeconds:0.0} s");
        }
        await running.StopAsync();
    }

    [Fact(Explicit = true)]
    public void Import_Module()
    {
        for (int i = 0; i < 5; i++)
        {
            using Runspace runspace = RunspaceFactory.CreateRunspace(InitialSessionState.CreateDefault2());
            runspace.Open();
            Import(runspace, "Get-Module | Out-Null", "the engine itself, a first command");
            Import(runspace, $"Import-Module '{ModuleUnderTest.Manifest}'", "Import-Module");
        }
    }

    private static async Task EchoAsync(PlainPeer annie, int count)
    {
        int sent = 0;
        for (int received = 0; received < count; received++)
        {
            for (; sent < count && sent < received + UnderWay; sent++)
                annie.Send($"SENDTO:Bob: message {sent}");
            Assert.Equal($"FROM:Bob: echo: message {received}", await annie.ReceiveAsync());
        }
    }

    private void Import(Runspace runspace, string script, string what)
    {
        using PowerShell shell = PowerShell.Create(runspace);
        long start = Stopwatch.GetTimestamp();
        shell.AddScript(script).Invoke();
        output.WriteLine($"{what}: {Stopwatch.GetElapsedTime(start).TotalMilliseconds:0} ms");
    }

    private void Report(string when)
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        using var process = Process.GetCurrentProcess();
        output.WriteLine($"{when}: managed {GC.GetTotalMemory(true) / 1024:N0} KiB, resident {process.WorkingSet64 / 1024:N0} KiB, handles {Directory.GetFiles("/proc/self/fd").Length}, threads {process.Threads.Count}");
    }
}
