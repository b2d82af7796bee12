@{
    RootModule           = if ($PSEdition -eq 'Desktop') { 'lib/netstandard2.0/UdpChat.PowerShell.dll' } else { 'lib/net8.0/UdpChat.PowerShell.dll' }
    ModuleVersion        = '0.1.0'
    GUID                 = 'a5a78f2c-f3dd-4ad9-9d96-4d1b629ae2df'
    Author               = 'The UdpChat authors'
    CompanyName          = 'UdpChat'
    Copyright            = '(c) 2026 The UdpChat authors. MIT license.'
    Description          = 'Chat over UDP: a relay, and clients that send and receive messages, as cmdlets.'
    CompatiblePSEditions = 'Core', 'Desktop'
    PowerShellVersion    = '5.1'
    FormatsToProcess     = 'UdpChat.Format.ps1xml'
    CmdletsToExport      = @(
        'Connect-ChatServer'
        'Disconnect-ChatServer'
        'Get-ChatConnection'
        'Get-ChatRelay'
        'Receive-ChatMessage'
        'Send-ChatMessage'
        'Wait-ChatMessage'
        'Start-ChatRelay'
        'Stop-ChatRelay'
    )
    FunctionsToExport    = @()
    AliasesToExport      = @()
    VariablesToExport    = @()
    PrivateData          = @{
        PSData = @{
            Tags = 'chat', 'udp', 'messaging', 'network', 'PSEdition_Core', 'PSEdition_Desktop', 'Windows', 'Linux', 'MacOS'
        }
    }
}
