BeforeAll {
    Import-Module "$PSScriptRoot/../../UdpChat.psd1"
    $script:relay = Start-ChatRelay -Port 0 -Address 127.0.0.1
    $null = Connect-ChatServer Bob $script:relay.LocalEndPoint
    $null = Connect-ChatServer Annie $script:relay.LocalEndPoint
}

AfterAll {
    Get-ChatConnection | Disconnect-ChatServer
    Get-ChatRelay | Stop-ChatRelay
}

Describe 'Get-ChatConnection' {
    It 'lists the connections oldest first' {
        (Get-ChatConnection).Name | Should -Be @('Bob', 'Annie')
    }

    It 'finds <Pattern>' -ForEach @(
        @{ Pattern = 'bob'; Found = 'Bob' }
        @{ Pattern = 'a*'; Found = 'Annie' }
        @{ Pattern = '*'; Found = @('Bob', 'Annie') }
    ) {
        (Get-ChatConnection $Pattern).Name | Should -Be $Found
    }

    It 'says that nobody has a name, and goes on' {
        $found = Get-ChatConnection Carl, Bob -ErrorAction SilentlyContinue -ErrorVariable problem
        $found.Name | Should -Be 'Bob'
        $problem[0].FullyQualifiedErrorId | Should -Be 'ConnectionNotFound,UdpChat.Commands.GetChatConnectionCommand'
    }

    It 'has a table view' -Tag 'pwsh' {
        Get-ChatConnection Bob | Format-Table | Out-String | Should -Match 'Name +Server +State +Waiting +Received +Sent'
    }

    It 'becomes small JSON' -Tag 'pwsh' {
        (Get-ChatConnection Bob | ConvertTo-Json -WarningVariable cut).Length | Should -BeLessThan 1000
        $cut | Should -BeNullOrEmpty
    }
}
