using System.Collections.Generic;
using System.Linq;
using System.Management.Automation;
using UdpChat.Errors;
using UdpChat.State;

namespace UdpChat.Commands;

/// <summary>Stops relays of this process. Their clients notice by their next heartbeat.</summary>
[Cmdlet(VerbsLifecycle.Stop, "ChatRelay", SupportsShouldProcess = true, DefaultParameterSetName = "Port")]
[OutputType(typeof(ChatRelay))]
public sealed class StopChatRelayCommand : ChatCommand
{
    /// <summary>Those on these UDP ports. Without it, the only one there is.</summary>
    [Parameter(Position = 0, ParameterSetName = "Port")]
    [ValidateNotNullOrEmpty]
    public int[]? Port { get; set; }

    /// <summary>These, as <c>Get-ChatRelay</c> and <c>Start-ChatRelay</c> give them.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true, ParameterSetName = "Relay")]
    public ChatRelay[]? Relay { get; set; }

    /// <summary>Writes the stopped relays.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        foreach (ChatRelay relay in Relay ?? Find())
        {
            if (!ShouldProcess(relay.LocalEndPoint.ToString(), "Stop the relay"))
                continue;
            // Ends within the time that the relay's thread takes for one datagram.
            relay.StopAsync().GetAwaiter().GetResult();
            if (PassThru)
                WriteObject(relay);
        }
    }

    private IEnumerable<ChatRelay> Find()
    {
        IReadOnlyList<ChatRelay> all = ProcessResources.Relays;
        if (Port is not null)
        {
            foreach (int port in Port.Where(p => !all.Any(r => r.Port == p)))
                WriteError(ErrorRecords.RelayNotFound(port));
            return all.Where(r => Port.Contains(r.Port));
        }
        return all.Count switch
        {
            0 => throw Terminate(ErrorRecords.NoRelay()),
            1 => all,
            _ => throw Terminate(ErrorRecords.AmbiguousRelay(all.Select(r => r.Port))),
        };
    }
}
