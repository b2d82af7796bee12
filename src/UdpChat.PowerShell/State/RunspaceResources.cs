using System.Collections.Generic;
using System.Linq;
using System.Management.Automation.Runspaces;
using System.Runtime.CompilerServices;

namespace UdpChat.State;

/// <summary>What a runspace has opened, and which connection it means when it names none.</summary>
internal sealed class RunspaceResources
{
    private static readonly ConditionalWeakTable<Runspace, RunspaceResources> States = new();

    private readonly OpenSet<ChatConnection> _connections = new(c => c.IsOpen);
    private readonly OpenSet<ChatRelay> _relays = new(r => r.IsRunning);
    private ChatConnection? _youngest;

    /// <summary>Of the runspace whose pipeline thread this is. Elsewhere, as in <c>StopProcessing</c>, there is none.</summary>
    public static RunspaceResources Current => States.GetValue(Runspace.DefaultRunspace, static _ => new RunspaceResources());

    /// <summary>A runspace no longer has the module; should it import it again, it begins anew.</summary>
    public static void Forget(Runspace runspace) => States.Remove(runspace);

    /// <summary>The connections opened in it that are open.</summary>
    public IReadOnlyList<ChatConnection> Connections => _connections.ToList();

    /// <summary>The relays started in it that run.</summary>
    public IReadOnlyList<ChatRelay> Relays => _relays.ToList();

    /// <summary>Whether its last connect failed: then it has no default, so that a script doesn't go on under an older name.</summary>
    public bool HasFailedToConnect { get; set; }

    /// <summary>
    /// Its youngest connection, if another client has ended that: then it has no default either, until it connects again or
    /// disconnects this one, which is how it says that it knows.
    /// </summary>
    public ChatConnection? ReplacedDefault => _youngest is { IsOpen: false, Client.IsReplaced: true } ? _youngest : null;

    /// <summary>The connection it means when it names none: the youngest of its own, or else the only one of the process.</summary>
    /// <returns>Null if that isn't clear.</returns>
    public ChatConnection? TryGetDefault()
    {
        if (HasFailedToConnect || ReplacedDefault is not null)
            return null;
        if (Connections is { Count: > 0 } own)
            return own[own.Count - 1];
        return ProcessResources.Connections is { Count: 1 } all ? all.Single() : null;
    }

    /// <summary>Adds a connection, which becomes the default.</summary>
    public void Add(ChatConnection connection)
    {
        HasFailedToConnect = false;
        _youngest = connection;
        _connections.Add(connection);
        ProcessResources.Add(connection);
    }

    /// <summary>Its user knows that a connection has ended.</summary>
    public void NoteEnd(ChatConnection connection)
    {
        if (_youngest == connection)
            _youngest = null;
    }

    /// <summary>Adds a relay.</summary>
    public void Add(ChatRelay relay)
    {
        _relays.Add(relay);
        ProcessResources.Add(relay);
    }
}
