using System;
using System.Globalization;
using System.Management.Automation;

namespace UdpChat.Host.Scripting.Commands;

/// <summary>Get-Date: the time, as it is now or as it is given.</summary>
[Cmdlet(VerbsCommon.Get, "Date")]
public sealed class GetDateCommand : PSCmdlet
{
    /// <summary>A time other than now.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true)]
    public DateTime? Date { get; set; }

    /// <summary>A .NET format; then the time is given as text.</summary>
    [Parameter]
    public string? Format { get; set; }

    /// <summary>Whether to give UTC rather than local time.</summary>
    [Parameter]
    public SwitchParameter AsUTC { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        DateTime date = Date ?? DateTime.Now;
        if (AsUTC)
            date = date.ToUniversalTime();
        WriteObject(Format is null ? date : date.ToString(Format, CultureInfo.CurrentCulture));
    }
}
