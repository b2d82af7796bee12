using System;
using System.Collections.Generic;
using System.Management.Automation;
using System.Reflection;

namespace UdpChat.Host.Scripting.Commands;

/// <summary>Select-Object, so far as scripts need it to end or thin a pipeline: the first, the last, all but some, one property.</summary>
[Cmdlet(VerbsCommon.Select, "Object")]
public sealed class SelectObjectCommand : PSCmdlet
{
    private readonly Queue<PSObject> _last = new();
    private int _skipped, _given;

    /// <summary>The objects.</summary>
    [Parameter(ValueFromPipeline = true)]
    public PSObject? InputObject { get; set; }

    /// <summary>How many to take from the beginning; then what produces them is stopped.</summary>
    [Parameter]
    [ValidateRange(0, int.MaxValue)]
    public int First { get; set; } = -1;

    /// <summary>How many to take from the end.</summary>
    [Parameter]
    [ValidateRange(0, int.MaxValue)]
    public int Last { get; set; } = -1;

    /// <summary>How many to pass over at the beginning.</summary>
    [Parameter]
    [ValidateRange(0, int.MaxValue)]
    public int Skip { get; set; }

    /// <summary>A property to take from each.</summary>
    [Parameter]
    public string? ExpandProperty { get; set; }

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        if (First == 0)
            StopUpstream();
    }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        if (InputObject is null || _skipped++ < Skip)
            return;
        if (Last >= 0)
        {
            _last.Enqueue(InputObject);
            if (_last.Count > Last)
                _last.Dequeue();
            return;
        }
        Give(InputObject);
        if (++_given == First)
            StopUpstream();
    }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        foreach (PSObject item in _last)
            Give(item);
    }

    private void Give(PSObject item)
    {
        if (ExpandProperty is null)
        {
            WriteObject(item);
            return;
        }
        if (item.Properties[ExpandProperty] is { } property)
            WriteObject(property.Value, true);
        else
            WriteError(new ErrorRecord(new PSArgumentException($"There is no property {ExpandProperty}."), "ExpandPropertyNotFound", ErrorCategory.InvalidArgument, item));
    }

    /// <summary>Ends what feeds this command, as the engine does for Select-Object of pwsh; it has no public way to ask for it.</summary>
    private void StopUpstream()
    {
        Type request = typeof(PSCmdlet).Assembly.GetType("System.Management.Automation.StopUpstreamCommandsException", throwOnError: true)!;
        throw (Exception)Activator.CreateInstance(request, BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic, null, [this], null)!;
    }
}
