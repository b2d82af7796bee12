using System.Linq;
using System.Management.Automation;
using UdpChat.Errors;
using UdpChat.State;

namespace UdpChat.Commands;

/// <summary>Lists the relays that run in this process, oldest first. Their figures are live.</summary>
[Cmdlet(VerbsCommon.Get, "ChatRelay")]
[OutputType(typeof(ChatRelay))]
public sealed class GetChatRelayCommand : ChatCommand
{
    /// <summary>Only those on these UDP ports.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    public int[]? Port { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        if (Port is null)
            WriteObject(ProcessResources.Relays, enumerateCollection: true);
        foreach (int port in Port ?? [])
        {
            ChatRelay[] found = ProcessResources.Relays.Where(r => r.Port == port).ToArray();
            if (found.Length == 0)
                WriteError(ErrorRecords.RelayNotFound(port));
            WriteObject(found, enumerateCollection: true);
        }
    }
}
