using System;
using System.Collections.Generic;
using System.Management.Automation;
using System.Threading.Tasks;
using UdpChat.Errors;

namespace UdpChat.Commands;

/// <summary>
/// Ends connections: waits until the relay holds what was sent, tells it, and ends everything in the background. Received
/// messages that were not taken are delivered again at the next connection, unless the relay speaks only the plain profile.
/// </summary>
[Cmdlet(VerbsCommunications.Disconnect, "ChatServer", SupportsShouldProcess = true)]
[OutputType(typeof(ChatConnection))]
public sealed class DisconnectChatServerCommand : ChatCommand
{
    /// <summary>Which, as objects or names; wildcards are allowed. Without it, the default connection.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true)]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    public object[]? Connection { get; set; }

    /// <summary>How long to wait at most until the relay holds what was sent; 5 s by default.</summary>
    [Parameter]
    [Duration]
    public TimeSpan Timeout { get; set; } = ChatClient.DefaultLeaveTimeout;

    /// <summary>Gives up the name, too, and the mail that the relay keeps for it.</summary>
    [Parameter]
    public SwitchParameter Forget { get; set; }

    /// <summary>Writes the ended connections.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        foreach (object? given in Connection ?? [null!])
        {
            IReadOnlyList<ChatConnection> found = given is null ? FindDefault() : Find(given);
            foreach (ChatConnection connection in found)
                End(connection);
        }
    }

    private IReadOnlyList<ChatConnection> FindDefault()
    {
        if (Own.ReplacedDefault is not { } ended)
            return [GetConnection(null)];
        Own.NoteEnd(ended);
        return [];
    }

    private IReadOnlyList<ChatConnection> Find(object given)
    {
        // That a connection has ended already is what was wanted.
        if ((given is PSObject wrapped ? wrapped.BaseObject : given) is ChatConnection { IsOpen: false } ended)
        {
            Own.NoteEnd(ended);
            return [];
        }
        IReadOnlyList<ChatConnection> found = FindConnections(given);
        string name = given.ToString()!;
        if (found.Count == 0 && Own.ReplacedDefault is { } replaced && new NamePattern(name).Matches(replaced.Name))
        {
            Own.NoteEnd(replaced);
            return [];
        }
        if (found.Count == 0 && !new NamePattern(name).IsWildcard)
            WriteError(ErrorRecords.ConnectionNotFound(name));
        return found;
    }

    private void End(ChatConnection connection)
    {
        if (!ShouldProcess(connection.ToString(), Forget ? "Disconnect and give up the name and its mail" : "Disconnect"))
            return;
        Task<int> leaving = Trace(connection).DisconnectAsync(Timeout, Forget, StopToken);
        Await(leaving, connection);
        if (leaving.Result > 0)
            WriteWarning($"{connection} has ended with {leaving.Result} messages that the relay does not hold, because it did not answer in time.");
        if (Forget && connection.Extended && !connection.Client.HasGivenUpName)
            WriteWarning($"The relay did not answer, so {connection.Name} is still reserved, and its token is kept; connect and give it up again.");
        if (PassThru)
            WriteObject(connection);
    }
}
