using System.Collections.Generic;
using System.Management.Automation;
using UdpChat.Errors;

namespace UdpChat.Commands;

/// <summary>Ends connections: tells the relay, and ends everything in the background. Received messages that were not taken are gone.</summary>
[Cmdlet(VerbsCommunications.Disconnect, "ChatServer", SupportsShouldProcess = true)]
[OutputType(typeof(ChatConnection))]
public sealed class DisconnectChatServerCommand : ChatCommand
{
    /// <summary>Which, as objects or names; wildcards are allowed. Without it, the default connection.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true)]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    public object[]? Connection { get; set; }

    /// <summary>Writes the ended connections.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        foreach (object? given in Connection ?? [null!])
        {
            IReadOnlyList<ChatConnection> found = given is null ? [GetConnection(null)] : Find(given);
            foreach (ChatConnection connection in found)
                End(connection);
        }
    }

    private IReadOnlyList<ChatConnection> Find(object given)
    {
        // That a connection has ended already is what was wanted.
        if (given is PSObject { BaseObject: ChatConnection { IsOpen: false } } or ChatConnection { IsOpen: false })
            return [];
        IReadOnlyList<ChatConnection> found = FindConnections(given);
        string name = given.ToString()!;
        if (found.Count == 0 && !new NamePattern(name).IsWildcard)
            WriteError(ErrorRecords.ConnectionNotFound(name));
        return found;
    }

    private void End(ChatConnection connection)
    {
        if (!ShouldProcess(connection.ToString(), "Disconnect"))
            return;
        WaitFor(Trace(connection).Client.DisconnectAsync(), connection);
        if (connection.Queued > 0)
            WriteWarning($"{connection} has ended with {connection.Queued} messages unsent, because the relay was away.");
        if (PassThru)
            WriteObject(connection);
    }
}
