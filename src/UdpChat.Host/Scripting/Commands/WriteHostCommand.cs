using System;
using System.Collections;
using System.Diagnostics.CodeAnalysis;
using System.Linq;
using System.Management.Automation;

namespace UdpChat.Host.Scripting.Commands;

/// <summary>Write-Host: shows text to the user.</summary>
[Cmdlet(VerbsCommunications.Write, "Host")]
public sealed class WriteHostCommand : PSCmdlet
{
    /// <summary>What to show; several are joined by <see cref="Separator"/>.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true, ValueFromRemainingArguments = true)]
    [Alias("Msg", "Message")]
    [SuppressMessage("Naming", "CA1720", Justification = "The parameter's name in PowerShell.")]
    public object? Object { get; set; }

    /// <summary>Whether to stay on the line.</summary>
    [Parameter]
    public SwitchParameter NoNewline { get; set; }

    /// <summary>What stands between several objects; a blank by default.</summary>
    [Parameter]
    public object Separator { get; set; } = " ";

    /// <summary>Accepted, and without effect: the output may be a file.</summary>
    [Parameter]
    public ConsoleColor ForegroundColor { get; set; }

    /// <summary>Accepted, and without effect: the output may be a file.</summary>
    [Parameter]
    public ConsoleColor BackgroundColor { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        var information = new HostInformationMessage { Message = Text(Object), NoNewLine = NoNewline };
        WriteInformation(information, ["PSHOST"]);
    }

    private string Text(object? value) => (value is PSObject { BaseObject: var inner } ? inner : value) switch
    {
        null => "",
        string text => text,
        IEnumerable items => string.Join(LanguagePrimitives.ConvertTo<string>(Separator), items.Cast<object?>().Select(Text)),
        _ => LanguagePrimitives.ConvertTo<string>(value),
    };
}
