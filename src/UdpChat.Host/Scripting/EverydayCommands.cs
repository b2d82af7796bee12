using System;
using System.Collections.Generic;
using UdpChat.Host.Scripting.Commands;

namespace UdpChat.Host.Scripting;

/// <summary>The commands that scripts use every day and the bare engine lacks, because they come with pwsh.</summary>
internal static class EverydayCommands
{
    /// <summary>Their names and classes.</summary>
    public static IReadOnlyList<(string Name, Type Cmdlet)> All { get; } =
    [
        ("Write-Host", typeof(WriteHostCommand)),
        ("Write-Output", typeof(WriteOutputCommand)),
        ("Write-Warning", typeof(WriteWarningCommand)),
        ("Write-Error", typeof(WriteErrorCommand)),
        ("Write-Verbose", typeof(WriteVerboseCommand)),
        ("Start-Sleep", typeof(StartSleepCommand)),
        ("Get-Date", typeof(GetDateCommand)),
        ("Select-Object", typeof(SelectObjectCommand)),
    ];
}
