using System.Collections.Generic;
using System.Management.Automation;
using UdpChat.Errors;
using UdpChat.State;

namespace UdpChat.Commands;

/// <summary>Lists the open connections of this process, oldest first.</summary>
[Cmdlet(VerbsCommon.Get, "ChatConnection")]
[OutputType(typeof(ChatConnection))]
public sealed class GetChatConnectionCommand : ChatCommand
{
    /// <summary>Only those of these names; wildcards are allowed.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    public string[]? Name { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        if (Name is null)
            WriteObject(ProcessResources.Connections, enumerateCollection: true);
        foreach (string name in Name ?? [])
        {
            IReadOnlyList<ChatConnection> found = FindConnections(name);
            if (found.Count == 0 && !new NamePattern(name).IsWildcard)
                WriteError(ErrorRecords.ConnectionNotFound(name));
            WriteObject(found, enumerateCollection: true);
        }
    }
}
