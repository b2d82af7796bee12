using System;
using System.Net;

namespace UdpChat.ModuleTests.Hosting;

/// <summary>A test with a session and, once it asks for it, a relay of the module's own on any free port.</summary>
public abstract class ModuleTest : IDisposable
{
    private readonly Lazy<int> _port;

    private protected ModuleTest()
    {
        _port = new Lazy<int>(StartRelay);
    }

    /// <summary>Just started, a relay doesn't yet know who is to come back; this one is past that, and says at once that there is no such user.</summary>
    private int StartRelay()
    {
        using var clock = new LaterClock();
        int port = Shell.Get<int>($"(Start-ChatRelay -Port 0 -Address {IPAddress.Loopback}).Port");
        clock.Later = TimeSpan.FromMinutes(2);
        return port;
    }

    private protected Session Shell { get; } = new();

    /// <summary>The relay's port.</summary>
    private protected int Port => _port.Value;

    /// <summary>The relay, as -Server takes it.</summary>
    private protected string Server => $"127.0.0.1:{Port}";

    /// <summary>Connects under a name, which becomes the default.</summary>
    private protected void Connect(string name) => Shell.Run($"$null = Connect-ChatServer -Name {name} -Server {Server} -Timeout 60");

    /// <summary>What is received, within a time that only a failure takes.</summary>
    private protected string Receive(string connection) => Shell.Get<string>($"(Receive-ChatMessage -Connection {connection} -Count 1 -Timeout 60) | ForEach-Object {{ \"$($_.From)>$($_.To): $($_.Text)\" }}");

    public virtual void Dispose()
    {
        Shell.Dispose();
        GC.SuppressFinalize(this);
    }
}
