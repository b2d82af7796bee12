using System;
using System.Collections.Generic;
using System.IO;
using System.Threading.Tasks;
using UdpChat.ModuleTests.Hosting;

namespace UdpChat.ModuleTests;

/// <summary>What needs a process of its own: its end, and the module's other builds and places.</summary>
public sealed class ProcessTests : ModuleTest
{
    private readonly string _modules = Directory.CreateTempSubdirectory("UdpChat").FullName;

    public override void Dispose()
    {
        base.Dispose();
        Directory.Delete(_modules, recursive: true);
    }

    [Fact]
    public async Task The_end_of_the_process_tells_the_relay()
    {
        using var relay = new PlainPeer();
        Task<string> child = ChildProcess.RunAsync($"Import-Module '{ModuleUnderTest.Manifest}'; Connect-ChatServer Bob 127.0.0.1:{relay.Port} -Timeout 60");
        await relay.AnswerEchoAsync("Bob");

        Assert.Equal("UNREGISTER: Bob", await relay.ReceiveAsync("UNREGISTER"));
        await child;
    }

    [Fact]
    public async Task A_copy_in_a_module_folder_is_imported_by_name()
    {
        CopyStagedModule(Path.Combine(_modules, "UdpChat", "0.1.0"));
        using var annie = new PlainPeer(Port);
        await annie.RegisterAsync("Annie");
        string output = await ChildProcess.RunAsync($"Import-Module UdpChat; (Get-Module UdpChat).Path; $null = Connect-ChatServer -Name Bob -Server {Server}; 'hi' | Send-ChatMessage Annie", _modules);

        Assert.Contains(Path.Combine(_modules, "UdpChat", "0.1.0"), output, StringComparison.Ordinal);
        Assert.Equal("FROM:Bob: hi", await annie.ReceiveAsync());
    }

    [Fact]
    public async Task The_build_for_Windows_PowerShell_chats_too()
    {
        string library = Path.Combine(ModuleUnderTest.Folder, "lib", "netstandard2.0", "UdpChat.PowerShell.dll");
        string output = await ChildProcess.RunAsync($"Import-Module '{library}'; $relay = Start-ChatRelay 0 -Address 127.0.0.1; $null = Connect-ChatServer Bob $relay.LocalEndPoint; 1..3 | Send-ChatMessage Bob; (Receive-ChatMessage -Count 3 -Timeout 60).Text -join ' '; $relay.GetType().Assembly.Location; Disconnect-ChatServer; Stop-ChatRelay");

        Assert.Contains("1 2 3", output, StringComparison.Ordinal);
        Assert.Contains(Path.Combine("netstandard2.0", "UdpChat.Core.dll"), output, StringComparison.Ordinal);
    }

    private static void CopyStagedModule(string to)
    {
        IEnumerable<string> files = [.. Directory.GetFiles(Path.Combine(ModuleUnderTest.Folder, "lib"), "*.dll", SearchOption.AllDirectories), ModuleUnderTest.Manifest, Path.Combine(ModuleUnderTest.Folder, "UdpChat.Format.ps1xml")];
        foreach (string file in files)
        {
            string copy = Path.Combine(to, Path.GetRelativePath(ModuleUnderTest.Folder, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }
    }
}
