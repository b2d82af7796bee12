using System;
using System.Collections.Generic;
using System.Linq;
using System.Management.Automation.Runspaces;
using System.Threading.Tasks;

namespace UdpChat.State;

/// <summary>What is open in this process, and which of its runspaces have the module.</summary>
internal static class ProcessResources
{
    /// <summary>How long the end of the module or the process may take: until the relay holds what was sent, and then what else there is to end.</summary>
    private static readonly TimeSpan MaxEndWait = ChatClient.DefaultLeaveTimeout + TimeSpan.FromSeconds(2);

    private static readonly OpenSet<ChatConnection> OpenConnections = new(c => c.IsOpen);
    private static readonly OpenSet<ChatRelay> RunningRelays = new(r => r.IsRunning);
    private static readonly HashSet<Runspace> Runspaces = [];

    static ProcessResources() =>
        AppDomain.CurrentDomain.ProcessExit += static (_, _) => CloseAsync(Connections, Relays).Wait(MaxEndWait);

    /// <summary>All open connections, oldest first.</summary>
    public static IReadOnlyList<ChatConnection> Connections => OpenConnections.ToList();

    /// <summary>All relays that run, oldest first.</summary>
    public static IReadOnlyList<ChatRelay> Relays => RunningRelays.ToList();

    /// <summary>Adds a connection.</summary>
    public static void Add(ChatConnection connection) => OpenConnections.Add(connection);

    /// <summary>Adds a relay.</summary>
    public static void Add(ChatRelay relay) => RunningRelays.Add(relay);

    /// <summary>A runspace has imported the module. Nothing tells the module when a runspace closes, so it looks itself.</summary>
    public static void AddRunspace(Runspace runspace)
    {
        lock (Runspaces)
        {
            if (Runspaces.Add(runspace))
                runspace.StateChanged += OnRunspaceStateChanged;
        }
    }

    /// <summary>A runspace removes the module: ends what it opened, or everything if no other runspace has the module.</summary>
    public static void RemoveRunspace(Runspace runspace, RunspaceResources own)
    {
        bool isLast = Forget(runspace);
        CloseAsync(isLast ? Connections : own.Connections, isLast ? Relays : own.Relays).Wait(MaxEndWait);
    }

    private static void OnRunspaceStateChanged(object? sender, RunspaceStateEventArgs e)
    {
        if (e.RunspaceStateInfo.State is RunspaceState.Closing or RunspaceState.Closed or RunspaceState.Broken)
            Forget((Runspace)sender!);
    }

    /// <returns>Whether no runspace is left.</returns>
    private static bool Forget(Runspace runspace)
    {
        runspace.StateChanged -= OnRunspaceStateChanged;
        lock (Runspaces)
        {
            Runspaces.Remove(runspace);
            return Runspaces.Count == 0;
        }
    }

    private static Task CloseAsync(IEnumerable<ChatConnection> connections, IEnumerable<ChatRelay> relays) =>
        Task.WhenAll(connections.Select(CloseAsync)).ContinueWith(_ => Task.WhenAll(relays.Select(r => r.StopAsync())), TaskScheduler.Default).Unwrap();

    private static async Task CloseAsync(ChatConnection connection)
    {
        int left = await connection.DisconnectAsync(ChatClient.DefaultLeaveTimeout).ConfigureAwait(false);
        if (left > 0)
            Console.Error.WriteLine($"WARNING: {connection} has ended with {left} messages that the relay does not hold, because it did not answer in time.");
    }
}
