BeforeAll {
    Import-Module "$PSScriptRoot/../../UdpChat.psd1"
    Get-ChatRelay | Stop-ChatRelay
    $script:first = Start-ChatRelay -Port 0 -Address 127.0.0.1
    $script:second = Start-ChatRelay -Port 0 -Address 127.0.0.1
}

AfterAll {
    Get-ChatConnection | Disconnect-ChatServer
    Get-ChatRelay | Stop-ChatRelay
}

Describe 'Get-ChatRelay' {
    It 'lists the relays oldest first' {
        (Get-ChatRelay).Port | Should -Be @($script:first.Port, $script:second.Port)
    }

    It 'finds a relay by its port' {
        (Get-ChatRelay -Port $script:second.Port).Port | Should -Be $script:second.Port
    }

    It 'says that there is no relay on a port, and goes on' {
        $found = Get-ChatRelay 1, $script:first.Port -ErrorAction SilentlyContinue -ErrorVariable problem
        $found.Port | Should -Be $script:first.Port
        $problem[0].FullyQualifiedErrorId | Should -Be 'RelayNotFound,UdpChat.Commands.GetChatRelayCommand'
    }

    It 'shows live figures' {
        $null = Connect-ChatServer Bob $script:first.LocalEndPoint
        $script:first.Clients | Should -Be 1
        Send-ChatMessage Bob 'hi'
        $null = Receive-ChatMessage -Count 1 -Timeout 30
        $script:first.Forwarded | Should -BeGreaterThan 0
    }

    It 'has a table view' -Tag 'pwsh' {
        $script:first | Format-Table | Out-String | Should -Match 'LocalEndPoint +Running +Uptime +Clients +Forwarded'
    }
}
