<#
.SYNOPSIS
    Builds, tests, measures or packs UdpChat.
.DESCRIPTION
    Only calls dotnet, and Pester where there is one; each task says what it calls, so that the same can be done without pwsh.
.EXAMPLE
    ./build.ps1 Build, Test
.EXAMPLE
    ./build.ps1 Pack -Configuration Release
#>
[CmdletBinding()]
param(
    # Build:  dotnet build
    # Test:   dotnet test, then Invoke-Pester tests/Pester
    # Bench:  dotnet run --project tests/UdpChat.Benchmarks -- bench, then the measurements of tests/UdpChat.PowerShell.Tests
    # Pack:   dotnet build src/UdpChat.PowerShell -t:PackModule, which makes artifacts/UdpChat/<version>
    [Parameter(Position = 0)]
    [ValidateSet('Build', 'Test', 'Bench', 'Pack')]
    [string[]] $Task = 'Build',

    [ValidateSet('Debug', 'Release')]
    [string] $Configuration = 'Release'
)

$ErrorActionPreference = 'Stop'

function Invoke-Dotnet {
    dotnet @args
    if ($LASTEXITCODE -ne 0) {
        throw "dotnet $args ended with status $LASTEXITCODE."
    }
}

switch ($Task) {
    'Build' {
        Invoke-Dotnet build $PSScriptRoot/UdpChat.PowerShell.sln -c $Configuration
    }
    'Test' {
        Invoke-Dotnet test --solution $PSScriptRoot/UdpChat.PowerShell.sln -c $Configuration
        if (Get-Module -ListAvailable -Name Pester) {
            Invoke-Pester -Path $PSScriptRoot/tests/Pester -CI
        } else {
            Write-Warning 'Pester is not installed; its tests were not run.'
        }
    }
    'Bench' {
        # The relay that is measured is the one built in Release.
        Invoke-Dotnet run --project $PSScriptRoot/tests/UdpChat.Benchmarks -c Release '--' bench
        Invoke-Dotnet run --project $PSScriptRoot/tests/UdpChat.PowerShell.Tests -c $Configuration '--' -explicit only -showLiveOutput -class UdpChat.ModuleTests.Measurements
    }
    'Pack' {
        Invoke-Dotnet build $PSScriptRoot/src/UdpChat.PowerShell '-t:PackModule' -c $Configuration
    }
}
